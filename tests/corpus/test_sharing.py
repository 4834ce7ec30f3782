"""Submissions speak to each other, or listen to the machine, through what all of them are shown (threat 62).

The libraries lie on the machine once, and each submission sees the same inodes. In each attack one player tells and
another listens; without walls it hears, which is the proof that there is something to hear.
"""

import pytest

from autograder.referee.processes import Zygote
from tests.autograder.conftest import Play

START = """
import ctypes, fcntl, os, signal, struct, time
libc = ctypes.CDLL(None, use_errno=True)
shared = os.__file__                    # a file of the machine's that every submission may read
opened = os.open(shared, os.O_RDONLY)
heard = False
def answer(call):
    try: return call()
    except OSError: return None
"""
LOCK = "fcntl.fcntl(opened, {}, struct.pack('hhqqi4x', fcntl.{}, 0, 0, 0, 0))"
# What the listener does first, what the other one tells, and how the listener hears it.
ATTACKS = {
    "inotify": (
        "watch = libc.inotify_init1(os.O_NONBLOCK)\nlibc.inotify_add_watch(watch, shared.encode(), 0x20)",
        "open(shared).close()",
        "heard = bool(answer(lambda: os.read(watch, 4096)))",
    ),
    "inotify-of-a-folder": (
        "watch = libc.inotify_init()\nlibc.inotify_add_watch(watch, os.path.dirname(shared).encode(), 0x20)",
        "open(shared).close()",
        "os.set_blocking(watch, False) if watch >= 0 else None\nheard = bool(answer(lambda: os.read(watch, 4096)))",
    ),
    "inotify-of-a-device": (
        "watch = libc.inotify_init1(os.O_NONBLOCK)\nlibc.inotify_add_watch(watch, b'/dev/null', 0x20)",
        "open('/dev/null').close()",
        "heard = bool(answer(lambda: os.read(watch, 4096)))",
    ),
    "dnotify": (
        "def hear(*_):\n    global heard\n    heard = True\nsignal.signal(signal.SIGIO, hear)\n"
        "folder = os.open(os.path.dirname(shared), os.O_RDONLY)\n"
        "answer(lambda: fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT))",
        "open(shared).read()",
        "time.sleep(0.05)",
    ),
    "flock": (
        "",
        "fcntl.flock(opened, fcntl.LOCK_EX)",
        "try: fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError: heard = True",
    ),
    "fcntl-lock": (
        "",
        LOCK.format("fcntl.F_SETLK", "F_RDLCK"),
        f"reply = answer(lambda: {LOCK.format('fcntl.F_GETLK', 'F_WRLCK')})\n"
        "heard = reply is not None and struct.unpack_from('h', reply)[0] != fcntl.F_UNLCK",
    ),
    "lock-of-an-open-file": (
        "",
        LOCK.format("37", "F_RDLCK"),
        f"reply = answer(lambda: {LOCK.format('36', 'F_WRLCK')})\n"
        "heard = reply is not None and struct.unpack_from('h', reply)[0] != fcntl.F_UNLCK",
    ),
    "lock-of-a-device": (
        "opened = os.open('/dev/zero', os.O_RDWR)",
        "opened = os.open('/dev/zero', os.O_RDWR)\nfcntl.lockf(opened, fcntl.LOCK_EX)",
        "try: fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept OSError: heard = True",
    ),
    "times-of-a-device": (
        "before = os.stat('/dev/null').st_mtime_ns",
        "answer(lambda: os.utime('/dev/null'))",
        "heard = os.stat('/dev/null').st_mtime_ns != before",
    ),
    "semaphores": (
        "",
        "kept = libc.semget(0x4B57, 3, 0o1666)",
        "heard = libc.semget(0x4B57, 0, 0) >= 0\nlibc.semctl(libc.semget(0x4B57, 0, 0), 0, 0)",
    ),
    "queue-of-messages": (
        "",
        "kept = libc.msgget(0x4B57, 0o1666)",
        "heard = libc.msgget(0x4B57, 0) >= 0\nlibc.msgctl(libc.msgget(0x4B57, 0), 0, None)",
    ),
    "abstract-socket": (
        "import socket\nserver = socket.socket(socket.AF_UNIX)\nserver.bind(b'\\0kernelwise')\nserver.listen()\n"
        "server.setblocking(False)",
        "import socket\nclient = socket.socket(socket.AF_UNIX)\nanswer(lambda: client.connect(b'\\0kernelwise'))",
        "heard = answer(server.accept) is not None",
    ),
    "load": ("", "", "heard = answer(lambda: open('/proc/loadavg').read()) is not None"),
    "table-of-locks": ("", "", "heard = answer(lambda: open('/proc/locks').read()) is not None"),
}


def heard(warm: Zygote, attack: str) -> bool:
    """Return whether the attack's listener hears what another player of the same warm process tells."""
    first, told, then = ATTACKS[attack]
    listener, teller = warm.spawn(), warm.spawn()
    try:
        for player, source in ((listener, START + first), (teller, START + told), (listener, then)):
            Play(player).run(source)  # it may fail: what counts is whether anything was heard
        return Play(listener).value("heard")
    finally:
        listener.close()
        teller.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_62_one_submission_tells_another(zygote, open_zygote, attack):
    """Nothing that is told through the machine's files, devices, tables and queues is heard."""
    assert heard(open_zygote, attack)
    assert not heard(zygote, attack)


