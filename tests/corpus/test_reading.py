"""Reading what it must not (threats 19 to 25): what is secret is not there, and what is seen cannot be told."""

import os
import re
import socket
import threading

import pytest

from autograder.checks import StudentError
from autograder.judge.student import Student
from autograder.referee.session import Session
from autograder.submission.rebuild import rebuild
from tests.corpus import one_process
from tests.corpus.conftest import COURSE, WRONG, checks_of, shown
from tests.corpus.one_process import POINTS, nbgrader_points

HIDDEN = COURSE / "assignments" / "conv_arithmetic" / "checks_hidden.py"


def printed(graded, question):
    """Return what the cell of a question printed."""
    (cell,) = (cell for cell in graded.notebook.cells if cell.id == f"answer-{question}")
    return "".join(output.get("text", "") for output in cell.outputs)


FRAMES = """\
import sys
def conv1d(x, u):
    frame = sys._getframe()
    while frame is not None:
        for names in (frame.f_locals, frame.f_globals):
            if type(names.get("expected")) is np.ndarray: return names["expected"]
        frame = frame.f_back
    return np.zeros(1, int) - 1
"""
HEAP = """\
import gc
def conv1d(x, u):
    for thing in gc.get_objects():
        if type(thing) is dict and type(thing.get("expected")) is np.ndarray: return thing["expected"]
    return np.zeros(1, int) - 1
"""
MODULES = """\
import sys
def conv1d(x, u):
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        if type(names.get("expected")) is np.ndarray: return names["expected"]
    return np.zeros(1, int) - 1
"""


@pytest.mark.parametrize("attack", [FRAMES, HEAP, MODULES], ids=["19-frames", "19-heap", "19-modules"])
def test_19_expected_value_is_looked_for_in_the_process(grader, attack):
    """Expected values are made in another process, after the answer has come back."""
    assert nbgrader_points(attack) == POINTS
    grader.loses("conv1d", ("conv1d", attack))


NEEDLES = (
    "test_conv2d_keeps_the_images",
    "the images of a batch are mixed",
    "layers_that_fit",
    "numpy's own sliding_window_view, with",
)
# Backwards and letter by letter, so that the search does not find itself; text may take two bytes a letter.
SEARCH = (
    f"""
import re
backwards = {[needle[::-1] for needle in NEEDLES]}
patterns = ["\\x00?".join(map(re.escape, reversed(needle))) for needle in backwards]
needles = re.compile("|".join(patterns).encode())
"""
    + r"""
def found():
    count = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(place, 16) for place in line.split()[0].split("-"))
            if line.split()[1].startswith("rw") and "[v" not in line:
                memory.seek(start)
                while start < end and (part := memory.read(min(end - start, 1 << 22))):
                    count += len(needles.findall(part))
                    start += len(part)
    return count
print("found", found())
"""
)


def test_19_hidden_checks_are_not_in_memory(grader):
    """Not a byte of a hidden check or of the reference was ever in the process that student code is forked from."""
    control = SEARCH.replace("print(", f"text = open({str(HIDDEN)!r}).read()\nprint(")
    assert NEEDLES[0] in HIDDEN.read_text()
    assert nbgrader_points(one_process.WRONG, control, check="assert found() == 0") == 0
    assert printed(grader.grade(("conv1d", SEARCH)), "conv1d") == "found 0\n"


def test_20_files_of_the_grader_and_of_others(grader, open_grader, tmp_path):
    """Sources, hidden checks, gradebooks and other students' work do not exist inside."""
    (tmp_path / "gradebook.db").write_text("grades")
    (tmp_path / "submitted" / "other").mkdir(parents=True)
    (tmp_path / "submitted" / "other" / "conv_arithmetic.ipynb").write_text("{}")
    paths = [tmp_path / "gradebook.db", tmp_path / "submitted" / "other" / "conv_arithmetic.ipynb", HIDDEN]
    paths += [
        HIDDEN.parent / "notebook.py",
        COURSE / "src" / "kernelwise" / "convolution.py",
        COURSE / "pyproject.toml",
    ]
    read = f"for path in {[str(path) for path in paths]}:\n    try: print(len(open(path).read()) > 0)\n    except OSError: print(None)\n"
    look = "import os, glob\nprint(glob.glob('../*.db') + glob.glob('../source*') + glob.glob('**/*.py') + glob.glob('*.ipynb'))"
    cell = "conv1d", f"{WRONG['conv1d']}\n{read}{look}"
    assert printed(open_grader.loses("conv1d", cell), "conv1d").splitlines()[:-1] == ["True"] * len(paths)
    assert printed(grader.loses("conv1d", cell), "conv1d").splitlines() == ["None"] * len(paths) + ["[]"]


