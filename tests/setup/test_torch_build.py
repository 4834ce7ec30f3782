"""Which build of torch is taken, asked of the real pip with indexes on loopback."""

import socket
import time

import pytest

from setup import torch_build
from setup.pip import CannotBeHad
from tests.setup.conftest import NVIDIA

V = "2.13.0"


def test_build_for_the_cpu_that_pip_finds_comes_first(pip, index, new_index):
    """Nobody else is asked where pip's own sources have one, whatever its version is called."""
    other = new_index()
    other.add("torch", f"{V}+cpu")
    index.add("torch", V, "filelock", 'cuda-extras; extra == "cuda"')
    build = torch_build.choose(pip, V, other.address)
    assert (build.version, build.cuda, build.options) == (V, False, ())
    assert other.asked == []


def test_build_for_the_cpu_is_found_behind_one_for_cards(pip, index):
    """A source may have both, and +cu130 comes before +cpu."""
    index.add("torch", f"{V}+cu130", NVIDIA)
    index.add("torch", f"{V}+cpu")
    assert torch_build.choose(pip, V, "").version == f"{V}+cpu"


def test_index_of_pytorch_comes_second(pip, index, new_index):
    """Where pip finds the CUDA build only, PyTorch's own index has the other one."""
    index.add("torch", V, NVIDIA)
    theirs = new_index()
    theirs.add("torch", f"{V}+cpu")
    build = torch_build.choose(pip, V, theirs.address)
    assert (build.version, build.cuda) == (f"{V}+cpu", False)
    assert build.options == ("--index-url", theirs.address)
    assert theirs.address in build.told


def test_other_version_in_the_index_of_pytorch_is_no_answer(pip, index, new_index):
    """The lock says which version."""
    index.add("torch", V, NVIDIA)
    theirs = new_index()
    theirs.add("torch", "2.14.0+cpu")
    build = torch_build.choose(pip, V, theirs.address)
    assert (build.version, build.cuda) == (V, True)
    assert f"{theirs.address} has none" in build.told


def test_silent_index_costs_seconds_and_is_said(pip, index):
    """An index that takes the call and never answers must not hold up the set-up."""
    index.add("torch", V, NVIDIA)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/whl/cpu"
        start = time.monotonic()
        build = torch_build.choose(pip, V, address)
        assert time.monotonic() - start < torch_build.INDEX_SECONDS
    assert (build.version, build.cuda, build.options) == (V, True, ())
    assert f"{address} does not answer" in build.told


@pytest.mark.parametrize("host", ["http://127.0.0.1", "https://nowhere.invalid"])
def test_index_that_cannot_be_reached_is_silent_too(pip, index, host):
    """No network to it, or no such host."""
    index.add("torch", V, NVIDIA)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    build = torch_build.choose(pip, V, f"{host}:{port}")
    assert build.cuda
    assert "does not answer" in build.told


def test_no_index_of_pytorch_is_asked_where_none_is_named(pip, index):
    """TORCH_INDEX= switches it off."""
    index.add("torch", V, NVIDIA)
    assert torch_build.choose(pip, V, "").told == "pip's own sources have no CPU build for this Python"


def test_who_asks_for_cards_gets_the_cuda_build(pip, index):
    """Also where a build for the CPU would come first."""
    index.add("torch", V, NVIDIA)
    index.add("torch", f"{V}+cpu")
    build = torch_build.choose(pip, V, "", gpu=True)
    assert (build.version, build.cuda) == (V, True)


def test_cuda_build_that_is_not_there_is_told(pip, index):
    """No build for the CPU is taken for it in silence."""
    index.add("torch", V)
    with pytest.raises(CannotBeHad, match=f"a CUDA build of torch {V} cannot be had .* only one for the CPU"):
        torch_build.choose(pip, V, "", gpu=True)


def test_version_that_is_nowhere_is_told(pip, index):
    """A Python that is too new, for instance; what is there instead is said."""
    index.add("torch", "2.9.0")
    with pytest.raises(
        CannotBeHad, match=r"torch 2\.13\.0 cannot be had for this Python: .*from versions: 2\.9\.0"
    ):
        torch_build.choose(pip, V, "")


def test_no_network_is_told(pip, index):
    """It is no fault of torch's."""
    index.close()
    with pytest.raises(CannotBeHad, match="the package index does not answer"):
        torch_build.choose(pip, V, "")
