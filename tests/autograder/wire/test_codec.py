"""The codec: what may cross arrives unchanged, and nothing that arrives can do anything."""

import math
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.wire import codec
from autograder.wire.codec import CodecError, Handle, decode, encode

PLAIN = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, np.ndarray, Handle)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
)
leaves = scalars | st.text() | st.binary()
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=20,
)
arrays = npst.arrays(
    st.sampled_from([np.dtype(text) for text in codec.DTYPES] + [np.dtype(">f8"), np.dtype(">i4")]),
    npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)


@given(values)
@settings(max_examples=200, deadline=None)
def test_plain_values_arrive_with_their_exact_types(value):
    """A check must see the value that the function returned, not one like it."""
    back = decode(encode(value))
    assert back == value
    assert repr(back) == repr(value)  # also tells True from 1, 1 from 1.0 and (1,) from [1]


@given(arrays)
@settings(max_examples=200, deadline=None)
def test_arrays_arrive_with_shape_dtype_and_bits(array):
    """Shape, dtype and every bit count, NaN payloads included; only the byte order is made the machine's
    own."""
    back = decode(encode(array))
    assert type(back) is np.ndarray
    assert back.shape == array.shape
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.tobytes() == array.astype(back.dtype).tobytes()
    assert back.flags.writeable


def test_numpy_scalar_arrives_as_an_array_without_axes():
    """Its dtype would be lost in a Python number."""
    back = decode(encode(np.float32(1.5)))
    assert (type(back), back.shape, back.dtype) == (np.ndarray, (), np.float32)


def test_strided_and_fortran_arrays_arrive_in_order():
    """The bytes sent follow the indices, whatever the layout in memory."""
    array = np.arange(24.0).reshape(2, 3, 4)
    for view in (array[:, ::-1, ::2], np.asfortranarray(array), array.T):
        assert np.array_equal(decode(encode(view)), view)


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None)
def test_arbitrary_bytes_are_a_value_or_an_error(data):
    """Whatever arrives, decoding ends in a plain value or in CodecError, never in anything else."""
    try:
        value = decode(data)
    except CodecError:
        return
    assert type(value) in PLAIN


@given(values, st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_messages_are_a_value_or_an_error(value, data):
    """One changed byte in a real message must not get further either."""
    message = bytearray(encode(value))
    message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(message))
    except CodecError:
        pass


class _Sly(int):
    """A subclass, as a student could send one."""


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (object(), "type object cannot be sent"),
        (_Sly(3), "type _Sly cannot be sent"),
        (np.array([object()]), "dtype object cannot be sent"),
        (np.array(["text"]), "dtype <U4 cannot be sent"),
        (1 << 10_000, "too large"),
        (lambda: None, "type function cannot be sent"),
    ],
)
def test_other_values_are_refused(value, reason):
    """The table of types is closed."""
    with pytest.raises(CodecError, match=reason):
        encode(value)


def test_depth_is_limited_both_ways():
    """A list a million deep must not exhaust the referee's stack."""
    value: list = []
    for _ in range(codec.MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(CodecError, match="40 levels deep"):
        encode(value)
    with pytest.raises(CodecError, match="40 levels deep"):
        decode((b"l" + struct.pack("<Q", 1)) * 1_000_000 + b"N")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "announced"),
        (b"Z", "unknown tag"),
        (b"NN", "1 bytes are left over"),
        (b"s" + struct.pack("<Q", 1 << 60), "announced"),
        (b"l" + struct.pack("<Q", 1 << 60), "items announced"),
        (b"d" + struct.pack("<Q", 1) + b"l" + struct.pack("<Q", 0) + b"N", "cannot be one"),
        (b"i" + struct.pack("<Q", 1 << 30), "an integer of"),
        (b"s" + struct.pack("<Q", 1) + b"\xff", "no UTF-8"),
        (b"a\xff\x00", "unknown dtype 255"),
        (b"a\x00\xff", "255 axes"),
        (b"a\x0b\x02" + struct.pack("<QQ", 1 << 40, 1 << 40), "announced"),
        (b"a\x0b\x02" + struct.pack("<QQ", 1 << 63, 0), "cannot exist"),
    ],
)
def test_lies_are_refused_before_memory_is_taken(message, reason):
    """An announced size is believed only as far as the bytes that are there."""
    with pytest.raises(CodecError, match=reason):
        decode(message)


def test_nan_and_infinity_cross():
    """They are values; what they are worth is for the checks to say."""
    back = decode(encode([math.nan, math.inf]))
    assert math.isnan(back[0])
    assert back[1] == math.inf


def test_what_is_too_large_is_refused_by_the_side_that_has_it():
    """An honest value that is too large is told as such; on arrival the same would be a fault of the exchange."""
    for value, reason in (
        ([0.5] * (codec.MAX_ITEMS + 1), "1000001 items"),
        (dict.fromkeys(range(5000), 1), "1000 dictionary keys"),
        ([Handle(1)] * 65, "64 handles"),
        ([np.zeros(0)] * 200_000, "expected arrays of numbers"),
    ):
        with pytest.raises(CodecError, match=reason):
            encode(value)


_N = struct.Struct("<Q").pack
SMALL = {
    "empty-arrays": b"a\x0b\x01" + _N(0),
    "arrays-of-one-truth": b"a\x00\x00\x01",
    "many-axes": b"a\x0b\x20" + _N(0) * 32,
    "empty-lists": b"l" + _N(0),
    "lists-of-nothing": b"l" + _N(1) + b"N",
    "tuples": b"t" + _N(1) + b"N",
    "empty-dictionaries": b"d" + _N(0),
    "dictionaries": b"d" + _N(1) + b"b" + _N(0) + b"N",
    "text": b"s" + _N(2) + b"ab",
    "wide-text": b"s" + _N(4) + "😀".encode(),
    "bytes": b"b" + _N(2) + b"ab",
    "numbers": b"i" + _N(1) + b"\x7f",
}


@pytest.mark.parametrize("part", SMALL.values(), ids=SMALL)
def test_decoding_takes_less_than_ten_times_what_arrived(part):
    """Ten megabytes of small things are refused before they have taken a hundred."""
    count = min((3 << 20) // len(part), 480_000)
    message = b"l" + _N(count) + part * count
    tracemalloc.start()
    try:
        decode(message)
    except CodecError as error:
        assert "small parts" in str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 10 * len(message) + (1 << 20)


def test_honest_lists_of_small_things_cross():
    """Rows, numpy numbers, labels and pairs, by the ten thousand."""
    for value in (
        [[float(i)] for i in range(100_000)],
        [np.float64(i) for i in range(50_000)],
        ["cat"] * 100_000,
        [(i, True) for i in range(100_000)],
        {f"name {i}": [i] for i in range(20_000)},
    ):
        assert len(decode(encode(value))) == len(value)
