"""Landlock: a second opinion on files that holds even where the mounts are wrong, and works without any
namespace."""

from __future__ import annotations

import os
import stat
import struct

from autograder.sandbox.syscalls import syscall

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK, _REFER, _TRUNCATE, _IOCTL_DEV = 1 << 6, 1 << 11, 1 << 13, 1 << 14, 1 << 15
_ALL = (1 << 16) - 1
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_READ_WRITE = _ALL & ~(_MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_NET_TCP = 0b11
_SCOPE_ALL = 0b11


def version() -> int:
    """Return the kernel's Landlock version; 0 where it has none or it is switched off."""
    try:
        return syscall("landlock version", _CREATE, None, 0, 1)
    except OSError:
        return 0


def restrict(read_only: list[str], writable: list[str]) -> None:
    """Allow reading below `read_only`, everything ordinary below `writable`, and nothing else.

    Also, where the kernel can: no TCP, no abstract sockets and no signals to processes outside. Paths that do
        not exist are left out. Where the kernel has no Landlock this does nothing; the mounts then stand
        alone.
    """
    abi = version()
    if abi == 0:
        return
    handled = _ALL
    for needed, right in ((5, _IOCTL_DEV), (3, _TRUNCATE), (2, _REFER)):
        if abi < needed:
            handled &= ~right
    attributes = struct.pack("QQQ", handled, _NET_TCP if abi >= 4 else 0, _SCOPE_ALL if abi >= 6 else 0)
    ruleset = syscall("landlock_create_ruleset", _CREATE, attributes, len(attributes), 0)
    for paths, rights in ((read_only, _READ), (writable, _READ_WRITE)):
        for path in paths:
            if os.path.exists(path):
                _allow(ruleset, path, rights & handled)
    syscall("landlock_restrict_self", _RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        rights &= _FILE_RIGHTS
    rule = struct.pack("=Qi", rights, descriptor)
    syscall(f"landlock_add_rule {path}", _ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    os.close(descriptor)
