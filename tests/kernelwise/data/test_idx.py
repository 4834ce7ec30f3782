"""IDX files are read only when they are the right ones, and never unpacked beyond their size."""

import gzip
import lzma
import tracemalloc
from hashlib import sha256

import numpy as np
import pytest

from kernelwise.data.idx import DamagedFile, File, decode, encode, read

IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
BYTES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, *range(24)])
FILE = File("images", (2, 3, 4), sha256(BYTES).hexdigest())


def test_size_counts_header_and_values():
    """An image file has 16 bytes of header, a label file 8."""
    assert FILE.size == len(BYTES)
    assert File("labels", (10,), "").size == 18


@pytest.mark.parametrize(
    ("name", "pack"), [("images.gz", gzip.compress), ("images", bytes), ("images.xz", lzma.compress)]
)
def test_read_takes_packed_and_plain_files(tmp_path, name, pack):
    """Debian and Keras keep files packed, torchvision plain, the course packs its own with xz."""
    (tmp_path / name).write_bytes(pack(BYTES))
    images = read(tmp_path, FILE)
    np.testing.assert_array_equal(images, IMAGES)
    assert images.dtype == np.uint8
    assert images.flags.writeable  # torch.from_numpy warns of an array that is not


def test_read_names_folder_and_file_that_is_absent(tmp_path):
    """A folder in the place of the file is no file."""
    (tmp_path / "images.gz").mkdir()
    with pytest.raises(FileNotFoundError, match=rf"{tmp_path}: no images \(.gz, plain or .xz\)"):
        read(tmp_path, FILE)


@pytest.mark.parametrize(
    ("packed", "fault"),
    [
        (gzip.compress(BYTES)[:-9], "cannot be read"),
        (b"no gzip at all", "cannot be read"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff", "cannot be read"),
        (gzip.compress(BYTES[:-1]), "wrong size, 39 bytes instead of 40"),
        (gzip.compress(BYTES + b"x"), "wrong size, more bytes instead of 40"),
        (gzip.compress(BYTES[:-1] + b"x"), "wrong checksum, sha256 [0-9a-f]{64} instead of [0-9a-f]{64}"),
        (b"", "wrong size, 0 bytes instead of 40"),
    ],
    # not their bytes, which hold the time of day: two processes would call one test by two names
    ids=["cut off", "no gzip", "no content", "too short", "too long", "other bytes", "empty"],
)
def test_read_refuses_damaged_file(tmp_path, packed, fault):
    """One byte too few, too many or other than it should be is enough, and the message names the file."""
    (tmp_path / "images.gz").write_bytes(packed)
    with pytest.raises(DamagedFile, match=rf"{tmp_path}/images.gz: {fault}"):
        read(tmp_path, FILE)


@pytest.mark.parametrize(("name", "packer"), [("images.gz", gzip), ("images.xz", lzma)])
def test_read_does_not_expand_a_bomb(tmp_path, name, packer):
    """Of 60 MB hidden in a small file, no more is unpacked than shows that the file is wrong."""
    with packer.open(tmp_path / name, "wb") as bomb:
        for _ in range(60):
            bomb.write(bytes(1_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(DamagedFile, match="wrong size, more bytes"):
            read(tmp_path, FILE)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000  # xz needs 8 MB whatever the file
    finally:
        tracemalloc.stop()


def test_decode_reads_images_and_labels():
    """The header is big-endian: 2051 and three sizes for images, 2049 and one for labels."""
    np.testing.assert_array_equal(decode(BYTES), IMAGES)
    assert decode(bytes([0, 0, 8, 1, 0, 0, 0, 3, 9, 8, 7])).tolist() == [9, 8, 7]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "begins with 2049"),
        (bytes([3, 8, 0, 0]) + BYTES[4:], "begins with 2049.*got 50855936"),  # little-endian
        (bytes([0, 0, 13, 3]) + BYTES[4:], "begins with 2049.*got 3331"),  # of floats
        (BYTES[:12], "3 axes has 16 bytes, got 12"),
        (BYTES[:-1], "needs 24 bytes after the header, got 23"),
        (BYTES[:4] + b"\xff" * 12 + BYTES[16:], "needs 79228162458924105385300197375 bytes"),
    ],
)
def test_decode_refuses_other_headers(data, message):
    """Sizes are compared with the bytes that are there before anything of that size is made."""
    with pytest.raises(ValueError, match=message):
        decode(data)


def test_encode_writes_what_decode_reads():
    """Header and values are those that a person writes down."""
    assert encode(IMAGES) == BYTES


@pytest.mark.parametrize("array", [np.zeros(3), np.zeros((2, 2), np.uint8)])
def test_encode_refuses_other_arrays(array):
    """Floats and matrices have no magic number here."""
    with pytest.raises(ValueError, match="uint8 with 1 or 3 axes, got"):
        encode(array)
