"""What the kernel refuses to do for student code: a seccomp filter that lists what nobody needs to solve an
assignment.

Refused calls fail with an error number, so that an honest library can go on without them; foreign
architectures are killed. The list is of denials because numpy, torch and TensorFlow use hundreds of calls,
which change with each version; what protects the files, processes and network of others are the namespaces,
and this filter takes away the ways around them.
"""

from __future__ import annotations

import struct

_EPERM, _EACCES, _ENOSYS = 1, 13, 38
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X86_64 = 0xC000003E
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENT_0, _ARGUMENT_1 = 0, 4, 16, 24  # offsets in struct seccomp_data
_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR, _IOCTL = 56, 435, 41, 53, 16
_CLONE_NEW_ANY = 0x7E020080
_AF_UNIX = 1
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C

DENIED = {
    # looking into or steering other processes
    "ptrace": 101,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "kcmp": 312,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "perf_event_open": 298,
    "sched_setattr": 314,
    "ioprio_set": 251,
    # changing what is mounted, and new namespaces
    "mount": 165,
    "umount2": 166,
    "pivot_root": 155,
    "chroot": 161,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
    "unshare": 272,
    "setns": 308,
    # large or rarely audited doors into the kernel
    "bpf": 321,
    "userfaultfd": 323,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "keyctl": 250,
    "add_key": 248,
    "request_key": 249,
    "lookup_dcookie": 212,
    "vmsplice": 278,
    "personality": 135,
    "name_to_handle_at": 303,
    "open_by_handle_at": 304,
    "fanotify_init": 300,
    "landlock_create_ruleset": 444,
    "nfsservctl": 180,
    "uselib": 134,
    "ustat": 136,
    "sysfs": 139,
    "modify_ldt": 154,
    # the machine as a whole
    "init_module": 175,
    "finit_module": 313,
    "delete_module": 176,
    "kexec_load": 246,
    "kexec_file_load": 320,
    "reboot": 169,
    "swapon": 167,
    "swapoff": 168,
    "syslog": 103,
    "acct": 163,
    "quotactl": 179,
    "iopl": 172,
    "ioperm": 173,
    "settimeofday": 164,
    "clock_settime": 227,
    "clock_adjtime": 305,
    "adjtimex": 159,
    "sethostname": 170,
    "setdomainname": 171,
    "mknod": 133,
    "mknodat": 259,
    # memory that no limit counts
    "memfd_create": 319,
    "memfd_secret": 447,
    "mlockall": 151,
    "shmget": 29,
    "shmat": 30,
    "shmctl": 31,
    "msgget": 68,
    "semget": 64,
    "mq_open": 240,
}


def program() -> bytes:
    """Return the filter as packed instructions for `syscalls.load_filter`."""
    instructions = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _X86_64),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *_unless(_JUMP_GREATER_EQUAL, 0x40000000, _EPERM),  # x32, a second table of the same calls
        *_unless(_JUMP_EQUAL, _CLONE3, _ENOSYS),  # its flags lie behind a pointer; libc falls back to clone
        *[step for number in sorted(DENIED.values()) for step in _unless(_JUMP_EQUAL, number, _EPERM)],
        *_argument(_CLONE, _ARGUMENT_0, _JUMP_ANY_BIT, [_CLONE_NEW_ANY], denied_if=True, error=_EPERM),
        *_argument(_SOCKET, _ARGUMENT_0, _JUMP_EQUAL, [_AF_UNIX], denied_if=False, error=_EACCES),
        *_argument(_SOCKETPAIR, _ARGUMENT_0, _JUMP_EQUAL, [_AF_UNIX], denied_if=False, error=_EACCES),
        *_argument(_IOCTL, _ARGUMENT_1, _JUMP_EQUAL, [_TIOCSTI, _TIOCLINUX], denied_if=True, error=_EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def _unless(jump: int, value: int, error: int) -> list[tuple[int, int, int, int]]:
    """Two steps: if the loaded number compares true with `value`, fail with `error`."""
    return [(jump, 0, 1, value), (_RETURN, 0, 0, _ERRNO | error)]


def _argument(call: int, offset: int, jump: int, values: list[int], *, denied_if: bool, error: int) -> list:
    """Steps that judge `call` by one argument, to the end; any other call skips them all."""
    denied, allowed = (_RETURN, 0, 0, _ERRNO | error), (_RETURN, 0, 0, _ALLOW)
    body = [(_LOAD, 0, 0, offset)]
    for value in values:
        body += [(jump, 0, 1, value), denied if denied_if else allowed]
    body.append(allowed if denied_if else denied)
    return [(_JUMP_EQUAL, 0, len(body), call), *body]