MARKS = {
    "lease": ("fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)", 22),
    "look-at-a-lease": ("fcntl.fcntl(opened, fcntl.F_GETLEASE)", 22),
    "hint-of-use": ("fcntl.fcntl(opened, 1036, struct.pack('Q', 3))", 22),
    "look-at-a-hint": ("fcntl.fcntl(opened, 1035, bytes(8))", 22),
    "pages-of-pipes": ("fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)", 22),
    "what-lies-in-memory": ("refused(27, 0, 4096, bytes(1))", 1),
    "what-lies-in-memory-of-a-file": ("refused(451, opened, bytes(16), bytes(40), 0)", 38),
    "read-only-what-lies-in-memory": ("refused(327, opened, 0, 0, 0, 0, 8)", 38),
    "throw-out-of-memory": ("refused(28, 0, 4096, 21)", 22),
    "watch-a-mount": ("refused(301, 0, 0, 0, 0, 0)", 1),
    "number-of-mounts": ("refused(458, 0, 0, 0, 0)", 38),
}


@pytest.mark.parametrize(("call", "number"), MARKS.values(), ids=MARKS)
def test_62_marks_on_what_is_shared_are_refused(zygote, call, number):
    """What cannot be shown with two players on every machine is refused by the kernel all the same."""
    player = zygote.spawn()
    try:
        ask = Play(player)
        ask.run(
            START + "def refused(*arguments):\n"
            "    if libc.syscall(*arguments) < 0: raise OSError(ctypes.get_errno(), 'refused')"
        )
        assert f"[Errno {number}]" in ask.error(call)
    finally:
        player.close()


def test_62_no_memory_is_shared_with_the_warm_process(zygote):
    """A page that can be written to and is kept over a fork would be one for all submissions."""
    player = zygote.spawn()
    look = "[line for line in open('/proc/self/maps') if 's' in line.split()[1] and 'w' in line.split()[1]]"
    try:
        ask = Play(player)
        assert ask.value(look) == []
        ask.run("import mmap\nkept = mmap.mmap(-1, 4096)")
        assert len(ask.value(look)) == 1
    finally:
        player.close()


def test_62_only_its_own_processes_are_told_of(zygote):
    """/proc has the submission's own processes, and nothing of the machine's."""
    player = zygote.spawn()
    try:
        assert Play(player).value("sorted(__import__('os').listdir('/proc'))") == ["1", "self", "thread-self"]
    finally:
        player.close()


HONEST_LOCKS = {
    "h5py": "import h5py\nwith h5py.File('a.h5', 'w') as f: f['x'] = [1, 2]\nwith h5py.File('a.h5', locking=True) as f: x = f['x'][1]",
    "sqlite3": "import sqlite3\nwith sqlite3.connect('a.db') as db: db.execute('create table t (x)'); db.execute('insert into t values (2)')\n"
    "(x,) = sqlite3.connect('a.db').execute('select x from t').fetchone()",
    "sqlite3-in-two": "import sqlite3\none, two = sqlite3.connect('b.db'), sqlite3.connect('b.db')\none.execute('create table t (x)')\n"
    "one.execute('insert into t values (2)'); one.commit()\n(x,) = two.execute('select x from t').fetchone()",
    "shelve": "import shelve\nwith shelve.open('kept') as kept: kept['x'] = 2\nwith shelve.open('kept') as kept: x = kept['x']",
    "filelock": "import filelock\nwith filelock.FileLock('a.lock', timeout=1): x = 2",
    "fcntl": "import fcntl\nwith open('a.txt', 'w') as f:\n    fcntl.flock(f, fcntl.LOCK_EX); fcntl.lockf(f, fcntl.LOCK_UN); x = 2",
    "tempfile": "import tempfile\nwith tempfile.NamedTemporaryFile() as f: f.write(b'22'); f.flush(); x = f.tell()",
    "matplotlib": "import matplotlib.pyplot as plt\nplt.plot([1]); plt.savefig('a.png'); x = 2",
    "joblib": "import joblib\nx = joblib.Memory('cache', verbose=0).cache(abs)(-2)",
    "processes": "import multiprocessing as mp\nwith mp.Pool(2) as pool: x = pool.map(abs, [1, -2])[1]",
    "queue": "import multiprocessing as mp\nq = mp.Queue(); p = mp.Process(target=q.put, args=(2,)); p.start(); x = q.get(); p.join()",
    "shared-memory": "from multiprocessing import shared_memory\nm = shared_memory.SharedMemory(create=True, size=9); m.buf[0] = 2; x = m.buf[0]; m.close(); m.unlink()",
    "preadv": "import os\nd = os.open(os.__file__, 0); x = os.preadv(d, [bytearray(2)], 0)",
    "processors": "import os\nx = 2 if os.cpu_count() and os.sched_getaffinity(0) else 0",
    "psutil": "import psutil\nx = 2 if psutil.Process().memory_info().rss and psutil.cpu_count() else 0",
}


@pytest.mark.parametrize("source", HONEST_LOCKS.values(), ids=HONEST_LOCKS)
def test_62_honest_libraries_that_lock_files_go_on(zygote, source):
    """A lock in a submission's own folders succeeds: nobody else could want it."""
    player = zygote.spawn()
    try:
        assert Play(player).run(source)["failure"] is None
        assert Play(player).value("int(x)") == 2
    finally:
        player.close()
