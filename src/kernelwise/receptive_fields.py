"""Receptive fields: which part of the input one pixel behind a stack of layers sees, layer by layer.

One axis at a time, with the letters of `arithmetic`; an image has two. `arithmetic.receptive_field` gives the
size alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kernelwise.arguments import whole_number
from kernelwise.arithmetic import output_size

Layer = tuple[int, int, int, int]


@dataclass(frozen=True)
class ReceptiveField:
    """What the pixels behind a layer see of the input.

    Pixel o sees input pixels start + o·jump … start + o·jump + size − 1, and its field has its middle at
    centre + o·jump. Pixels are counted from 0; those below 0 or behind the end are padding.
    """

    size: int  # input pixels from the first to the last that one pixel sees
    jump: int  # input pixels between the fields of neighbours: the product of the strides so far
    start: int  # first input pixel that pixel 0 sees; negative where it sees padding

    @property
    def centre(self) -> float:
        """Middle of the field of pixel 0, in input pixels: pixel m has its middle at m."""
        return self.start + (self.size - 1) / 2


def receptive_fields(layers: Iterable[Sequence[int]]) -> list[ReceptiveField]:
    """Follow the receptive field through a stack of layers.

    size ← size + d(k−1)·jump,  start ← start − p·jump,  jump ← jump·s;  at the input 1, 0, 1

    Args:
        layers: [(k, s, d), ...] or [(k, s, d, p), ...] from the input to the output: kernel size, stride,
            dilation, and padding before the first pixel (0 if left out), pixels of that layer's input.
            Convolutions and poolings alike.
    Returns:
        One ReceptiveField for the input, where a pixel sees itself, and one after each layer.
    Raises:
        ValueError: a layer has not three or four numbers, or one is no whole number or too small.
    Source: Araujo, Norris & Sim 2019, "Computing receptive fields of convolutional neural networks", Distill,
        doi:10.23915/distill.00021.
    Example:
        >>> for field in receptive_fields([(3, 1, 1, 1), (2, 2, 1), (3, 1, 1, 1)]):
        ...     field.size, field.jump, field.start
        (1, 1, 0)
        (3, 1, -1)
        (4, 2, -1)
        (8, 2, -3)
    """
    fields = [ReceptiveField(size=1, jump=1, start=0)]
    for k, s, d, p in _layers(layers):
        size, jump, start = fields[-1].size, fields[-1].jump, fields[-1].start
        fields.append(ReceptiveField(size + d * (k - 1) * jump, jump * s, start - p * jump))
    return fields


def seen_pixels(layers: Iterable[Sequence[int]], o: int, i: int) -> list[int]:
    """List the input pixels that one output pixel sees.

    {o} → for each layer, from the last to the first: {m·s + a·d − p : m seen, 0 ≤ a < k}, padding left out

    Dilation leaves holes, and so does a stride that is larger than the kernel; the edges cut pixels off. The
    interval of receptive_fields knows of neither.

    Args:
        layers: as in receptive_fields; p is the padding on each side.
        o: output pixel, counted from 0.
        i: input size, pixels.
    Returns:
        The input pixels seen, ascending, each of 0 … i−1.
    Raises:
        ValueError: as receptive_fields, a kernel exceeds its padded input, or there is no output pixel o.
    Example:
        >>> seen_pixels([(3, 1, 2, 2)], 0, 6), seen_pixels([(3, 1, 2, 2)], 3, 6)
        ([0, 2], [1, 3, 5])
    """
    checked, sizes = _layers(layers), [whole_number("i", i, 1)]
    for k, s, d, p in checked:
        sizes.append(output_size(sizes[-1], k, s, p, d))
    if whole_number("o", o, 0) >= sizes[-1]:
        raise ValueError(
            f"o={o} is no output pixel: {i} input pixels give {sizes[-1]} output pixels; count from 0, "
            f"to {sizes[-1] - 1}"
        )
    seen = {o}
    for (k, s, d, p), size in zip(reversed(checked), reversed(sizes[:-1]), strict=True):
        seen = {m * s + a * d - p for m in seen for a in range(k)} & set(range(size))
    return sorted(seen)


def _layers(layers: Iterable[Sequence[int]]) -> list[Layer]:
    """Check every layer, and fill in padding that was left out."""
    checked = []
    for number, layer in enumerate(layers):
        if not isinstance(layer, Sequence) or isinstance(layer, str) or len(layer) not in (3, 4):
            raise ValueError(
                f"layer {number} must be (k, s, d) or (k, s, d, p), got {layer!r}: "
                "give kernel size, stride, dilation and, if there is any, padding, such as (3, 1, 1, 1)"
            )
        k, s, d = (
            whole_number(f"{name} of layer {number}", value, 1)
            for name, value in zip("ksd", layer, strict=False)
        )
        p = whole_number(f"p of layer {number}", layer[3], 0) if len(layer) == 4 else 0
        checked.append((k, s, d, p))
    return checked
