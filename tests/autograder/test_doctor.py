"""`autograder doctor`: what it finds is what grading finds, and whatever is missing has a cure."""

import os
from importlib import metadata

import pytest

from autograder import doctor
from autograder.assignment import load_assignment
from autograder.assignment.skeleton import new_assignment
from autograder.doctor import Part
from autograder.referee import Referee

NO_WAY = "Operation not permitted"


def test_this_machine_can_grade_on_the_rung_that_the_referee_takes(tmp_path):
    """The rung is found by trying it, as grading does."""
    parts = doctor.examine(tmp_path)
    assert doctor.can_grade(parts)
    with Referee(load_assignment(new_assignment("demo", tmp_path)), seed=1) as referee:
        assert parts[0].found.startswith(f"rung {referee.rung}: ")


def test_everything_that_is_not_well_has_a_cure(tmp_path):
    """No finding leaves its reader alone, and every one is a single line."""
    parts = doctor.examine(tmp_path, lambda rung: NO_WAY)
    assert [part.name for part in parts if part.state != "ok" and not part.cure] == []
    assert all("\n" not in part.found + part.cure for part in parts)
    assert not doctor.can_grade(parts)
    assert doctor.as_json(parts)["parts"][0]["state"] == "missing"


def test_second_rung_is_taken_where_the_first_fails(monkeypatch):
    """Each rung is tried, strongest first."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    part = doctor.sandbox(lambda rung: NO_WAY if rung == 1 else "")
    assert part == Part("sandbox", "ok", "rung 2: user namespaces")


@pytest.mark.parametrize(
    ("switch", "value", "cure"),
    [
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=10000"),
        ("user/max_user_namespaces", "15000", "allow user namespaces, or run as root"),
    ],
)
def test_switch_that_forbids_sandboxes_is_named(tmp_path, switch, value, cure):
    """The usual reasons have an exact cure; otherwise the general one is given."""
    path = tmp_path / switch
    path.parent.mkdir(parents=True)
    path.write_text(value + "\n")
    part = doctor.sandbox(lambda rung: NO_WAY, tmp_path)
    assert part.state == "missing"
    assert NO_WAY in part.found
    assert cure in part.cure


@pytest.mark.parametrize(
    ("rows", "state", "found"),
    [
        (["/ / rw - ext4 x rw", "/ /proc rw,nosuid - proc proc rw"], "ok", "visible"),
        (["/ /proc rw - proc proc rw,hidepid=invisible"], "warning", "processes are hidden"),
        (["/ /proc rw - proc proc rw", "/ /proc/kcore ro - tmpfs x ro"], "warning", "1 parts are covered"),
        (["/ /proc rw - proc proc rw,hidepid=0", "/ /proc/sys/fs/binfmt_misc rw - x x rw"], "ok", "visible"),
    ],
)
def test_proc_that_is_not_whole_is_seen(tmp_path, rows, state, found):
    """A hidden or covered /proc is why sandboxes and memory watches fail."""
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "mountinfo").write_text("".join(f"21 1 0:5 {row}\n" for row in rows))
    part = doctor.proc(tmp_path)
    assert (part.state, bool(part.cure)) == (state, state != "ok")
    assert found in part.found


def test_no_proc_is_missing(tmp_path):
    """Without /proc nothing can be watched."""
    assert doctor.proc(tmp_path).state == "missing"


def test_other_python_is_a_warning():
    """The lock file is for three versions of Python."""
    for version in ((3, 11, 2), (3, 12, 3), (3, 13, 5)):
        assert doctor.python(version) == Part("Python", "ok", ".".join(map(str, version)))
    for version in ((3, 10, 4), (3, 14, 0)):
        assert doctor.python(version).state == "warning"
        assert "Python 3.11, 3.12 or 3.13" in doctor.python(version).cure


def test_libraries_are_compared_with_the_lock(tmp_path):
    """What differs from the lock file is named with both versions."""
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"# pinned\npytest=={pytest.__version__}  # tests\n")
    assert doctor.libraries(lock) == Part("libraries", "ok", "1 as in requirements.lock")
    lock.write_text("pytest==0.1 ; python_version > '3'\nno-such-library==1.0\n")
    part = doctor.libraries(lock)
    assert part.state == "warning"
    assert f"pytest {pytest.__version__} (lock: 0.1), no-such-library missing (lock: 1.0)" in part.found
    assert doctor.libraries(None).state == "warning"


def test_package_for_another_machine_is_not_missing(tmp_path):
    """The lock has TensorFlow twice, for two kinds of processors."""
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"pytest=={pytest.__version__}\nno-such-library==1.0 ; platform_machine == 'pdp11'\n")
    assert doctor.libraries(lock) == Part("libraries", "ok", "1 as in requirements.lock")


def test_build_of_a_locked_version_is_no_difference(tmp_path):
    """The lock has torch 2.13.0 so that 2.13.0+cpu may be installed."""
    lock = tmp_path / "requirements.lock"
    version = metadata.version("torch")
    lock.write_text(f"torch=={version.partition('+')[0]}\n")
    assert doctor.libraries(lock).state == "ok"


def test_library_that_grading_needs_is_missing(monkeypatch):
    """Without one of these nothing can be graded."""
    monkeypatch.setattr(doctor, "NEEDED_LIBRARIES", ("pytest", "no-such-library"))
    assert doctor.libraries(None) == Part(
        "libraries", "missing", "not installed: no-such-library", "pip install -r requirements.lock"
    )


def test_secret_that_others_can_read_is_told(tmp_path):
    """Hidden inputs come from the secret, so only its owner may read it."""
    path = tmp_path / "secret"
    assert doctor.secret(path).found.endswith("will be made at first use")
    path.write_bytes(b"x" * 32)
    path.chmod(0o640)
    part = doctor.secret(path)
    assert (part.state, part.cure) == ("warning", f"chmod 600 {path}")
    path.chmod(0o600)
    assert doctor.secret(path).state == "ok"
    assert doctor.secret(path / "below").state == "missing"


def test_little_disk_or_memory_is_told(tmp_path):
    """What is short is said before a class run finds out."""
    assert doctor.disk(tmp_path, 5 << 30).state == "ok"
    assert doctor.disk(tmp_path, 5 << 20).state == "warning"
    assert doctor.memory(1 << 50).state == "ok"
    assert doctor.memory(1 << 20).cure == "grade with --workers 1"


def test_program_that_is_absent_or_broken_is_told(tmp_path, monkeypatch):
    """Other parts of the course use these; grading works without."""
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert doctor.program("x", ("no-such-program",), "install it") == Part(
        "x", "warning", "not found", "install it"
    )
    assert doctor.program("x", ("broken",), "install it").found == f"{broken} does not start"
    assert doctor.program("x", ("python3",), "install it").state == "ok"