IMPORTS = {
    "21-module": "import kernelwise.convolution\nconv2d = kernelwise.convolution.conv2d",
    "21-from-the-module": "from kernelwise.convolution import conv2d",
    "21-from-the-package": "from kernelwise import convolution\nconv2d = convolution.conv2d",
    "21-importlib": "import importlib\nconv2d = importlib.import_module('kernelwise.convolution').conv2d",
    "21-in-the-function": "def conv2d(*args, **kwargs):\n    import kernelwise.convolution as c\n    return c.conv2d(*args, **kwargs)",
}


@pytest.mark.parametrize("answer", IMPORTS.values(), ids=IMPORTS)
def test_21_reference_is_imported(grader, open_grader, answer):
    """The reference does not exist inside, and the message says which modules may be used."""
    open_grader.loses(None, ("conv2d", answer))
    graded = grader.loses("conv2d", ("conv2d", answer))
    rule = "Answers are graded without kernelwise.convolution: only kernelwise.plotting may be imported"
    assert rule in checks_of(graded, "conv2d")[0].message


def test_21_reference_is_reached_by_its_path(grader, open_grader):
    """Nor does it exist for those who know where it lies."""
    folder = str(COURSE / "src")
    answer = (
        f"import sys, importlib\nsys.path.insert(0, {folder!r})\nsys.modules.pop('kernelwise', None)\n"
        "importlib.invalidate_caches()\nfrom kernelwise.convolution import conv2d"
    )
    open_grader.loses(None, ("conv2d", answer))
    grader.loses("conv2d", ("conv2d", answer))


def test_22_other_processes(grader, open_grader):
    """The referee is in no list of processes: it cannot be read, traced or killed."""
    me = os.getpid()
    look = f"""
import ctypes, os
print({me} in [int(name) for name in os.listdir("/proc") if name.isdigit()])
for name in ("environ", "cmdline", "mem", "maps", "fd"):
    print(os.path.exists("/proc/{me}/" + name))
"""
    kill = f"""
for target in ({me}, os.getppid() or {me}):
    for number in (0, 9, 15, 19):
        try: os.kill(target, number)
        except OSError as error: print(type(error).__name__)
        else: print("sent")
print(ctypes.CDLL(None).ptrace(16, {me}, 0, 0), ctypes.CDLL(None).process_vm_readv({me}, 0, 0, 0, 0, 0))
"""
    assert (
        printed(open_grader.loses("conv1d", ("conv1d", WRONG["conv1d"] + look)), "conv1d").split()
        == ["True"] * 6
    )
    out = printed(grader.loses("conv1d", ("conv1d", WRONG["conv1d"] + look + kill)), "conv1d").split()
    assert out[:6] == ["False"] * 6
    assert set(out[6:-2]) == {"ProcessLookupError"}
    assert out[-2:] == ["-1", "-1"]


def test_23_network(grader, open_grader):
    """Nobody can be asked for the answer: not over TCP, UDP or abstract sockets, not even on this machine."""
    heard = []

    def listen(server):
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            heard.append(server.family)
            peer.close()

    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        name = f"\0kernelwise-corpus-{os.getpid()}".encode()
        abstract.bind(name)
        abstract.listen()
        udp.bind(("127.0.0.1", 0))
        threads = [threading.Thread(target=listen, args=(server,), daemon=True) for server in (tcp, abstract)]
        for thread in threads:
            thread.start()
        ask = f"""
import socket
def conv1d(x, u):
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, {tcp.getsockname()!r}),
        (socket.AF_INET, socket.SOCK_DGRAM, {udp.getsockname()!r}),
        (socket.AF_UNIX, socket.SOCK_STREAM, {name!r}),
    ):
        try:
            with socket.socket(family, kind) as there:
                there.connect(address)
                there.send(b"answer?")
        except OSError: pass
    try: socket.getaddrinfo("example.org", 80)
    except OSError: pass
    return np.zeros(1, int) - 1
"""
        grader.loses("conv1d", ("conv1d", ask))
        udp.setblocking(False)
        with pytest.raises(BlockingIOError):
            udp.recv(9)
        assert heard == []
        open_grader.loses("conv1d", ("conv1d", ask.replace('socket.getaddrinfo("example.org", 80)', "pass")))
        assert set(heard) == {socket.AF_INET, socket.AF_UNIX}
        assert udp.recv(9) == b"answer?"
        for server in (tcp, abstract):
            server.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)


