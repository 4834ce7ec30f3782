"""Fashion-MNIST comes from the first place that has it unharmed, and never anything else in silence."""

import gzip
import os
import subprocess
import sys
import warnings
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from kernelwise.data import fashion_mnist
from kernelwise.data.fashion_mnist import (
    CLASSES,
    FashionMNIST,
    FashionMNISTWarning,
    load,
    load_subset,
    split,
    write_subset,
)
from kernelwise.data.idx import DamagedFile, encode

ROOT = Path(__file__).parents[3]


class World:
    """A machine with no Fashion-MNIST, where 60 + 20 random images count as the complete set."""

    def __init__(self, folder):
        random = np.random.default_rng(0)
        self.arrays = [
            random.integers(0, 256, shape, dtype=np.uint8) for shape in ((60, 28, 28), 60, (20, 28, 28), 20)
        ]
        for labels in self.arrays[1::2]:
            labels[:] = random.permutation(np.arange(len(labels)) % 10)
        self.files = fashion_mnist._files(
            60, 20, *(sha256(encode(array)).hexdigest() for array in self.arrays)
        )
        self.places = {
            "Debian package": folder / "debian",
            "course cache": folder / "cache" / "kernelwise" / "fashion-mnist",
            "Keras cache": folder / "keras" / "datasets" / "fashion-mnist",
            "torchvision folder": folder / "work" / "data" / "FashionMNIST" / "raw",
        }
        (folder / "work").mkdir()

    def put(self, folder, packed=True):
        """Write the four files into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for file, array in zip(self.files, self.arrays, strict=True):
            data = encode(array)
            (folder / (file.name + ".gz" * packed)).write_bytes(gzip.compress(data) if packed else data)
        return folder

    def damage(self, folder):
        """Change one pixel of the last file of images."""
        other = self.arrays[2].copy()
        other[0, 0, 0] ^= 1
        path = folder / "t10k-images-idx3-ubyte.gz"
        path.write_bytes(gzip.compress(encode(other)))
        return path

    def assert_served(self, data, source):
        """The arrays are the complete set, and source says where they are from."""
        assert data.source == source
        assert data.is_complete
        for got, expected in zip(data[:4], self.arrays, strict=True):
            np.testing.assert_array_equal(got, expected)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Put the tests into such a world, without apt-get and without an address."""
    world = World(tmp_path)
    monkeypatch.setattr(fashion_mnist, "COMPLETE", world.files)
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", world.places["Debian package"])
    monkeypatch.setattr(fashion_mnist, "ADDRESSES", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KERNELWISE_FASHION_MNIST", raising=False)
    monkeypatch.chdir(tmp_path / "work")
    return world


@pytest.fixture
def address(world, tmp_path, monkeypatch):
    """A web server that has the complete set; returns the list of what was asked for."""
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, _, *values):
            asked.append(values[0])

    folder = world.put(tmp_path / "served")
    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(fashion_mnist, "ADDRESSES", {"here": f"http://127.0.0.1:{server.server_port}/"})
        yield asked
        server.shutdown()


