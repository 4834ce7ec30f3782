"""What the kernel refuses to do for student code: a seccomp filter that lists what nobody needs to solve an
assignment.

Refused calls fail with an error number, so that an honest library can go on without them; foreign
architectures are killed. The list is of denials because numpy, torch and TensorFlow use hundreds of calls,
which change with each version; what protects the files, processes and network of others are the namespaces,
and this filter takes away the ways around them.

Libraries are shown read-only, but their inodes are those of the machine: whoever watches, locks or marks one
there speaks to every other submission and sees which programs others start. So nothing can be watched, and a
lock succeeds without being taken: in a submission's own folders nobody else could want it, and h5py, sqlite3
and filelock go on.
"""

from __future__ import annotations

import struct

_DONE, _EPERM, _EACCES, _EINVAL, _ENOSYS = 0, 1, 13, 22, 38
_ALLOWED = None  # in the place of an error
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X86_64 = 0xC000003E
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# offsets in struct seccomp_data
_NUMBER, _ARCHITECTURE, _ARGUMENT_0, _ARGUMENT_1, _ARGUMENT_2 = 0, 4, 16, 24, 32
_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR, _IOCTL, _FCNTL, _MADVISE = 56, 435, 41, 53, 16, 72, 28
_CLONE_NEW_ANY = 0x7E020080
_AF_UNIX = 1
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_MADV_COLD, _MADV_PAGEOUT = 20, 21
# F_SETLK, F_SETLKW and their likes for open files
_LOCKS = [6, 7, 37, 38]
# What concerns a descriptor alone: copies, flags, signals, the size of a pipe as it is, seals. Not the file
# behind it: locks, leases, notes of changes (F_NOTIFY) and hints (F_SET_RW_HINT) belong to the inode, and the
# size of a pipe counts against the user whom all submissions may share.
_OF_DESCRIPTORS = [0, 1, 2, 3, 4, 8, 9, 10, 11, 1027, 1028, 1030, 1032, 1033, 1034]

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
    # watching files that others open, and what of them lies in memory
    "inotify_init": 253,
    "inotify_init1": 294,
    "inotify_add_watch": 254,
    "inotify_rm_watch": 255,
    "fanotify_init": 300,
    "fanotify_mark": 301,
    "mincore": 27,
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
    "quotactl_fd": 443,
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
# They succeed and do nothing: locks on files, and moving what all share between memory and disk.
IGNORED = {"flock": 73, "fadvise64": 221, "readahead": 187, "sync": 162, "syncfs": 306}
# As on a kernel that does not have them, so that the C library goes another way. preadv2 can ask whether a
# part of a file is in memory, cachestat does; mounts are numbered over the whole machine.
ABSENT = {"preadv2": 327, "pwritev2": 328, "cachestat": 451, "statmount": 457, "listmount": 458}


def program() -> bytes:
    """Return the filter as packed instructions for `syscalls.load_filter`."""
    instructions = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _X86_64),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *_unless(_JUMP_GREATER_EQUAL, 0x40000000, _EPERM),  # x32, a second table of the same calls
        *_unless(_JUMP_EQUAL, _CLONE3, _ENOSYS),  # its flags lie behind a pointer; libc falls back to clone
        *[
            step
            for calls, error in ((DENIED, _EPERM), (IGNORED, _DONE), (ABSENT, _ENOSYS))
            for number in sorted(calls.values())
            for step in _unless(_JUMP_EQUAL, number, error)
        ],
        *_argument(_CLONE, _ARGUMENT_0, {_EPERM: [_CLONE_NEW_ANY]}, jump=_JUMP_ANY_BIT),
        *_argument(_SOCKET, _ARGUMENT_0, {_ALLOWED: [_AF_UNIX]}, otherwise=_EACCES),
        *_argument(_SOCKETPAIR, _ARGUMENT_0, {_ALLOWED: [_AF_UNIX]}, otherwise=_EACCES),
        *_argument(_IOCTL, _ARGUMENT_1, {_EPERM: [_TIOCSTI, _TIOCLINUX]}),
        *_argument(_FCNTL, _ARGUMENT_1, {_ALLOWED: _OF_DESCRIPTORS, _DONE: _LOCKS}, otherwise=_EINVAL),
        *_argument(_MADVISE, _ARGUMENT_2, {_EINVAL: [_MADV_COLD, _MADV_PAGEOUT]}),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def _unless(jump: int, value: int, error: int) -> list[tuple[int, int, int, int]]:
    """Two steps: if the loaded number compares true with `value`, fail with `error`."""
    return [(jump, 0, 1, value), _verdict(error)]


def _argument(
    call: int,
    offset: int,
    cases: dict[int | None, list[int]],
    *,
    jump: int = _JUMP_EQUAL,
    otherwise: int | None = _ALLOWED,
) -> list[tuple[int, int, int, int]]:
    """Steps that judge `call` by one argument, to the end; any other call skips them all.

    Args:
        call: number of the call.
        offset: of the argument.
        cases: which values lead to which error.
        jump: how argument and value are compared.
        otherwise: the error of all other values.
    """
    body = [(_LOAD, 0, 0, offset)]
    for error, values in cases.items():
        for value in values:
            body += [(jump, 0, 1, value), _verdict(error)]
    body.append(_verdict(otherwise))
    return [(_JUMP_EQUAL, 0, len(body), call), *body]


def _verdict(error: int | None) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, _ALLOW if error is _ALLOWED else _ERRNO | error)
