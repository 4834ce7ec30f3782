"""Which Python the environment is made with, among made-up ones."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Answers as the real one would: to the question for its version, and to the one for venv.
PYTHON = """#!/bin/bash
case $2 in *version_info*) echo {version} ;; *ensurepip*) exit {venv} ;; *) exit 1 ;; esac
"""


@pytest.fixture
def find(tmp_path):
    """A function that makes Pythons, {name: version or (version, has venv)}, and asks which one is taken."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "python3"):  # nothing of the machine but the shell
        if name == "bash":
            (programs / name).symlink_to("/bin/bash")

    def ask(pythons, wanted="", root=False):
        for name, facts in pythons.items():
            version, venv = facts if isinstance(facts, tuple) else (facts, True)
            path = programs / name
            path.write_text(
                PYTHON.format(version=version, venv=0 if venv else 1)
                if version
                else "#!/bin/bash\nexit 127\n"
            )
            path.chmod(0o755)
        (programs / "id").write_text(f"#!/bin/bash\necho {0 if root else 1000}\n")
        (programs / "id").chmod(0o755)
        # The script's own list begins with those of the system: here they lie in a folder of the test's.
        script = (
            (ROOT / "setup" / "find_python.sh")
            .read_text()
            .replace("/usr/bin/python3", f"{tmp_path}/usr/python3")
        )
        done = subprocess.run(
            [
                "/bin/bash",
                "-c",
                script,
                "find_python.sh",
                str(tmp_path / ".venv"),
                *([wanted] if wanted else []),
            ],
            env={"PATH": str(programs)},
            capture_output=True,
            text=True,
        )
        assert (done.returncode == 0) == bool(done.stdout)
        return done.stdout.strip().removeprefix(f"{programs}/") or done.stderr

    return ask


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_each_of_the_three_is_taken(find, version):
    """Whichever is there."""
    assert find({"python3": version}) == "python3"


def test_other_names_are_looked_at(find):
    """A system may have a new python3 and an older one beside it."""
    assert find({"python3": "3.14", "python3.12": "3.12", "python3.11": "3.11"}) == "python3.12"


def test_name_without_a_program_is_passed_over(find):
    """pyenv has names for every version that any of its environments has."""
    assert find({"python3": "", "python3.13": "", "python3.11": "3.11"}) == "python3.11"


def test_python_that_can_make_environments_goes_first(find):
    """Debian's own lacks that part until its package is installed."""
    assert find({"python3": ("3.13", False), "python3.11": "3.11"}) == "python3.11"


def test_named_python_is_taken(find):
    """PYTHON= decides."""
    assert find({"python3": "3.11", "mine": "3.13"}, wanted="mine") == "mine"


def test_named_python_of_another_version_is_told(find):
    """It is not replaced in silence."""
    said = find({"python3": "3.11", "old": "3.10"}, wanted="old")
    assert "Python 3.11, 3.12 or 3.13 is needed, and PYTHON=old is 3.10" in said
    assert "PYTHON=nowhere is none" in find({}, wanted="nowhere")


def test_no_fitting_python_is_told_with_a_way_that_works(find):
    """What was found, and uv, which needs no administrator."""
    said = find({"python3": "3.10", "python": "3.14"})
    assert said.count("\n") == 1
    assert "there is only " in said
    assert "python3 (3.10)" in said
    assert "python (3.14)" in said
    assert "uv venv --seed --managed-python --python 3.12 " in said
    assert "there is none" in find({"python3": "", "python": ""})


def test_missing_venv_is_told_to_an_ordinary_user(find):
    """With the name of the package, in one line."""
    said = find({"python3": ("3.12", False)})
    assert said.count("\n") == 1
    assert "sudo apt-get install python3.12-venv" in said
    assert "uv venv" in said


def test_environment_that_is_there_is_kept(tmp_path):
    """A set-up goes on with the Python that it began with, also where another one would come first now."""
    command = [ROOT / "setup" / "find_python.sh", ".venv"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    if (ROOT / ".venv").exists():
        assert done.stdout == ".venv/bin/python\n"
    other = subprocess.run([*command, "nowhere"], cwd=ROOT, capture_output=True, text=True)
    assert other.returncode == 1
