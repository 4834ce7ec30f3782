"""Windows hold the right pixels, share memory with the image, and refuse what cannot be cut."""

import numpy as np
import pytest
import torch

from kernelwise.windows import crop, pad, padding_widths, sliding_windows


def test_sliding_windows_equal_torch_unfold():
    """Stride and dilation pick the same pixels as torch's unfold, in both directions."""
    x = np.random.default_rng(1).normal(size=(2, 3, 9, 11))
    windows = sliding_windows(x, (2, 3), (3, 2), (4, 2))
    n, c, h, w, k_h, k_w = windows.shape
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * k_h * k_w, h * w)
    expected = torch.nn.functional.unfold(torch.tensor(x), (2, 3), dilation=(4, 2), stride=(3, 2))
    np.testing.assert_array_equal(columns, expected.numpy())


def test_sliding_windows_are_read_only_views():
    """No pixel is copied, and nobody can write to the caller's image through a window."""
    x = np.zeros((1, 1, 4, 4))
    windows = sliding_windows(x, (2, 2), (1, 1))
    assert np.shares_memory(windows, x)
    assert not windows.flags.writeable


def test_sliding_windows_refuse_window_larger_than_image():
    """The message gives the span of the window and the size of the padded images."""
    with pytest.raises(
        ValueError, match=r"2×3 with dilation \(1, 2\) spans 2×5 pixels, .* have 4×4: use a smaller"
    ):
        sliding_windows(np.zeros((1, 1, 4, 4)), (2, 3), (1, 1), (1, 2))


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        ("valid", ((0, 0), (0, 0))),
        ("same", ((0, 1), (1, 1))),
        (2, ((2, 2), (2, 2))),
        ((0, 3), ((0, 0), (3, 3))),
    ],
)
def test_padding_widths_equal_hand_values(padding, expected):
    """All four ways to write a padding, on an image whose two directions need different `same` padding."""
    assert padding_widths((6, 5), (3, 3), (2, 2), padding) == expected


def test_padding_widths_refuse_unknown_word():
    """SAME in capitals is TensorFlow's spelling: the message gives ours."""
    with pytest.raises(ValueError, match=r"'same' or 'valid', got 'SAME': write the word in lower case"):
        padding_widths((6, 6), (3, 3), (1, 1), "SAME")


def test_padding_widths_refuse_negative_padding():
    """Negative padding would crop the image."""
    with pytest.raises(ValueError, match="padding must be a whole number of at least 0, got -1"):
        padding_widths((6, 6), (3, 3), (1, 1), -1)


def test_pad_keeps_dtype_and_image():
    """Only the border is new."""
    x = np.full((1, 1, 2, 2), 7, np.uint8)
    y = pad(x, ((1, 0), (0, 2)), 9)
    assert y.dtype == np.uint8
    assert y[0, 0].tolist() == [[9, 9, 9, 9], [7, 7, 9, 9], [7, 7, 9, 9]]


def test_crop_undoes_pad():
    """Different widths on the four sides, 0 among them."""
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    widths = ((1, 0), (0, 2))
    np.testing.assert_array_equal(crop(pad(x, widths, 9), widths), x)
