"""Grade submissions on Dask workers, one referee a worker, so that nobody else can use the cluster.

A plain local Dask cluster is a door: whoever reaches its port runs code as its owner, and on a shared machine
that is every user. Ours speaks TLS with a certificate that exists for one run only, and has no web ports. A
cluster of the user's own (Slurm, HTCondor, Kubernetes) must speak TLS too.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import dask
from distributed import (
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    Security,
    WorkerPlugin,
    as_completed,
    get_worker,
)

from autograder.classroom.worker import Job, Outcome
from autograder.errors import UsageError
from autograder.referee.referee import Referee
from autograder.submission.discovery import Submission

TRIES_ALONE = 2

LOCAL_SETTINGS = {
    # A death blames every submission that was waiting at that worker too, so no second try here: `_retry`
    # tries them one at a time, and only the one at fault can be lost.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    # A referee starts without giving the worker's own loop its turn: no reason to warn or to hang up.
    "distributed.admin.tick.limit": "1h",
    "distributed.scheduler.worker-ttl": None,
}


class RefereePlugin(WorkerPlugin):
    """Start one referee a worker, in the worker's main thread, which lives as long as the worker does.

    The thread matters: the warm process asks the kernel to be killed when the thread that made it ends.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.referee: Referee | None = None

    def setup(self, worker: Any) -> None:
        """Start the referee.

        Raises:
            InfrastructureError: it did not start.
        """
        self.referee = self.job.start()

    def teardown(self, worker: Any) -> None:
        """Stop the referee and all that it started."""
        if self.referee is not None:
            self.referee.close()


class NoWebPort(WorkerPlugin):
    """Close the port on which each worker answers browsers; Dask has no option for it."""

    def setup(self, worker: Any) -> None:
        """Close it."""
        worker.http_server.stop()


def grade_on_cluster(
    client: Client, job: Job, submissions: Sequence[Submission], *, name: str, local: bool
) -> Iterator[tuple[Submission, Outcome]]:
    """Grade each submission once, and yield it when it is done, with a sentence where it could not be graded.

    Args:
        client: of the cluster.
        job: how to grade; travels to the workers.
        name: of this run; a second run of the same name on a cluster replaces what a killed one left there.
        local: the cluster ends with this run.

    Raises:
        InfrastructureError: a worker cannot start its referee.
    """
    client.register_plugin(RefereePlugin(job), name=name)
    try:
        tasks = {_submit(client, name, submission): submission for submission in submissions}
        suspects = []
        for future in as_completed(list(tasks)):
            submission = tasks.pop(future)
            try:
                yield submission, _outcome(future)
            except KilledWorker:
                suspects.append(submission)
        for submission in suspects:
            yield submission, _retry(client, name, submission)
    finally:
        if not local:
            with suppress(Exception):  # the cluster may be gone, or have lost a worker meanwhile
                client.unregister_worker_plugin(name)


def _submit(client: Client, name: str, submission: Submission) -> Future:
    return client.submit(_grade, name, submission, pure=False, retries=0)


def _outcome(future: Future) -> Outcome:
    """Wait for a task and return what it says, or what went wrong.

    Raises:
        KilledWorker: its worker died, through this submission or through another one.
    """
    try:
        return future.result()
    except KilledWorker:
        raise
    except (Exception, asyncio.CancelledError) as error:
        return f"the cluster lost this submission: {error!r}"
    finally:
        future.release()


def _grade(name: str, submission: Submission) -> Outcome:
    """Grade one submission on the worker that this runs on."""
    plugin = get_worker().plugins.get(name)
    if plugin is None or plugin.referee is None:
        return "the worker was restarted, and its referee did not start again"
    return plugin.job.grade(plugin.referee, submission)


def _retry(client: Client, name: str, submission: Submission) -> Outcome:
    """Grade one submission while no other runs."""
    for _ in range(TRIES_ALONE):
        with suppress(KilledWorker):
            return _outcome(_submit(client, name, submission))
    return f"the process that graded it died {TRIES_ALONE + 1} times"


@contextmanager
def local_client(workers: int, scratch: Path) -> Iterator[Client]:
    """Start a cluster on this machine that only this process can use, and stop it at the end.

    Each worker dies when this process does, however it dies: it holds the other end of a pipe.
    """
    security = Security.temporary()
    settings = {**LOCAL_SETTINGS, "temporary-directory": str(scratch)}
    with dask.config.set(settings), _interrupts_blocked():
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=security,
            protocol="tls://",
            dashboard_address=None,
            worker_dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # any port: 8787 may be someone's
            silence_logs=logging.CRITICAL,
            local_directory=str(scratch),
            memory_limit=None,
        )
        cluster.scheduler.http_server.stop()
    with dask.config.set(settings), cluster, Client(cluster) as client:
        client.register_plugin(NoWebPort(), name="no-web-port")
        yield client


@contextmanager
def remote_client(address: str) -> Iterator[Client]:
    """Connect to a cluster of the user's, over TLS with the certificates of the Dask configuration.

    Raises:
        UsageError: the address or the configuration is not TLS, or nothing answers there.
    """
    if not address.startswith("tls://"):
        raise UsageError(
            f"--scheduler {address}: expected tls://HOST:PORT; "
            "without TLS anybody who reaches the port runs code as you"
        )
    security = Security(require_encryption=True)
    if not (security.tls_ca_file and security.tls_client_cert):
        raise UsageError(
            f"--scheduler {address}: no certificates; set distributed.comm.tls.ca-file and "
            "distributed.comm.tls.client in the Dask configuration"
        )
    try:
        client = Client(address, security=security)
    except (OSError, ValueError) as error:
        raise UsageError(f"--scheduler {address}: cannot connect: {error}") from error
    with client:
        yield client


def run_name(folder: Path) -> str:
    """Name a run after its results folder, which only one grader at a time can hold."""
    return "autograder-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Let the workers inherit a blocked SIGINT: Ctrl-C reaches the whole group; only this process acts."""
    resource_tracker.ensure_running()  # started later, by multiprocessing, it would unblock the signal again
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
