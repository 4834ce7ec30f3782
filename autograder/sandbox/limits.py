"""How much student code may use: limits that the kernel keeps for each process, and a look at all of them
together."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass

_MB = 1 << 20
# A thread reserves 8 MB of stack and 64 MB of addresses before it uses any; the C library aborts where it
# gets none.
_STACK_MB, _ARENA_MB = 8, 64
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; `memory_mb` counts above what the warm process already holds."""

    memory_mb: int
    cpu_seconds: int
    processes: int = 64
    file_mb: int = 64
    descriptors: int = 256


def apply(limits: Limits, *, own_user: bool = True) -> None:
    """Set the limits for this process and its children; soft and hard alike, so that none can be raised
    again.

    Args:
        own_user: whether nobody else runs as this user: the kernel counts processes by user, and those of an
            instructor's desktop would leave none.
    """
    data_mb, address_mb = (_present_kb(key) // 1024 for key in ("VmData", "VmSize"))
    for kind, value in (
        (resource.RLIMIT_DATA, (data_mb + limits.memory_mb + limits.processes * _STACK_MB) * _MB),
        (
            resource.RLIMIT_AS,
            (address_mb + 2 * limits.memory_mb + limits.processes * (_STACK_MB + _ARENA_MB)) * _MB,
        ),
        *([(resource.RLIMIT_NPROC, limits.processes)] if own_user else []),
        (resource.RLIMIT_FSIZE, limits.file_mb * _MB),
        (resource.RLIMIT_NOFILE, limits.descriptors),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 256),
    ):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def memory_in_use(pid: int, enough: int = 0) -> int:
    """Return the bytes of private and shared anonymous memory of `pid` and all processes below it.

    Every process of a PID namespace is below its first one, since orphans are handed to that. Pages that
    several
    processes share are counted once: the quick count, which counts them for each, is exact enough while it
    stays under `enough`; above that the kernel is asked for proportional shares. A process that ended
    meanwhile counts 0.
    """
    found = _family(pid)
    quick = sum(_kilobytes(f"/proc/{each}/status", ("RssAnon:", "RssShmem:")) for each in found) * 1024
    if quick <= enough:
        return quick
    exact = (
        sum(_kilobytes(f"/proc/{each}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) for each in found) * 1024
    )
    return exact or quick


def processor_seconds(pid: int) -> float:
    """Return the processor time of `pid` and all processes below it, living or waited for.

    Threads and processes count together. One that ended meanwhile counts 0.
    """
    # user and system time of the process, then of its children that it has waited for
    return sum(sum(map(int, fields[11:15])) for each in _family(pid) if (fields := _stat(f"{each}"))) / _TICKS


def is_asleep(pid: int) -> bool:
    """Return whether no thread of `pid` or of a process below it runs, or waits for a processor or a
    disk."""
    tasks = (f"{each}/task/{task}" for each in _family(pid) for task in _tasks(each))
    return not any(fields[0] in "RD" for task in tasks if (fields := _stat(task)))


def threads_and_children(pid: int) -> frozenset[int]:
    """Return the ids of the threads of a process and of its children, those who lost their parent among
    them."""
    return frozenset([*_tasks(pid), *_children(pid)])


def is_alone(pid: int) -> bool:
    """Return whether a process has one thread and no child."""
    return len(threads_and_children(pid)) == 1


def _family(pid: int) -> list[int]:
    """Return `pid` and all processes below it."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(_children(current))
    return found


def _tasks(pid: int) -> list[int]:
    try:
        return [int(task) for task in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


def _stat(task: str) -> list[str]:
    """Return the fields of a process or a thread from its state on; none if it has ended."""
    try:
        with open(f"/proc/{task}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()  # its name may hold anything
    except OSError:
        return []


def _kilobytes(path: str, keys: tuple[str, ...]) -> int:
    try:
        with open(path, encoding="ascii", errors="replace") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith(keys))
    except OSError:
        return 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in _tasks(pid):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                found.extend(int(child) for child in children.read().split())
    except OSError:
        pass  # the process ended while it was read, or this kernel does not list children
    return found


def _present_kb(key: str) -> int:
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key + ":"))
