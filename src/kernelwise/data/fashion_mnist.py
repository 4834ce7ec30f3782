"""Fashion-MNIST: 70,000 grey images of clothes in ten classes, all of them, or else a part and a warning.

The set is by Zalando Research (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747; MIT licence). `load` looks for
it in these places, and believes a file only when the checksum of its unpacked bytes is right:

1. the folder given to `load`, or named in the environment variable KERNELWISE_FASHION_MNIST; if it does not
   serve, that is an error;
2. Debian's package dataset-fashion-mnist, in /usr/share/datasets/fashion-mnist;
3. the course's cache, where `make data` leaves it: $XDG_CACHE_HOME/kernelwise/fashion-mnist or
   ~/.cache/kernelwise/fashion-mnist; all copies of the course share it, and `make clean` leaves it alone;
4. the cache of Keras, $KERAS_HOME/datasets/fashion-mnist or ~/.keras/datasets/fashion-mnist;
5. the folder of torchvision, data/FashionMNIST/raw below the working folder;
6. if asked to: the package from Debian's mirrors, or Zalando's own addresses;
7. the course's subset, the first 600 training and 100 test images of each class, with a warning.

All 70,000 images and labels are public: anybody may have trained on the test images. No two images are equal
since Zalando replaced the copies in 2017 (github.com/zalandoresearch/fashion-mnist, issue 44), but some test
images look much like a training image (Geier 2019, arXiv:1906.08255).

`python -m kernelwise.data.fashion_mnist` gets the complete set, which is what `make data` runs.
"""

import lzma
import os
import sys
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, quantity, whole_number
from kernelwise.data.idx import DamagedFile, File, encode, read

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def _files(train: int, test: int, *checksums: str) -> tuple[File, ...]:
    """The four files of so many training and test images."""
    names = (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    )
    return tuple(map(File, names, ((train, 28, 28), (train,), (test, 28, 28), (test,)), checksums))


COMPLETE = _files(
    60_000,
    10_000,
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)
SUBSET = _files(
    6_000,
    1_000,
    "cf313073c7eb485392848071d5c433571d7166043e971e3345b095cc30518084",
    "097b93fbcf9bd5bc648b1a457ddc55c9e4ab49afb33f9ecae8ce068399a75e3a",
    "7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef",
    "3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909",
)
SUBSET_FOLDER = Path(__file__).with_name("fashion_mnist_subset")
TRAIN_EACH, TEST_EACH = 600, 100  # images of each class in the subset

VARIABLE = "KERNELWISE_FASHION_MNIST"
DEBIAN_PACKAGE, DEBIAN_FOLDER = "dataset-fashion-mnist", Path("/usr/share/datasets/fashion-mnist")
ADDRESSES = {
    "GitHub": "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "Amazon S3": "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
}


class FashionMNISTWarning(UserWarning):
    """The images are not those that the reader expects, or a damaged file lies about."""


class FashionMNIST(NamedTuple):
    """Fashion-MNIST or its subset.

    Rows of an image count from the top; 0 is the background, 255 the brightest. Labels count CLASSES from 0.
    """

    train_images: Array  #: (60000, 28, 28) uint8; of the subset (6000, 28, 28).
    train_labels: Array  #: (60000,) uint8; of the subset (6000,).
    test_images: Array  #: (10000, 28, 28) uint8; of the subset (1000, 28, 28).
    test_labels: Array  #: (10000,) uint8; of the subset (1000,).
    source: str  #: where the images come from, such as "course cache"; "subset": from the subset.

    @property
    def is_complete(self) -> bool:
        """Whether these are all images, not the subset."""
        return self.source != "subset"


class Split(NamedTuple):
    """Two parts of a set of images; no image is in both."""

    train_images: Array
    train_labels: Array
    validation_images: Array
    validation_labels: Array


