"""The walls: each thing that student code must not do is tried from inside, and shown to be possible without
them."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from autograder.errors import PlayerDied
from autograder.referee.processes import Zygote
from autograder.sandbox import filters, landlock
from tests.autograder.conftest import running_commands


def test_files_of_the_machine_are_not_there(play, open_play, secret_file):
    """Hidden checks, other students and gradebooks do not exist inside."""
    read = f"text = open({str(secret_file)!r}).read()"
    assert open_play.run(read)["failure"] is None
    assert play.error(read).startswith("FileNotFoundError")
    for path in ("/root", "/home", "/var", "/etc/shadow", "/sys", os.path.dirname(os.path.abspath(__file__))):
        if not way_to_libraries(path):
            assert play.value(f"__import__('os').path.exists({path!r})") is False, path


def way_to_libraries(path: str) -> set[str]:
    """Return which entries of a folder lead to the libraries; a Python or a course may lie in a home folder."""
    libraries = (Path(place) for place in (sys.prefix, sys.base_prefix))
    return {place.relative_to(path).parts[0] for place in libraries if Path(path) in place.parents}


def test_folder_on_the_way_to_the_libraries_holds_nothing_else(play):
    """Where the Python or the course lies in a home folder, that folder exists inside, and nothing else of it."""
    look = (
        "def entries(path):\n    import os\n    try: return sorted(os.listdir(path))\n"
        "    except (FileNotFoundError, PermissionError): return []"
    )
    assert play.run(look)["failure"] is None
    above = {str(folder) for place in (sys.prefix, sys.base_prefix) for folder in Path(place).parents}
    for path in {"/root", "/home", *above} - {"/", "/usr"}:
        assert set(play.call("entries", path)["value"]) <= way_to_libraries(path), path
        beside = f"{path}/.bashrc"
        assert play.value(f"__import__('os').path.exists({beside!r})") is False


def test_grader_and_checks_are_not_importable(play, open_play):
    """What the warm process did not load of the grader is not on disk either."""
    for module in ("autograder.referee", "autograder.judge.verdict", "kernelwise.convolution"):
        assert open_play.run(f"import {module}")["failure"] is None
        assert play.error(f"import {module}").startswith("ModuleNotFoundError")


def test_libraries_are_read_only(play):
    """A submission must not leave anything behind for the next one."""
    for path in ("/usr/x", "/etc/x", "/course/x", "/x", "/dev/x"):
        assert play.error(f"open({path!r}, 'w')").startswith(("OSError: [Errno 30]", "PermissionError")), path
    assert play.error("import numpy; open(numpy.__file__, 'a')").startswith(
        ("OSError: [Errno 30]", "PermissionError")
    )


def test_three_folders_can_be_written(play):
    """Honest code needs a working folder, /tmp and shared memory."""
    for folder in (".", "/tmp", "/dev/shm"):
        assert (
            play.run(
                f"open('{folder}/my.txt', 'w').write('1'); assert open('{folder}/my.txt').read() == '1'"
            )["failure"]
            is None
        )


def test_writable_folders_are_small(play):
    """Neither bytes nor inodes of the machine can be used up."""
    fill = "for i in range(9): open(f'/tmp/{i}', 'wb').write(bytes(30 << 20))"
    assert "Errno 28" in play.error(fill) or "Errno 27" in play.error(fill)
    many = "import os\nfor i in range(100_000): os.close(os.open(f'/dev/shm/{i}', os.O_CREAT | os.O_WRONLY))"
    assert "Errno 28" in play.error(many)


def test_other_processes_are_not_visible(play, open_play):
    """The referee has no process id inside: it cannot be read, traced or killed."""
    grader = os.getpid()
    look = f"open('/proc/{grader}/environ', 'rb').read(); import os; os.kill({grader}, 0)"
    assert open_play.run(look)["failure"] is None
    assert play.error(look).startswith("FileNotFoundError")
    assert play.error(f"import os; os.kill({grader}, 9)").startswith("ProcessLookupError")
    assert play.value("sorted(p for p in __import__('os').listdir('/proc') if p.isdigit())") == ["1"]


def test_environment_holds_nothing_of_the_grader(play, monkeypatch):
    """The warm process was started with a clean environment."""
    environment = play.value("dict(__import__('os').environ)")
    assert set(environment) <= {
        *(
            "PATH",
            "HOME",
            "USER",
            "LANG",
            "PYTHONHASHSEED",
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
        ),
        *(
            "NUMEXPR_NUM_THREADS",
            "CUDA_VISIBLE_DEVICES",
            "TF_CPP_MIN_LOG_LEVEL",
            "TF_ENABLE_ONEDNN_OPTS",
            "TF_NUM_INTRAOP_THREADS",
            "TF_NUM_INTEROP_THREADS",
            "KERAS_BACKEND",
        ),
        *("PIP_NO_INDEX", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR", "TORCHDYNAMO_DISABLE"),
        *("GLIBC_TUNABLES", "MPLBACKEND", "MPLCONFIGDIR", "IPYTHONDIR", "TMPDIR"),
    }


def test_no_descriptor_but_the_wire_is_inherited(play):
    """A fork inherits every open file of its parent: all are closed."""
    names = play.value(
        "sorted(__import__('os').readlink(f'/proc/self/fd/{n}') for n in __import__('os').listdir('/proc/self/fd') "
        "if __import__('os').path.exists(f'/proc/self/fd/{n}'))"
    )
    kinds = [name.partition(":")[0] for name in names]
    assert kinds.count("socket") == 1
    assert set(names) - {name for name in names if name.startswith(("socket", "/memfd"))} <= {"/dev/null"}


def test_network_is_unreachable(play, open_play):
    """Not even loopback: neither TCP, UDP nor abstract sockets."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        address = server.getsockname()
        abstract.bind(b"\0kernelwise-test")
        abstract.listen()
        tcp = f"import socket; socket.create_connection({address!r}, timeout=3).close()"
        unix = "import socket; s = socket.socket(socket.AF_UNIX); s.connect(b'\\0kernelwise-test'); s.close()"
        assert open_play.run(tcp)["failure"] is None
        assert open_play.run(unix)["failure"] is None
        assert play.error(tcp).startswith("PermissionError")
        assert play.error(unix).startswith(("ConnectionRefusedError", "PermissionError"))
        assert play.error("import socket; socket.socket(type=socket.SOCK_DGRAM)").startswith(
            "PermissionError"
        )
        assert play.error("import socket; socket.getaddrinfo('example.org', 80)").startswith("gaierror")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("unshare", "0x10000000"),
        ("mount", "0, 0, 0, 0, 0"),
        ("ptrace", "16, 1, 0, 0"),
        ("bpf", "0, 0, 0"),
        ("memfd_create", "b'x', 0"),
        ("keyctl", "0, 0"),
        ("io_uring_setup", "1, 0"),
        ("userfaultfd", "0"),
        ("perf_event_open", "0, 0, -1, -1, 0"),
        ("shmget", "0, 4096, 512"),
    ],
)
def test_calls_that_nobody_needs_are_refused(play, name, arguments):
    """The kernel's rarely audited doors are closed, with an error rather than a death."""
    number = filters.DENIED[name]
    source = f"import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nanswer = libc.syscall({number}, {arguments}), ctypes.get_errno()"
    assert play.run(source)["failure"] is None
    assert play.value("answer") == (-1, 1)


