"""The cluster: closed to everybody else, and no death of a worker costs another student's grade."""

import os
import subprocess
import sys
from pathlib import Path

import dask
import nbformat
import psutil
import pytest
from distributed import LocalCluster, Security

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import fill
from autograder.assignment.skeleton import new_assignment
from autograder.assignment.source import reference_answers
from autograder.classroom.class_run import grade_class
from autograder.classroom.cluster import grade_on_cluster, local_client, remote_client, run_name
from autograder.classroom.worker import Job
from autograder.errors import InfrastructureError, UsageError
from autograder.referee import Referee
from autograder.submission.discovery import discover

# Dask's own port, 8787, may be someone's: "dashboard_address": None alone still asks for it.
ANY_PORT = {"dashboard_address": None, "scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"}}
AS_ANOTHER_USER = Path(__file__).resolve().parents[2] / "as_another_user.py"
# Tries all that another user of the machine can: no certificate, one of its own, a web browser.
INTRUDER = """
import socket, ssl, sys, tempfile, warnings
import dask
from distributed import Client, Security
warnings.simplefilter("ignore")
dask.config.set({"distributed.comm.timeouts.connect": "2s"})
scheduler, ports = sys.argv[1], [int(port) for port in sys.argv[2:]]
tempfile.tempdir = "/tmp"

def tries(name, attempt):
    try:
        print(name, attempt() or "refused")
    except Exception as error:
        print(name, "refused", file=sys.stdout)
        print(name, repr(error), file=sys.stderr)

def client(protocol, security):
    with Client(f"{protocol}://{scheduler}", security=security, timeout=2) as client:
        return f"runs code as {client.submit(__import__('os').getuid).result(timeout=5)}"

def web(port):
    with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
        sock.sendall(b"GET /info/main/workers.html HTTP/1.0\\r\\n\\r\\n")
        return sock.recv(4) == b"HTTP" and "answers"

def stranger(port):
    context = Security.temporary().get_connection_args("client")["ssl_context"]
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
        with context.wrap_socket(sock) as tls:
            tls.sendall(b"x" * 64)
            return tls.recv(1) and "talks"

tries("client without certificate", lambda: client("tcp", None))
tries("client with its own certificate", lambda: client("tls", Security.temporary()))
for port in ports:
    tries("browser", lambda: web(port))
    tries("stranger", lambda: stranger(port))
"""


