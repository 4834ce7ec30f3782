"""The page that says what answers are graded with is made from the lock."""

import importlib.metadata

from book.machinery.extensions.packages import OF_ANSWERS, pinned


def test_versions_are_those_that_are_installed():
    """The sandbox shows this environment: what the page lists can be imported there in this version."""
    found = pinned()
    listed = [name for name in OF_ANSWERS if name in found]
    assert {"numpy", "torch", "keras", "tqdm"} <= set(listed)
    for name in listed:
        assert importlib.metadata.version(name).partition("+")[0] == found[name], name


def test_marker_of_the_machine_chooses_one_tensorflow():
    """A line of the lock that is for another kind of machine is not listed."""
    assert len({"tensorflow", "tensorflow_cpu"} & set(pinned())) == 1