def load(*, folder: str | os.PathLike[str] | None = None, download: bool = False) -> FashionMNIST:
    """Load the complete Fashion-MNIST from the first place that has it, or else the subset, with a warning.

    sha256(unpacked file) = checksum in COMPLETE

    Args:
        folder: where the four files lie, packed or plain; None: the places at the top of this module.
        download: whether to fetch the set into the course's cache, 31 MB, where no place has it. Without a
            network that takes up to 20 s. False: the network is left alone.
    Returns:
        FashionMNIST; its `source` says which place served.
    Raises:
        FileNotFoundError: the folder that was given lacks a file; or no place has the set, and the subset is
            missing too: the message lists every place and why it did not serve.
        DamagedFile: a file in the folder that was given is not the right one.
    Source: Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747.
    Example:
        >>> load(folder="nowhere")
        Traceback (most recent call last):
        FileNotFoundError: nowhere: no train-images-idx3-ubyte (.gz, plain or .xz)
    """
    given = folder if folder is not None else os.environ.get(VARIABLE) or None
    if given is not None:
        return _read(Path(given), COMPLETE, "given folder")
    faults = []
    damaged = False
    for source, place in _places().items():
        try:
            data = _read(place, COMPLETE, source)
        except OSError as fault:
            faults.append(f"{source}: {fault}")
            damaged |= isinstance(fault, DamagedFile)
            continue
        if damaged:
            _warn("a damaged file was left aside; delete it.", faults)
        return data
    if download:
        try:
            source = _fetch()
            return _read(_cache(), COMPLETE, source)
        except OSError as fault:
            faults.append(f"download: {fault}")
    else:
        faults.append("download: not asked for")
    try:
        subset = load_subset()
    except OSError as fault:
        faults.append(f"subset: {fault}")
        raise FileNotFoundError(_sentence("it is nowhere.", faults)) from fault
    _warn(
        f"THE SET IS NOT COMPLETE. You get the subset, {len(subset.train_labels):,} + "
        f"{len(subset.test_labels):,} images, and with them a lower accuracy. To get all 70,000: "
        f"`make data`, or load(download=True), or put the files into a folder and name it in ${VARIABLE}.",
        faults,
    )
    return subset


def load_subset() -> FashionMNIST:
    """Load the subset that comes with the course, for those who mean it: without a warning.

    the first 600 training and 100 test images of each class, in the order of the complete set

    Args:
        None.
    Returns:
        FashionMNIST with 6,000 + 1,000 images; `source` is "subset".
    Raises:
        FileNotFoundError: it is not where the course put it.
        DamagedFile: it is not as the course made it.
    Source: Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747.
    Example:
        >>> load_subset().train_images.shape
        (6000, 28, 28)
    """
    return _read(SUBSET_FOLDER, SUBSET, "subset")


def write_subset(data: FashionMNIST, folder: Path) -> None:
    """Make the subset from the complete set: this is how the one that comes with the course was made.

    the first 600 training and 100 test images of each class, in the order of the complete set

    Args:
        data: the complete set.
        folder: where the four files are written, packed with xz; it must exist.
    Raises:
        ValueError: data is itself a subset.
        OSError: the folder cannot be written.
    Source: Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747.
    Example:
        >>> write_subset(load_subset(), Path("anywhere"))
        Traceback (most recent call last):
        ValueError: the subset is made from the complete set, got a subset
    """
    if not data.is_complete:
        raise ValueError("the subset is made from the complete set, got a subset")
    train = _first_of_each_class(data.train_labels, TRAIN_EACH)
    test = _first_of_each_class(data.test_labels, TEST_EACH)
    arrays = (
        data.train_images[train],
        data.train_labels[train],
        data.test_images[test],
        data.test_labels[test],
    )
    # Measured: 2.64 MB in all, with position bits 2.71 MB; the dictionary holds all images.
    packing = {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 23, "pb": 0}
    for file, array in zip(SUBSET, arrays, strict=True):
        (Path(folder) / f"{file.name}.xz").write_bytes(lzma.compress(encode(array), filters=[packing]))