@pytest.fixture(scope="module")
def at_hand():
    """The complete set if this machine has it, or else the subset."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FashionMNISTWarning)
        return load()


def test_places_are_tried_in_their_order(world):
    """Each place serves when those before it are gone."""
    for folder in world.places.values():
        world.put(folder)
    for source, folder in world.places.items():
        world.assert_served(load(), source)
        for path in folder.iterdir():
            path.unlink()


def test_plain_files_serve(world):
    """torchvision keeps the files unpacked."""
    world.put(world.places["torchvision folder"], packed=False)
    world.assert_served(load(), "torchvision folder")


@pytest.mark.parametrize("relative", ["", "relative"])
def test_caches_lie_in_the_home_folder_unless_said_otherwise(world, tmp_path, monkeypatch, relative):
    """A relative XDG_CACHE_HOME does not count."""
    monkeypatch.setenv("XDG_CACHE_HOME", relative)
    monkeypatch.delenv("KERAS_HOME")
    keras = world.put(tmp_path / "home" / ".keras" / "datasets" / "fashion-mnist")
    world.assert_served(load(), "Keras cache")
    world.put(tmp_path / "home" / ".cache" / "kernelwise" / "fashion-mnist")
    world.assert_served(load(), "course cache")
    assert keras.is_dir()


def test_given_folder_comes_first(world, tmp_path, monkeypatch):
    """The argument beats the environment variable, and this beats all places."""
    world.put(world.places["Debian package"])
    monkeypatch.setenv("KERNELWISE_FASHION_MNIST", str(world.put(tmp_path / "by variable")))
    world.assert_served(load(), "given folder")
    monkeypatch.setenv("KERNELWISE_FASHION_MNIST", str(tmp_path / "nowhere"))
    world.assert_served(load(folder=str(world.put(tmp_path / "by argument"))), "given folder")


def test_given_folder_that_fails_is_an_error(world, tmp_path, monkeypatch):
    """No other place stands in for it, even where all others have the set."""
    world.put(world.places["Debian package"])
    with pytest.raises(FileNotFoundError, match=f"{tmp_path}/nowhere: no train-images"):
        load(folder=tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no train-images"):
        load(folder="")
    path = world.damage(world.put(tmp_path / "given"))
    monkeypatch.setenv("KERNELWISE_FASHION_MNIST", str(tmp_path / "given"))
    with pytest.raises(DamagedFile, match=f"{path}: wrong checksum"):
        load()


def test_damaged_file_is_never_used(world):
    """The next place serves, and a warning names the file."""
    world.put(world.places["Keras cache"])
    path = world.damage(world.put(world.places["course cache"]))
    with pytest.warns(FashionMNISTWarning, match=f"(?s)damaged file.*course cache: {path}: wrong checksum"):
        data = load()
    world.assert_served(data, "Keras cache")


def test_subset_comes_with_a_loud_warning(world):
    """The warning says what was looked for, why it did not serve, and how to get the complete set."""
    path = world.damage(world.put(world.places["Debian package"]))
    with pytest.warns(FashionMNISTWarning) as caught:
        data = load()
    message = str(caught[0].message)
    assert "THE SET IS NOT COMPLETE" in message
    assert "6,000 + 1,000 images" in message
    assert f"Debian package: {path}: wrong checksum" in message
    for source in ("course cache", "Keras cache", "torchvision folder"):
        assert f"{source}: {world.places[source]}: no train-images-idx3-ubyte" in message
    for cure in ("make data", "load(download=True)", "$KERNELWISE_FASHION_MNIST", "not asked for"):
        assert cure in message
    assert caught[0].filename == __file__, "the warning points to the caller's line"
    assert data.source == "subset"
    assert not data.is_complete


def test_error_lists_every_place(world, tmp_path, monkeypatch):
    """Without the subset too, there is no data set, and no other one."""
    monkeypatch.setattr(fashion_mnist, "SUBSET_FOLDER", tmp_path / "lost")
    with pytest.raises(FileNotFoundError) as caught:
        load(download=True)
    for place in (*world.places.values(), tmp_path / "lost"):
        assert f"{place}: no train-images-idx3-ubyte" in str(caught.value)
    assert "download: Debian package (apt-get): no apt-get here" in str(caught.value)


def test_download_only_when_asked(world, address):
    """A notebook in the sandbox never tries the network; what was fetched once is then simply there."""
    with pytest.warns(FashionMNISTWarning):
        load()
    assert address == []
    world.assert_served(load(download=True), "here")
    assert len(address) == 4
    world.assert_served(load(download=True), "course cache")
    assert len(address) == 4


def test_wrong_download_is_not_used(world, address, tmp_path):
    """A server that sends other images is named, and the subset serves, with the warning."""
    world.damage(tmp_path / "served")
    with pytest.warns(FashionMNISTWarning, match=r"(?s)download: .*; here: .*wrong checksum"):
        data = load(download=True)
    assert data.source == "subset"
    assert list(world.places["course cache"].iterdir()) == []


def test_cache_that_cannot_be_written_is_no_disaster(world, address, monkeypatch):
    """The subset serves, and the warning says what is the matter."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    with pytest.warns(FashionMNISTWarning, match="download: .*Not a directory"):
        assert load(download=True).source == "subset"


