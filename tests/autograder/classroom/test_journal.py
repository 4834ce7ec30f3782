"""The journal: complete lines count, others do not, and two graders cannot write one."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.classroom.journal import Journal
from autograder.errors import UsageError
from autograder.result import Result


def result(student="ada", status="graded", **others):
    """A result with nothing in it."""
    return Result("demo", student, status, 3.0, **others)


@pytest.fixture
def path(tmp_path):
    """Where a journal may be made; its folder does not exist yet."""
    return tmp_path / "results" / "demo" / "journal.jsonl"


def test_results_are_there_when_opened_again(path):
    """A grade is known in the next run, so that nothing is graded twice."""
    with Journal(path) as journal:
        journal.append("key", result())
    with Journal(path) as journal:
        assert journal.latest == {"ada": ("key", result())}
        assert journal.is_done("ada", "key")


def test_newest_line_of_a_student_counts(path):
    """A changed submission has another key, and its grade replaces the old one."""
    with Journal(path) as journal:
        journal.append("old", result(duration=1.0))
        journal.append("new", result(duration=2.0))
    with Journal(path) as journal:
        assert journal.latest["ada"] == ("new", result(duration=2.0))
        assert not journal.is_done("ada", "old")


def test_same_key_of_another_student_is_not_done(path):
    """Two students who hand in the same file are both graded."""
    with Journal(path) as journal:
        journal.append("key", result("ada"))
        assert not journal.is_done("bob", "key")


def test_our_failure_is_never_done(path):
    """What we failed to grade is graded again."""
    with Journal(path) as journal:
        journal.append("key", result(status="infrastructure_error", reason="disk on fire"))
        assert not journal.is_done("ada", "key")
        journal.append("key", result(status="rejected"))
        assert journal.is_done("ada", "key")


def test_last_line_torn_anywhere_is_cut_off(path):
    """A kill in the middle of writing costs that one line, wherever it struck."""
    with Journal(path) as journal:
        journal.append("one", result("ada"))
        first = path.stat().st_size
        journal.append("two", result("bob"))
    whole = path.read_bytes()
    for end in (first, first + 1, (first + len(whole)) // 2, len(whole) - 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        with Journal(path) as journal:
            assert list(journal.latest) == ["ada"]
            journal.append("two", result("bob"))
        assert path.read_bytes() == whole


def test_text_that_is_no_unicode_is_kept(path):
    """Lone surrogates in a message of a student's cannot stop the class."""
    with Journal(path) as journal:
        journal.append("key", result(reason="\ud800 and \udcff"))
    with Journal(path) as journal:
        assert journal.latest["ada"][1].reason == "\ud800 and \udcff"


@pytest.mark.parametrize(
    "line", ["no JSON", "[]", "{}", '{"key": "k", "result": {"schema": "autograder/result-0"}}']
)
def test_line_that_is_no_result_is_refused(path, line):
    """A journal of another version, or edited by hand, is not guessed at."""
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n")
    with pytest.raises(UsageError, match=r"journal.jsonl, line 1 is no result of this version"):
        Journal(path)
    assert path.read_text() == line + "\n"


def test_second_grader_is_refused(path):
    """Two graders on one results folder would mix their lines."""
    with Journal(path), pytest.raises(UsageError, match="another grader is writing"):
        Journal(path)
    Journal(path).close()


def test_killed_grader_leaves_no_lock(path):
    """A kill cannot lock the results for ever."""
    code = (
        "import sys, time, pathlib; from autograder.classroom.journal import Journal;"
        "journal = Journal(pathlib.Path(sys.argv[1])); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout.readline() == "open\n"
        with pytest.raises(UsageError, match="another grader is writing"):
            Journal(path)
        grader.kill()
    Journal(path).close()


def test_results_folder_that_is_a_file_is_refused(tmp_path):
    """A wrong --results is told in one line, also to root, whom no permissions stop."""
    (tmp_path / "results").write_text("")
    with pytest.raises(UsageError, match=r"cannot write results in .*results/demo"):
        Journal(tmp_path / "results" / "demo" / "journal.jsonl")


def test_read_only_file_system_is_refused():
    """Likewise where nobody can write."""
    with pytest.raises(UsageError, match="cannot write results in /proc/1/demo"):
        Journal(Path("/proc/1/demo/journal.jsonl"))


def test_full_disk_leaves_no_torn_line(path):
    """When the disk fills up, what was complete stays readable."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with Journal(path) as journal:
            journal.append("one", result("ada"))
            size = path.stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, before[1]))
            with pytest.raises(UsageError, match=r"cannot write results in .*File too large"):
                journal.append("two", result("bob"))
            assert path.stat().st_size == size
            assert "bob" not in journal.latest
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_line_is_complete_json_with_its_key(path):
    """The journal can be read by any program."""
    with Journal(path) as journal:
        journal.append("key", result())
        journal.close()
        journal.close()
    assert json.loads(path.read_text()) == {"key": "key", "result": result().to_json()}
    assert os.listdir(path.parent) == ["journal.jsonl"]
