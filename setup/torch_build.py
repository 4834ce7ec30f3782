"""Which build of torch this machine gets: it comes as one for the CPU and one for graphics cards (CUDA).

The course needs the CPU build; the other is fifteen times as large and does the same. So: a CPU build that
pip finds by itself, else one from PyTorch's own index, else the CUDA build with all that it needs. Who has a
graphics card may ask for the CUDA build.
"""

from __future__ import annotations

from dataclasses import dataclass

from setup.pip import CannotBeHad, Found, Pip, is_network

# To download, in GB, of both builds: torch with what it needs, and the whole set-up.
CPU_GB, CUDA_GB = (0.2, 0.9), (2.7, 3.5)
INDEX_SECONDS = 60.0


@dataclass(frozen=True)
class Build:
    """A build of torch.

    Attributes:
        version: with its suffix, such as 2.13.0+cpu.
        cuda: whether it is the one for graphics cards.
        options: what tells pip where it lies.
        told: for the reader: where it comes from, and why not from a better place.
    """

    version: str
    cuda: bool
    options: tuple[str, ...]
    told: str


def is_cuda(found: Found) -> bool:
    """Tell whether a build needs the libraries of graphics cards, whatever its version is called."""
    return any(text.lower().startswith(("nvidia-", "cuda-")) for text in found.requires)


def choose(pip: Pip, version: str, index: str, *, gpu: bool = False) -> Build:
    """Ask pip's own sources and then PyTorch's index for a build.

    Args:
        version: the locked one, without a suffix.
        index: address of PyTorch's index of CPU builds; empty for none.
        gpu: take the CUDA build.
    Raises:
        CannotBeHad: there is none of this version, or nobody answers.
    """
    if gpu:
        # === takes the version without a suffix: a CPU build, 2.13.0+cpu, would come before it
        answer = pip.ask(f"torch==={version}")
        if answer.found is None or not is_cuda(answer.found):
            raise CannotBeHad(
                _none(f"a CUDA build of torch {version}", answer.said or "only one for the CPU")
            )
        return Build(version, True, (), "as GPU=1 asks")
    plain = pip.ask(f"torch=={version}")
    own = plain
    if own.found is not None and is_cuda(own.found):
        own = pip.ask(f"torch==={version}+cpu")
    if own.found is not None and not is_cuda(own.found):
        return Build(own.found.version, False, (), "from pip's own sources")
    why_not = "pip's own sources have no CPU build for this Python"
    if index:
        options = ("--index-url", index)
        theirs = pip.ask(f"torch=={version}", options, INDEX_SECONDS)
        if theirs.found is not None and not is_cuda(theirs.found):
            return Build(theirs.found.version, False, options, f"from {index}")
        silent = theirs.found is None and is_network(theirs.said)
        why_not += f", and {index} {'does not answer' if silent else 'has none'}"
    if plain.found is not None:
        return Build(plain.found.version, True, (), why_not)
    raise CannotBeHad(_none(f"torch {version}", plain.said))


def _none(what: str, said: str) -> str:
    if is_network(said):
        return f"the package index does not answer ({said}); is there a network?"
    return f"{what} cannot be had for this Python: {said}"