def test_debian_package_comes_first(world, address, tmp_path, monkeypatch):
    """Where there is apt-get, its package is taken, and the addresses are left alone."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    root = tmp_path / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        "Package: dataset-fashion-mnist\nVersion: 1\nArchitecture: all\n"
        "Maintainer: Us <us@example.org>\nDescription: x\n"
    )
    world.put(root / "usr" / "share" / "datasets" / "fashion-mnist")
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", Path("/usr/share/datasets/fashion-mnist"))
    subprocess.run(["dpkg-deb", "--build", root, tmp_path / "it.deb"], check=True, capture_output=True)
    (tmp_path / "apt-get").write_text(f"#!/bin/sh\ncp {tmp_path}/it.deb dataset.deb\n")
    (tmp_path / "apt-get").chmod(0o755)
    fashion_mnist._fetch()
    world.assert_served(load(folder=world.places["course cache"]), "given folder")
    assert address == []


def test_subset_has_real_images_of_each_class():
    """600 training and 100 test images of each class, no two of them equal, without a warning."""
    data = load_subset()
    assert np.bincount(data.train_labels).tolist() == [600] * len(CLASSES)
    assert np.bincount(data.test_labels).tolist() == [100] * len(CLASSES)
    assert len({image.tobytes() for image in (*data.train_images, *data.test_images)}) == 7000
    # Trousers are two dark legs with a gap: bright columns left and right of a dark middle at the bottom.
    low = data.train_images[data.train_labels == CLASSES.index("Trouser"), 22:].mean(axis=(0, 1))
    assert low[14] < low[11]
    assert low[14] < low[17]


def test_subset_is_small():
    """No file of a repository should exceed 4 MB, nor should the subset as a whole."""
    assert sum(path.stat().st_size for path in fashion_mnist.SUBSET_FOLDER.iterdir()) < 3_000_000


def test_licence_lies_beside_the_subset():
    """The MIT licence must go wherever the images go."""
    licence = (fashion_mnist.SUBSET_FOLDER / "LICENSE").read_text(encoding="utf-8")
    assert "The MIT License" in licence
    assert "Copyright (c) 2017 Zalando SE" in licence


def test_subset_is_the_first_of_each_class(at_hand):
    """Its images and labels are those of the complete set, in their order, where a machine has that."""
    pairs = [
        (at_hand.train_images, at_hand.train_labels, 600),
        (at_hand.test_images, at_hand.test_labels, 100),
    ]
    subset = load_subset()
    for (images, labels, count), got, got_labels in zip(pairs, subset[0:4:2], subset[1:4:2], strict=True):
        seen = np.zeros(10, int)
        chosen = []
        for index, label in enumerate(labels):
            if seen[label] < count:
                chosen.append(index)
            seen[label] += 1
        np.testing.assert_array_equal(got, images[chosen])
        np.testing.assert_array_equal(got_labels, labels[chosen])


def test_no_two_images_are_equal(at_hand):
    """So a division by index leaks no image: of 70,000 where they are at hand, of 7,000 elsewhere."""
    images = {image.tobytes() for image in (*at_hand.train_images, *at_hand.test_images)}
    assert len(images) == len(at_hand.train_labels) + len(at_hand.test_labels)
    assert np.ptp(np.bincount(at_hand.train_labels)) == np.ptp(np.bincount(at_hand.test_labels)) == 0


def test_write_subset_makes_what_load_subset_reads(world, tmp_path, monkeypatch):
    """Written from 60 + 20 images with 2 + 1 of each class, it comes back as these."""
    monkeypatch.setattr(fashion_mnist, "TRAIN_EACH", 2)
    monkeypatch.setattr(fashion_mnist, "TEST_EACH", 1)
    images, labels, test_images, test_labels = world.arrays
    train = sorted(index for label in range(10) for index in np.flatnonzero(labels == label)[:2])
    test = sorted(np.flatnonzero(test_labels == label)[0] for label in range(10))
    expected = (images[train], labels[train], test_images[test], test_labels[test])
    write_subset(FashionMNIST(*world.arrays, "given folder"), tmp_path)
    sums = [sha256(encode(array)).hexdigest() for array in expected]
    monkeypatch.setattr(fashion_mnist, "SUBSET", fashion_mnist._files(20, 10, *sums))
    monkeypatch.setattr(fashion_mnist, "SUBSET_FOLDER", tmp_path)
    for got, right in zip(load_subset()[:4], expected, strict=True):
        np.testing.assert_array_equal(got, right)


def test_subset_of_a_subset_is_refused(tmp_path):
    """It would look like the real one, with other images."""
    with pytest.raises(ValueError, match="made from the complete set, got a subset"):
        write_subset(load_subset(), tmp_path)


def test_command_says_one_line_when_the_set_is_there(world, capsys):
    """`make course` runs it each time."""
    world.put(world.places["course cache"])
    assert fashion_mnist._main() == 0
    assert capsys.readouterr() == ("Fashion-MNIST: 60 + 20 images, source: course cache\n", "")


def test_command_fetches_once(world, address, capsys):
    """The first run downloads, the second needs no network."""
    assert fashion_mnist._main() == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Fashion-MNIST: fetching 31 MB into {world.places['course cache']} …")
    assert out.endswith("Fashion-MNIST: 60 + 20 images, source: here\n")
    assert err == ""
    asked = len(address)
    assert fashion_mnist._main() == 0
    assert capsys.readouterr().out == "Fashion-MNIST: 60 + 20 images, source: course cache\n"
    assert len(address) == asked


def test_command_goes_on_with_the_subset_loudly(world, capsys):
    """No network is no reason to stop the course."""
    assert fashion_mnist._main() == 0
    out, err = capsys.readouterr()
    assert out.endswith("Fashion-MNIST: 6,000 + 1,000 images, source: subset\n")
    assert err.count("THE SET IS NOT COMPLETE") == 1


def test_command_fails_for_a_named_folder_that_does_not_serve(tmp_path):
    """Who names a folder means it: exit status 1, and no traceback."""
    command = [sys.executable, "-m", "kernelwise.data.fashion_mnist"]
    environment = os.environ | {"KERNELWISE_FASHION_MNIST": str(tmp_path)}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"Fashion-MNIST: {tmp_path}: no train-images-idx3-ubyte")
    assert "$KERNELWISE_FASHION_MNIST" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_make_course_gets_the_data_first():
    """`make course` runs `make data` before anything could need it."""
    make = ["make", "--dry-run", "course", "SERVE=0"]
    lines = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    assert 0 < lines.index("-m kernelwise.data.fashion_mnist") < lines.index("-m book.machinery.build")


@pytest.mark.parametrize("validation", [1 / 6, 0.25, 0.5])
def test_split_takes_its_part_of_each_class(validation):
    """Every image is in one part, once, with its own label and in its old order."""
    data = load_subset()
    indices = np.arange(6000)
    train, train_labels, held, held_labels = split(indices, data.train_labels, 1, validation)
    np.testing.assert_array_equal(np.sort(np.concatenate([train, held])), indices)
    assert (np.diff(train) > 0).all()
    assert (np.diff(held) > 0).all()
    np.testing.assert_array_equal(train_labels, data.train_labels[train])
    np.testing.assert_array_equal(held_labels, data.train_labels[held])
    assert np.bincount(held_labels).tolist() == [600 * validation] * 10


def test_split_leaks_no_image():
    """None of the images to validate with is among those to train on."""
    data = load_subset()
    parts = split(data.train_images, data.train_labels, 1)
    assert parts.train_images.shape == (5000, 28, 28)
    train = {image.tobytes() for image in parts.train_images}
    assert not any(image.tobytes() in train for image in parts.validation_images)


def test_split_depends_on_the_seed_alone():
    """The same seed divides equally, another one otherwise."""
    labels = np.arange(100) % 5
    indices = [split(np.arange(100), labels, seed).validation_images.tolist() for seed in (1, 1, 2)]
    assert indices[0] == indices[1] != indices[2]


def test_split_divides_unequal_classes():
    """Each class gives its own share, rounded."""
    labels = [0] * 9 + [1] * 3
    assert np.bincount(split(labels, labels, 0, 1 / 3).validation_labels).tolist() == [3, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"labels": [0, 1]}, r"one label for each image is needed, got \(4,\) and \(2,\)"),
        ({"labels": [[0], [1], [0], [1]]}, r"got \(4,\) and \(4, 1\)"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"validation": 1.5}, "validation must be a number from 0 to 1"),
        ({"validation": 0}, "takes 0 of the 2 of class 0"),
        ({"validation": 1.0}, "takes 2 of the 2 of class 0"),
    ],
)
def test_split_names_what_is_wrong(wrong, message):
    """Each message says what was given and what is needed."""
    with pytest.raises(ValueError, match=message):
        split(**({"images": [0, 1, 2, 3], "labels": [0, 1, 0, 1], "seed": 0, "validation": 0.5} | wrong))