def test_new_namespaces_are_refused_to_clone_too(play):
    """clone with a namespace flag is refused; clone3, whose flags cannot be seen, does not exist."""
    source = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\na = libc.syscall({}, {}), ctypes.get_errno()"
    play.run(source.format(56, "0x10000011, 0, 0, 0, 0"))
    assert play.value("a") == (-1, 1)
    play.run(source.format(435, "0, 0"))
    assert play.value("a") == (-1, 38)


def test_no_privilege_is_left_or_can_be_gained(play):
    """No capability, no new privileges, a filter, and no user that anybody else has."""
    status = play.value("open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {fields[key] for key in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2")
    assert play.value("__import__('os').getuid()") != 0
    assert play.error("import os; os.setuid(0)").startswith(("PermissionError", "OSError: [Errno 22]"))
    assert (
        play.run("import subprocess; out = subprocess.run(['su', '-c', 'id'], capture_output=True)")[
            "failure"
        ]
        is None
    )
    assert play.value("out.returncode") != 0


def test_landlock_holds_where_this_kernel_has_it(play):
    """The second wall stands even inside the first: the root of the sandbox itself cannot be listed."""
    if landlock.version() == 0:
        assert play.run("import os; os.listdir('/')")["failure"] is None
    else:
        assert play.error("import os; os.listdir('/')").startswith("PermissionError")


