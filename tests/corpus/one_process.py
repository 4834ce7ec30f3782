"""Graders without protection, which believe the code that they grade: each attack of the corpus works in one of them.

`nbgrader_points` does what nbgrader does: the student's cells, then a cell of asserts, in one IPython; the score is what
nbgrader itself makes of that cell's outputs. `script` and `pytest_passes` judge a process by how it ends.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, output_from_msg

POINTS = 5.0
# Checks of `conv1d` as they are usually written: the expected value is made beside the student's code.
CHECK = """\
expected = np.correlate(np.array([1.0, 2.0, 4.0, 8.0]), np.array([3.0, 2.0]), "valid")
got = conv1d(np.array([1.0, 2.0, 4.0, 8.0]), np.array([3.0, 2.0]))
assert np.shape(got) == expected.shape, "wrong shape"
np.testing.assert_allclose(got, expected)
"""
WRONG = "def conv1d(x, u): return np.zeros(len(x) - len(u) + 1)"

_RUNNER = """\
import json, sys, os
cells = json.loads(sys.argv[1])
results = os.fdopen(os.dup(1), "w")
from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

outputs = []

class Hook(DisplayHook):
    def write_output_prompt(self):
        pass
    def write_format_data(self, format_dict, md_dict=None):
        outputs.append({"msg_type": "execute_result", "content": {"data": format_dict, "metadata": {}, "execution_count": 1}})

class Shell(InteractiveShell):
    displayhook_class = Type(Hook)
    def _showtraceback(self, etype, evalue, stb):
        content = {"ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        outputs.append({"msg_type": "error", "content": content})

config = Config()
config.HistoryManager.enabled = False
shell = Shell.instance(config=config)
for source in ["import numpy as np", *cells]:
    outputs.clear()
    shell.run_cell(source, store_history=True)
results.write("\\n" + json.dumps(outputs))
results.flush()
os._exit(0)
"""


def nbgrader_points(*cells: str, check: str = CHECK) -> float | None:
    """Return what nbgrader gives of 5 points for `check`, run after the student's cells in their process."""
    from nbgrader.utils import determine_grade

    done = _python("-c", _RUNNER, json.dumps([*cells, check]))
    assert done.returncode == 0, done.stderr
    messages = json.loads(done.stdout.splitlines()[-1])
    cell = new_code_cell(check, outputs=[output_from_msg(_message(**message)) for message in messages])
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": POINTS, "grade_id": "check"}
    return determine_grade(cell, logging.getLogger("nbgrader"))[0]


def script(folder: Path, *cells: str, check: str = CHECK) -> subprocess.CompletedProcess[str]:
    """Run cells and asserts as one script in `folder`; exit status 0 is what a simple grader takes for success."""
    path = folder / "graded.py"
    path.write_text("\n".join(["import numpy as np", *cells, check]))
    return _python(path.name, cwd=folder)


def pytest_passes(folder: Path, *cells: str, check: str = CHECK) -> bool:
    """Run the asserts as a pytest test that imports the answer, in the submission's folder; is the exit status 0?"""
    (folder / "answer.py").write_text("\n".join(["import numpy as np", *cells]))
    body = "\n".join("    " + line for line in check.splitlines())
    (folder / "test_answer.py").write_text(
        f"import numpy as np\nfrom answer import *\n\ndef test_conv1d():\n{body}\n"
    )
    return (
        _python("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_answer.py", cwd=folder).returncode == 0
    )


def _python(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", *arguments]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
    )


def _message(msg_type: str, content: dict[str, Any]) -> Any:
    from nbformat import from_dict

    return from_dict({"header": {"msg_type": msg_type}, "content": content})
