"""The rungs of the sandbox, strongest first, each for a kind of machine; the first one that works is taken.

1  namespaces as root, then an unprivileged user id that nobody has
2  user namespaces: the same walls without being root
5  limits on time and memory only, no walls at all: refused unless the instructor says that submissions are
trusted

Rungs 3 (bubblewrap) and 4 (Landlock and seccomp alone, inside containers) are not built yet.
"""

from __future__ import annotations

import contextlib
import os

from autograder.sandbox import filters, landlock, limits, syscalls
from autograder.sandbox.filesystem import COURSE, WORK, WRITABLE, View, build_root
from autograder.sandbox.limits import Limits
from autograder.sandbox.syscalls import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
)

ROOT, USER, TRUSTED = 1, 2, 5
# Whose system calls the walls know by number; elsewhere the numbers are those of other calls.
MACHINE = "x86_64"
NAMES = {
    ROOT: "namespaces as root",
    USER: "user namespaces",
    TRUSTED: "limits only, no walls (submissions are trusted)",
}
# A slot's user id is far above what systems hand out, and one for each warm process: RLIMIT_NPROC counts by
# user.
_FIRST_SLOT = 1_900_000_000
_INSIDE_UID = 1000
# A process of which a child was ended by signal n ends with this and n, as a shell does.
SIGNALLED = 128


def slot_owner(rung: int) -> int | None:
    """Return the user id that student code gets on this rung; None where it keeps the present one."""
    return _FIRST_SLOT + os.getpid() if rung == ROOT else None


def prepare(rung: int) -> int | None:
    """Do once, in the warm process and before it imports anything, what each later entry builds on.

    On the user rung this moves into a user and a PID namespace of its own: the process forks, the parent
    waits for the child and ends as it does, and only the child returns.

    Returns:
        A descriptor of the PID namespace to come back to after each fork; None on the trusted rung.
    Raises:
        OSError: this machine forbids it, or has another kind of processor.
    """
    if rung == TRUSTED:
        return None
    if os.uname().machine != MACHINE:
        raise OSError(f"the sandbox knows {MACHINE} processors only, and this is {os.uname().machine}")
    if rung == USER:
        user, group = os.getuid(), os.getgid()
        syscalls.unshare(CLONE_NEWUSER | CLONE_NEWPID)
        _map_ids(0, user, 0, group)
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else SIGNALLED - code)
        syscalls.die_with_parent()
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def fork(home_namespace: int | None) -> int:
    """Fork a child that is the first process of a new PID namespace (on the trusted rung: just fork)."""
    if home_namespace is None:
        return os.fork()
    syscalls.unshare(CLONE_NEWPID)
    try:
        pid = os.fork()
    except OSError:
        syscalls.setns(home_namespace, CLONE_NEWPID)
        raise
    if pid:
        syscalls.setns(home_namespace, CLONE_NEWPID)
    return pid


def enter(rung: int, view: View, budget: Limits, keep: set[int]) -> None:
    """Lock this process in; it must be fresh from `fork`. Nothing undoes it.

    Args:
        view, budget: what it sees and may use.
        keep: descriptors that stay open.
    Raises:
        OSError: a step failed; the process must not run student code then.
    """
    if rung == TRUSTED:
        limits.apply(budget, own_user=False)
        syscalls.die_with_parent()
        syscalls.close_all_but(keep)
        return
    syscalls.unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)
    build_root(view)
    if rung == USER:
        syscalls.unshare(CLONE_NEWUSER)  # capabilities over nothing, and a process count of its own
        _map_ids(_INSIDE_UID, 0, _INSIDE_UID, 0)
    limits.apply(budget)
    if view.owner is not None:
        os.setgroups([])
        os.setresgid(view.owner, view.owner, view.owner)
        os.setresuid(view.owner, view.owner, view.owner)
    syscalls.no_new_privileges()
    syscalls.drop_capabilities()
    syscalls.set_dumpable(True)  # else /proc/self belongs to root and libraries stumble
    landlock.restrict(
        ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", COURSE, *view.read_only],
        [*WRITABLE, "/dev"],
    )
    syscalls.die_with_parent()  # after the change of user, which clears it
    syscalls.load_filter(filters.program())
    syscalls.close_all_but(keep)
    os.chdir(WORK)


def _map_ids(inside_user: int, outside_user: int, inside_group: int, outside_group: int) -> None:
    with contextlib.suppress(PermissionError):  # a namespace inside another that denies it already
        _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{inside_user} {outside_user} 1")
    _write("/proc/self/gid_map", f"{inside_group} {outside_group} 1")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