def seen_by(grader, check, answer, question="conv1d"):
    """Play an answer and run one hidden check with it; return the session and how the check ended, as the referee sees it."""
    referee = grader.referee
    cells = rebuild(referee.released, grader.notebook((question, answer))).cells
    session = Session(referee.spawn, cells, referee.assignment.budget, referee._seed)
    session.play()
    session.begin_check(check, question, 5.0)
    return session, referee._checks.run(check, Student(session, session.models))[1]


TELL = """\
import sys
SEEN = []
def conv1d(x, u):
    SEEN.append(x.tolist())
    print(x.tolist()); print(x.tolist(), file=sys.stderr)
    display({"text/plain": str(x.tolist())}, raw=True)
    plt.figure(); plt.title(str(x.tolist())); plt.plot(x)
    raise ValueError(str(x.tolist()))
"""


def test_24_inputs_are_printed_and_raised(grader):
    """Outputs are frozen before the first hidden call, and what a hidden call raises is not shown."""
    session, ended = seen_by(grader, "test_conv1d_of_any_signal", TELL)
    with session:
        assert isinstance(ended, StudentError)
        secret = set(
            re.findall(r"\d\.\d{8,}", ended.message)
        )  # what a grader that shows the error would tell
        assert secret
        late = session._player.ask({"op": "run", "source": "print(SEEN)", "seed": 1}, 1e9)
        assert secret & set(
            re.findall(r"\d\.\d{8,}", late["outputs"][0]["text"])
        )  # and one that collects outputs last
    for notebook in ((("conv1d", TELL),), (("conv1d", TELL), (None, "print(SEEN)"), (None, "plt.show()"))):
        graded = grader.loses("conv1d", *notebook)
        text = shown(graded)
        assert not [number for number in secret if number in text]
        assert "image/png" not in text
    public, hidden = (
        [c for c in checks_of(graded, "conv1d") if c.visibility == v] for v in ("public", "hidden")
    )
    assert "ValueError: [1.0, 2.0, 3.0, 4.0]" in public[0].message
    assert {check.message for check in hidden} == {hidden[0].message}
    assert "not shown" in hidden[0].message


NUMBER = "int(abs(float(x[0])) * 1e9) % 4_000_000_000"
CHANNELS = {
    "25-exception-text": f"raise ValueError({NUMBER})",
    "25-exception-class": f"raise type(f'Seen{{{NUMBER}}}', (Exception,), {{}})",
    "25-exception-note": f"error = ValueError(); error.add_note(str({NUMBER})); raise error",
    "25-exception-of-ours": f"raise NotImplementedError({NUMBER})",
    "25-exception-without-text": f"class E(Exception):\n        def __str__(self): raise ValueError({NUMBER})\n    raise E",
    "25-stderr": f"import os; os.write(2, str({NUMBER}).encode()); return 0",
    "25-exit-status": f"import os; os.write(1, str({NUMBER}).encode()); os._exit({NUMBER} & 127)",
    "25-value": f"return {NUMBER}",
    "25-text": f"return str({NUMBER})",
    "25-array": f"return np.array([{NUMBER}])",
    "25-shape": f"return np.zeros((0, {NUMBER}))",
    "25-many-axes": f"return np.zeros((0, *map(int, str({NUMBER}))))",
    "25-length": f"return [0] * ({NUMBER} % 100_000)",
    "25-key": f"return {{str({NUMBER}): 1}}",
    "25-nan": "return np.full(len(x) - len(u) + 1, np.nan)",
    "25-class": f"return type(f'Seen{{{NUMBER}}}', (), {{}})()",
    "25-changed": f"x[:] = {NUMBER}; return {NUMBER}",
    "25-frame": f"import gc, os, socket, struct\n    for o in gc.get_objects():\n"
    f"        if type(o) is socket.socket: os.write(o.fileno(), struct.pack('>I', {NUMBER} | 1 << 31))",
    "25-announced": f"import gc, os, socket, struct\n    for o in gc.get_objects():\n"
    f"        if type(o) is socket.socket: os.write(o.fileno(), struct.pack('>Ic', 9, b's') + struct.pack('<Q', {NUMBER}))",
    "25-tag": f"import gc, os, socket, struct\n    for o in gc.get_objects():\n"
    f"        if type(o) is socket.socket: os.write(o.fileno(), struct.pack('>I', 1) + bytes([{NUMBER} & 0xff]))",
}


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_25_inputs_are_encoded(grader, channel):
    """A hidden input cannot be told by what a call raises, returns, writes or does to the exchange."""
    check = "test_conv1d_keeps_the_dtype"
    session, ended = seen_by(grader, check, f"def conv1d(x, u):\n    raise ValueError({NUMBER})")
    with session:
        assert isinstance(ended, StudentError)  # what a grader that shows it would tell
    number = ended.message
    assert number.isdigit()
    answer = f"def conv1d(x, u):\n    {channel}"
    graded = grader.loses("conv1d", ("conv1d", answer))
    text = shown(graded)
    variants = {
        number,
        str(int(number) | 1 << 31),
        ", ".join(number),
        number[-5:],
        repr(bytes([int(number) & 0xFF])),
    }
    assert not [variant for variant in variants if variant in text]
    assert "Seen" not in "".join(c.message for c in checks_of(graded, "conv1d") if c.visibility == "hidden")