def split(images: ArrayLike, labels: ArrayLike, seed: int, validation: float = 1 / 6) -> Split:
    """Divide training images at random into those to train on and those to validate with, class by class.

    n_validation(class) = round(validation · n(class))

    Every image is in one part, once, and each part keeps the order of the whole. Divide first and make warped
    copies afterwards, or else copies of one image are in both parts. split(np.arange(n), labels, seed) gives
    the indices.

    Args:
        images: (n, …) of any dtype.
        labels: (n,) whole numbers, the classes.
        seed: whole number; the same seed divides in the same way.
        validation: part of each class that goes to validation, between 0 and 1.
    Returns:
        Split: train_images, train_labels, validation_images, validation_labels.
    Raises:
        ValueError: not one label for each image, a wrong seed or validation, or a class of which one part
            would get no image.
    Example:
        >>> split(np.arange(6), [0, 0, 0, 1, 1, 1], seed=1, validation=1 / 3).validation_labels.tolist()
        [0, 1]
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if labels.ndim != 1 or images.shape[:1] != labels.shape:
        raise ValueError(f"one label for each image is needed, got {images.shape} and {labels.shape}")
    validation = quantity("validation", validation, 0, 1)
    generator = np.random.default_rng(whole_number("seed", seed, 0))
    in_validation = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        wanted = round(validation * len(members))
        if not 0 < wanted < len(members):
            raise ValueError(
                f"each part needs an image of each class, but validation = {validation:g} takes {wanted} "
                f"of the {len(members)} of class {label}"
            )
        in_validation[generator.permutation(members)[:wanted]] = True
    return Split(images[~in_validation], labels[~in_validation], images[in_validation], labels[in_validation])


def _places() -> dict[str, Path]:
    """Where the complete set may lie, the first choice first."""
    keras = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    return {
        "Debian package": DEBIAN_FOLDER,
        "course cache": _cache(),
        "Keras cache": Path(keras, "datasets", "fashion-mnist"),
        "torchvision folder": Path("data", "FashionMNIST", "raw").absolute(),
    }


def _cache() -> Path:
    """The course's own folder; a relative $XDG_CACHE_HOME counts as none, as its specification says."""
    from platformdirs import user_cache_path

    return user_cache_path("kernelwise") / "fashion-mnist"


def _read(folder: Path, files: Sequence[File], source: str) -> FashionMNIST:
    """Read the four files from one folder."""
    train_images, train_labels, test_images, test_labels = (read(folder, file) for file in files)
    return FashionMNIST(train_images, train_labels, test_images, test_labels, source)


def _fetch() -> str:
    """Get the complete set into the course's cache; return where it came from."""
    from kernelwise.data.fetch import Way, fetch, from_debian, from_web  # slow to import

    inside = DEBIAN_FOLDER.relative_to("/").as_posix()
    ways: dict[str, Way] = {
        "Debian package (apt-get)": partial(from_debian, package=DEBIAN_PACKAGE, inside=inside)
    }
    for name, address in ADDRESSES.items():
        ways[name] = partial(from_web, address=address, files=COMPLETE)
    return fetch(_cache(), COMPLETE, ways)


def _first_of_each_class(labels: Array, count: int) -> Array:
    """Indices of the first `count` images of each class, in increasing order."""
    each = [np.flatnonzero(labels == label)[:count] for label in range(len(CLASSES))]
    return np.sort(np.concatenate(each))


def _sentence(what: str, faults: Sequence[str]) -> str:
    """A message that lists what was tried."""
    return "\n  ".join([f"Fashion-MNIST: {what} Tried:", *faults])


def _warn(what: str, faults: Sequence[str]) -> None:
    """Warn whoever called load."""
    warnings.warn(_sentence(what, faults), FashionMNISTWarning, stacklevel=3)


def _main() -> int:
    """Get the complete set unless it is there; return 1 only if the folder in $KERNELWISE_… is wrong."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            data = load()
            if not data.is_complete:
                print(f"Fashion-MNIST: fetching 31 MB into {_cache()} …", flush=True)
                said.clear()
                data = load(download=True)
        except OSError as error:
            named = f" (the folder named in ${VARIABLE})" if os.environ.get(VARIABLE) else ""
            print(f"Fashion-MNIST: {error}{named}", file=sys.stderr)
            return 1
    for warning in said:
        print(f"\n{warning.message}\n", file=sys.stderr)
    numbers = f"{len(data.train_labels):,} + {len(data.test_labels):,}"
    print(f"Fashion-MNIST: {numbers} images, source: {data.source}")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