def listening(processes: list) -> set[int]:
    """Return the ports on which processes listen."""
    return {
        connection.laddr.port
        for process in processes
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def intrude(address: str, ports: set[int], home: Path) -> list[str]:
    """Attack as another Unix user, if we can become one, and return what was achieved."""
    scheduler = address.partition("://")[2]
    assert int(scheduler.rpartition(":")[2]) in ports
    command = [sys.executable, "-c", INTRUDER, scheduler, *map(str, ports)]
    if os.geteuid() == 0:
        # The other user's Python is ours, which may lie in a folder that only root can enter.
        command = [sys.executable, "-P", str(AS_ANOTHER_USER), "65534", str(home), *command]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 2 + 2 * len(ports), done.stderr
    return sorted({line for line in lines if not line.endswith("refused")})


@pytest.fixture
def home(tmp_path_factory):
    """A folder for the other user."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The assignment that `autograder new` makes, six submissions of it, and how they are graded."""
    root = tmp_path_factory.mktemp("demo")
    assignment = load_assignment(new_assignment("demo", root))
    (root / "submitted").mkdir()
    with Referee(assignment, seed=1) as referee:
        notebook = fill(referee.released, (), reference_answers(assignment))
        grading = Job(assignment, 1, False, referee.environment)
    for student in ("ada", "bob", "cyd", "dan", "eve", "fay"):
        nbformat.write(notebook, root / "submitted" / f"{student}.ipynb")
    return grading, discover([root / "submitted"], "demo").submissions


def status(outcome):
    """Status and score, or the sentence."""
    return outcome if isinstance(outcome, str) else (outcome[0]["status"], outcome[0]["score"])


def test_nobody_else_can_use_the_cluster(tmp_path, home):
    """Another Unix user reaches every port of the cluster, and must achieve nothing with any of them."""
    # Of other tests there may be players, which tell an ordinary user nothing, and a server of the book's.
    own = psutil.Process()
    others, before = own.children(recursive=True), listening([own])
    with local_client(2, tmp_path) as client:
        family = [own, *(child for child in own.children(recursive=True) if child not in others)]
        assert intrude(client.scheduler.address, listening(family) - before, home) == []


def test_intruder_succeeds_on_a_plain_cluster(tmp_path, home):
    """The same intruder takes over the cluster that Dask makes by default: the test above tests something."""
    options = {"n_workers": 1, "processes": False, "protocol": "tcp", **ANY_PORT}
    with dask.config.set({"temporary-directory": str(tmp_path)}), LocalCluster(**options) as cluster:
        achieved = intrude(cluster.scheduler_address, listening([psutil.Process()]), home)
    assert f"client without certificate runs code as {os.getuid()}" in achieved
    assert "browser answers" in achieved


class Deadly(Job):
    """Grading in which one student's submission kills the worker, however that came about."""

    def grade(self, referee, submission):
        """Die, or grade."""
        if submission.student == "bob":
            os._exit(1)
        return super().grade(referee, submission)


def test_submission_that_kills_its_worker_costs_itself_only(demo, tmp_path, pytestconfig, monkeypatch):
    """It is tried again alone, and then is our failure; all others, also those that waited, have a grade."""
    grading, submissions = demo
    monkeypatch.syspath_prepend(pytestconfig.rootpath)  # workers inherit it, and find `Deadly` there
    deadly = Deadly(grading.assignment, grading.seed, grading.trust, grading.expected)
    with local_client(2, tmp_path) as client:
        outcomes = dict(grade_on_cluster(client, deadly, submissions, name="x", local=True))
    found = {submission.student: status(outcome) for submission, outcome in outcomes.items()}
    expected = dict.fromkeys(("ada", "cyd", "dan", "eve", "fay"), ("graded", 9.0))
    assert found == {**expected, "bob": "the process that graded it died 3 times"}


def test_worker_that_cannot_start_its_referee_is_told(demo, tmp_path):
    """Where no referee starts, nothing can be graded, and the reason is passed on."""
    grading, submissions = demo
    other = Job(grading.assignment, 2, False, grading.expected)
    with (
        local_client(1, tmp_path) as client,
        pytest.raises(InfrastructureError, match="differs from this machine"),
    ):
        list(grade_on_cluster(client, other, submissions, name="x", local=True))


@pytest.fixture
def certificates(tmp_path):
    """Settings of Dask with a certificate in files, as an administrator of a cluster would give them."""
    security = Security.temporary()
    files = {
        "ca-file": security.tls_ca_file,
        "cert": security.tls_client_cert,
        "key": security.tls_client_key,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    settings = {"distributed.comm.tls.ca-file": str(tmp_path / "ca-file")}
    for role in ("client", "scheduler", "worker"):
        settings |= {f"distributed.comm.tls.{role}.{name}": str(tmp_path / name) for name in ("cert", "key")}
    return settings


def test_cluster_of_ones_own_grades_over_tls(demo, certificates, tmp_path):
    """--scheduler with certificates from the Dask configuration gives the same grades, also with threads."""
    grading, submissions = demo
    options = {"n_workers": 1, "threads_per_worker": 4, "memory_limit": None, **ANY_PORT}
    settings = {**certificates, "temporary-directory": str(tmp_path / "dask")}
    with dask.config.set(settings), LocalCluster(protocol="tls://", **options) as cluster:
        address, results = cluster.scheduler_address, tmp_path / "results"
        summary = grade_class(grading.assignment, submissions, results, seed=1, scheduler=address)
        assert {result.score for result in summary.results} == {9.0}
        assert run_name(results / "demo" / ".scratch") not in cluster.scheduler.worker_plugins


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "127.0.0.1:8786", "ucx://127.0.0.1:1"])
def test_scheduler_without_tls_is_refused(address):
    """Whoever can reach such a scheduler runs code as the instructor."""
    with (
        pytest.raises(UsageError, match="expected tls://HOST:PORT; without TLS anybody"),
        remote_client(address),
    ):
        pass


def test_scheduler_without_certificates_is_told():
    """TLS needs certificates, and the message says where they are looked for."""
    with (
        pytest.raises(UsageError, match=r"no certificates; set distributed.comm.tls.ca-file"),
        remote_client("tls://127.0.0.1:1"),
    ):
        pass


def test_scheduler_that_does_not_answer_is_told(certificates):
    """A wrong address is one clear line."""
    with (
        dask.config.set({**certificates, "distributed.comm.timeouts.connect": "300ms"}),
        pytest.raises(UsageError, match=r"--scheduler tls://127.0.0.1:1: cannot connect"),
        remote_client("tls://127.0.0.1:1"),
    ):
        pass


def test_run_is_named_after_its_results(tmp_path):
    """Two runs into one folder cannot be at once, so the second one may replace what the first one left."""
    assert run_name(tmp_path / "a") == run_name(tmp_path / "b" / ".." / "a") != run_name(tmp_path / "b")
