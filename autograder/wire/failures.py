"""What went wrong in the student's process, as it crosses: built in one place, with one set of caps."""

from __future__ import annotations

import linecache
import os
import re
import sys
import sysconfig
import traceback as tracebacks
from dataclasses import dataclass
from functools import cache
from types import FrameType

from autograder import PACKAGE

TYPE_CHARACTERS, MESSAGE_CHARACTERS, TRACEBACK_CHARACTERS = 200, 2000, 20_000
CODE_CHARACTERS, PLACE_CHARACTERS = 100, 250
# Of the outputs of a cell.
OUTPUTS_AT_MOST = 50
# What the stub of an answer raises until it is replaced.
NOT_ANSWERED = "NotImplementedError"
# A private kind of SyntaxError that Python 3.13 has for a cell that ends too early.
_UNFINISHED = "_IncompleteInputError"

# How IPython and a Jupyter kernel name the cells that they compile.
_CELL = re.compile(r"<ipython-input-|.*[\\/]ipykernel_\d+[\\/]")
_COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}m")
_STACK_FILE = re.compile(r'^[ \t]*File "[^"\n]*", line \d+', re.MULTILINE)
# What TensorFlow and Keras write around the cause: headings of their stacks, names of nodes and operations.
_STACK_HEADING = re.compile(
    r"Graph execution error:|Detected at node|.*\(most recent call last\):?$|in user code:|Stack trace for op"
    r"|Exception encountered when calling|<stack traces unavailable>"
)
_NODE = re.compile(
    r"\[\[\{\{node [^}\n]{0,500}\}\}\]\]|\{\{(?:function_)?node [^}\n]{0,500}\}\}\s?"
    r"|\s?\[Op:[^\]\n]{0,200}\](?: name:[^\n]{0,200})?"
)


@dataclass(frozen=True)
class Failure:
    """An exception that ended a cell or a call: its type's name, its text, the traceback as text, the place.

    `place` is where in the student's own code it arose, such as "in conv1d, line 3 of its cell: `y[i] = 1`";
    empty where it arose elsewhere. Each is cut to its cap: of the traceback the end is kept, of all others
    the beginning.
    """

    type_name: str
    message: str
    traceback: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "type_name", self.type_name[:TYPE_CHARACTERS])
        object.__setattr__(self, "message", self.message[:MESSAGE_CHARACTERS])
        object.__setattr__(self, "traceback", self.traceback[-TRACEBACK_CHARACTERS:])
        object.__setattr__(self, "place", self.place[:PLACE_CHARACTERS])

    def record(self) -> dict[str, str]:
        """Return it as it crosses, for the key "failure" of a reply."""
        return {
            "type": self.type_name,
            "message": self.message,
            "traceback": self.traceback,
            "place": self.place,
        }

    @property
    def told(self) -> str:
        """All but the traceback, for the student."""
        return told(self.type_name, self.message, self.place)


def told(type_name: str, message: str, place: str = "") -> str:
    """Return an exception as a student reads it: type, text and place."""
    what = f"{type_name}: {message.strip()}" if message.strip() else type_name
    return f"{what} ({place})" if place else what


def failure(error: BaseException, traceback: str = "") -> Failure:
    """Describe an exception of which nothing can be trusted, not even that it can be turned into text."""
    try:
        message = str(error)
    except BaseException:
        message = "(the exception cannot be turned into text)"
    kind = str(type(error).__name__)
    if kind == _UNFINISHED and isinstance(error, SyntaxError):
        kind, traceback = SyntaxError.__name__, traceback.replace(_UNFINISHED, SyntaxError.__name__)
    try:
        place = _place(error)
        if isinstance(error, SyntaxError) and place:
            message = str(error.msg)  # without the name of the cell, which is IPython's own
    except BaseException:
        place = ""
    return Failure(kind, _without_folders(_cause(message)), _without_folders(traceback), place)


def place_of(frame: FrameType | None) -> str:
    """Return where in the student's own code a frame, or the next one around it, stands; or nothing."""
    while frame is not None and not _is_own(frame.f_code.co_filename):
        frame = frame.f_back
    return "" if frame is None else _told_place(frame, frame.f_lineno)


def _place(error: BaseException) -> str:
    """Return the last line of the student's own code on the way to an error."""
    if isinstance(error, SyntaxError) and error.lineno and _is_own(str(error.filename)):
        return f"in line {int(error.lineno)} of the cell{_code(error.text or '')}"
    steps = [step for step in tracebacks.walk_tb(error.__traceback__) if _is_own(step[0].f_code.co_filename)]
    return _told_place(*steps[-1]) if steps else ""


def _is_own(file: str) -> bool:
    """Whether a file is a cell, or a module that lies in the folder of the notebook."""
    return bool(_CELL.match(file)) or os.path.dirname(file) == os.getcwd()


def _told_place(frame: FrameType, line: int) -> str:
    code, file = frame.f_code, frame.f_code.co_filename
    function = code.co_qualname.partition(".<locals>")[0]
    is_cell = bool(_CELL.match(file))
    text = _code(linecache.getline(file, line))
    if function.startswith("<"):  # of a module or a lambda
        where = "the cell" if is_cell else os.path.basename(file)
        return f"in line {line} of {where}{text}"
    where = "its cell" if is_cell else os.path.basename(file)
    return f"in {function}, line {line} of {where}{text}"


def _code(line: str) -> str:
    text = " ".join(line.split()).replace("`", "'")
    text = text if len(text) <= CODE_CHARACTERS else text[: CODE_CHARACTERS - 1] + "…"
    return f": `{text}`" if text else ""


def _cause(message: str) -> str:
    """Return what an error says, without the stack that TensorFlow and Keras write into its text."""
    text = _NODE.sub("", _COLOUR.sub("", message[: 20 * MESSAGE_CHARACTERS]))
    if not _STACK_FILE.search(text):
        return text
    lines, is_code = [], False
    for line in text.splitlines():
        is_stack = _STACK_FILE.match(line) is not None
        is_code = is_stack or (is_code and line.startswith(" ") and bool(line.strip()))
        if not is_code and not _STACK_HEADING.match(line.strip()) and line.strip(" ^~\t"):
            lines.append(line.strip())
    return lines[0] if lines else text.strip().partition("\n")[0]


def _without_folders(text: str) -> str:
    """Return text without the folders of this machine's Python and of the grader."""
    for folder in _folders():
        text = text.replace(folder + os.sep, "")
    return text


@cache
def _folders() -> tuple[str, ...]:
    """The folders that libraries lie in, inner ones first."""
    found = {sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib", "platstdlib")}
    found |= {sys.prefix, sys.base_prefix, str(PACKAGE.parent)}
    return tuple(sorted(found - {"", "/", "/usr"}, key=len, reverse=True))