def test_processes_are_limited(play):
    """A fork bomb and ten thousand threads meet a limit, and the player lives on."""
    forks = "import os, time\nfor _ in range(1000):\n    if os.fork() == 0: time.sleep(60); os._exit(0)"
    assert play.error(forks).startswith("BlockingIOError")
    assert play.value("1 + 1") == 2


def test_threads_are_limited(play):
    """Threads count as processes do."""
    threads = "import threading, time\nfor _ in range(10_000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    assert play.error(threads).startswith("RuntimeError")


def test_other_processes_of_the_user_do_not_count(play, open_play):
    """An ordinary user's desktop has hundreds: neither with walls nor without do they leave a submission none."""
    sleeping = [subprocess.Popen(["sleep", "60"]) for _ in range(80)]
    try:
        start = "import subprocess; subprocess.run(['true'], check=True)"
        assert play.run(start)["failure"] is None
        assert open_play.run(start)["failure"] is None
    finally:
        for process in sleeping:
            process.kill()
            process.wait()


def test_everything_started_dies_with_the_player(play):
    """Daemons with a session of their own are in the same PID namespace, which ends as a whole."""
    marker = f"kernelwise-{os.getpid()}-{time.monotonic_ns()}"
    daemon = (
        f"import subprocess; subprocess.Popen(['sh', '-c', 'sleep 600 # {marker}'], start_new_session=True)"
    )
    assert play.run(daemon)["failure"] is None
    assert marker in running_commands()
    play.player.close()
    assert marker not in running_commands()


def test_signals_stay_inside(play):
    """kill -9 -1 hits what the submission started, and nothing else."""
    assert (
        play.run(
            "import os, signal, subprocess; p = subprocess.Popen(['sleep', '600']); os.kill(-1, signal.SIGKILL); p.wait()"
        )["failure"]
        is None
    )
    assert play.value("p.returncode") == -signal.SIGKILL


def test_one_large_allocation_is_refused(play):
    """A terabyte is an error of the student's, not of the machine's."""
    error = play.error("import numpy as np; np.ones(1 << 37)")
    assert "MemoryError" in error


@pytest.mark.parametrize(
    "grow",
    [
        "import mmap\nkeep = []\nwhile True:\n    m = mmap.mmap(-1, 16 << 20)\n    m.write(bytes(16 << 20))\n    keep.append(m)",
        "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n        x = bytearray(os.urandom(100 << 20))\n        time.sleep(60)\ntime.sleep(60)",
    ],
    ids=["shared", "spread-over-processes"],
)
def test_memory_of_all_processes_counts(play, grow):
    """Limits by process miss shared memory and many processes; the watchdog adds them up."""
    with pytest.raises(PlayerDied, match="more than 256 MB of memory") as died:
        play.run(grow)
    assert died.value.kind == "crashed"


def test_endless_loop_in_c_is_killed_from_outside(play):
    """A hang that holds the interpreter's lock cannot be interrupted from within."""
    start = time.monotonic()
    with pytest.raises(PlayerDied) as died:
        play.run("10 ** 10 ** 10", seconds=1.0)
    assert died.value.kind == "timeout"
    assert time.monotonic() - start < 5


def test_loop_that_swallows_everything_is_killed(play):
    """No exception is used to stop student code: it could catch it."""
    with pytest.raises(PlayerDied) as died:
        play.run(
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass", seconds=0.5
        )
    assert died.value.kind == "timeout"


def test_two_players_see_nothing_of_each_other(zygote):
    """Files, processes and names of one submission do not exist for the next."""
    first, second = zygote.spawn(), zygote.spawn()
    try:
        ask = {"op": "run", "seed": 1}
        first.ask({**ask, "source": "left = 1; open('/tmp/left', 'w').close()"}, time.monotonic() + 10)
        reply = second.ask(
            {**ask, "source": "import os; assert not os.path.exists('/tmp/left'); left"},
            time.monotonic() + 10,
        )
        assert reply["failure"]["type"] == "NameError"
    finally:
        first.close()
        second.close()


def test_warm_process_dies_with_the_thread_that_started_it(zygote, tiny_assignment):
    """No warm process outlives its referee."""
    started = []

    def start() -> None:
        started.append(Zygote(tiny_assignment, zygote.rung))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    deadline = time.monotonic() + 5
    while started[0]._process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert started[0]._process.poll() is not None
    started[0].close()
