"""The system calls of the sandbox that Python has no function for, through ctypes (Linux on x86-64)."""

from __future__ import annotations

import ctypes
import os
import struct

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18

_PIVOT_ROOT, _CAPSET, _SECCOMP, _CLOSE_RANGE, _MOUNT_SETATTR = 155, 126, 317, 436, 442
_AT_FDCWD, _AT_RECURSIVE, _MNT_DETACH = -100, 0x8000, 2
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> int:
    """Return `result`, or raise OSError with the reason and `what` was tried."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(what: str, number: int, *arguments: int | bytes | None) -> int:
    """Make a raw system call; `what` names it in an error."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return check(_libc.syscall(ctypes.c_long(number), *wide), what)


def unshare(flags: int) -> None:
    """Move this process (or, for CLONE_NEWPID, its next child) into namespaces of its own."""
    check(_libc.unshare(flags), f"unshare({flags:#x})")


def setns(descriptor: int, kind: int) -> None:
    """Join the namespace of `kind` behind `descriptor`."""
    check(_libc.setns(descriptor, kind), f"setns({kind:#x})")


def mount(
    source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str | None = None
) -> None:
    """mount(2)."""
    source_, target_, kind_, data_ = (
        None if t is None else os.fsencode(t) for t in (source, target, kind, data)
    )
    check(_libc.mount(source_, target_, kind_, ctypes.c_ulong(flags), data_), f"mount {source} on {target}")


def make_read_only(path: str, flags: int = MS_RDONLY | MS_NOSUID | MS_NODEV) -> None:
    """Make the mount at `path`, and all below it, read-only, without set-user-id programs and devices."""
    attributes = struct.pack("QQQQ", flags, 0, 0, 0)
    arguments = (_AT_FDCWD, os.fsencode(path), _AT_RECURSIVE, attributes, len(attributes))
    syscall(f"mount_setattr {path}", _MOUNT_SETATTR, *arguments)


def pivot_root(new_root: str) -> None:
    """Make `new_root` the root of this process and drop the old one."""
    os.chdir(new_root)
    syscall("pivot_root", _PIVOT_ROOT, b".", b".")
    check(_libc.umount2(b".", _MNT_DETACH), "umount of the old root")
    os.chdir("/")


def no_new_privileges() -> None:
    """From here on no exec can gain privileges; Landlock and seccomp need it."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent(signal: int = 9) -> None:
    """Have the kernel send `signal` when the parent thread ends. A later change of user clears it."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def set_dumpable(value: bool) -> None:
    """Let (or do not let) processes of the same user look into /proc/self of this one."""
    _prctl(_PR_SET_DUMPABLE, int(value))


def drop_capabilities() -> None:
    """Give up every capability in every set but the bounding one, which no_new_privileges makes harmless."""
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    syscall("capset", _CAPSET, header, struct.pack("6I", *[0] * 6))


def load_filter(program: bytes) -> None:
    """Install a seccomp program (packed `struct sock_filter`s)."""
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    syscall("seccomp", _SECCOMP, 1, 0, header)


def close_all_but(keep: set[int]) -> None:
    """Close every descriptor that is not in `keep`: a fork inherits them all."""
    first = 0
    for descriptor in [*sorted(keep), 1 << 30]:
        if descriptor > first:
            syscall("close_range", _CLOSE_RANGE, first, descriptor - 1, 0)
        first = descriptor + 1


def _prctl(option: int, value: int) -> None:
    check(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl({option})")