# What an answer returns, of a number that it chooses: each spelled the number out in a hidden message.
SPELLED = {
    "66-shape": "np.zeros((n % 7, n % 11))",
    "66-axes": "np.zeros((1,) * (2 + n % 9))",
    "66-empty": "np.zeros((0, n))",
    "66-dtype": "np.zeros(m, 'bBhHiIqQedFD'[n % 12])",
    "66-place-of-a-nan": "np.where(np.arange(m) == n % m, np.nan, right)",
    "66-number-of-nans": "np.where(np.arange(m) < 1 + n % m, np.nan, right)",
    "66-sign-of-an-infinity": "np.full(m, (-1) ** n * np.inf, np.float32)",
    "66-number-of-wrong-values": "right + (np.arange(m) < 1 + n % m).astype(np.float32)",
    "66-place-of-a-wrong-value": "right + (np.arange(m) == n % m).astype(np.float32)",
    "66-length": "[0.0] * (n % 7)",
    "66-kind": "[1, 1.5, True, 'x', (), [], {}, b''][n % 8]",
    "66-key": "{str(n): n}",
    "66-depth": "eval('[' * (n % 9 + 1) + ']' * (n % 9 + 1))",
    "66-text": "str(n)",
    "66-changed": "(x.__setitem__(slice(None), 0) if n % 2 else None) or np.zeros(m + 1)",
}


@pytest.mark.parametrize("choice", SPELLED.values(), ids=SPELLED)
def test_66_hidden_inputs_are_spelled(grader, choice):
    """Whatever an answer chooses of shapes, types, places and numbers, a hidden check says the same of it."""
    said, told, flags = [], [], []
    for number in (1230, 4319):
        answer = (
            "def conv1d(x, u):\n"
            "    right = np.correlate(x, u, 'valid')\n"
            f"    n, m = {number}, len(right)\n"
            "    if x.dtype != np.float32: return right\n"
            f"    return {choice}"
        )
        session, ended = seen_by(grader, "test_conv1d_keeps_the_dtype", answer)
        with session:
            told.append((str(ended), ended.detail, repr(ended.got)))
        graded = grader.grade(("conv1d", answer))
        (check,) = (c for c in checks_of(graded, "conv1d") if c.points < c.max)
        assert check.visibility == "hidden"
        said.append((check.message, check.status, check.picture, check.figures))
        flags.append(graded.result.flags)
    assert said[0] == said[1]
    assert flags == [(), ()]
    # A grader that shows what the check found, or what the call changed, tells them apart.
    assert told[0] != told[1] or "setitem" in choice


def test_66_hidden_call_is_spelled_by_a_shape(grader):
    """The three numbers of a hidden call come back as the three axes of what it returns."""
    answer = (
        "def output_size(i, k, s=1, p=0, d=1): return np.zeros((i, k, d)) if d > 1 else (i + 2*p - k)//s + 1"
    )
    session, ended = seen_by(grader, "test_output_size_with_dilation", answer, "output_size")
    with session:
        assert re.search(r"shape \(\d+, \d+, \d+\)", str(ended))
    hidden = [c for c in checks_of(grader.grade(("output_size", answer)), "output_size") if c.points == 0]
    assert hidden
    assert not re.search(r"\d", "".join(check.message for check in hidden))
