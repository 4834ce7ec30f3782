"""Class folders of every shape, as files on the disk: what the tests of discovery and of the command share."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

# A file is bytes or text; a zip is a dictionary of its members.
Content = bytes | str | dict


def put(root: Path, files: dict[str, Content]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))
    return root


def as_bytes(content: Content) -> bytes:
    """Return what a file holds."""
    if isinstance(content, dict):
        return zipped(content)
    return content.encode() if isinstance(content, str) else content


def zipped(members: dict[str, Content], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of members; a name may stand for a folder with a / at its end."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, as_bytes(content))
    return data.getvalue()


def locked(members: dict[str, Content]) -> bytes:
    """Return a zip whose members say that they are protected by a password."""
    data = bytearray(zipped(members))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def linked(name: str, target: str) -> bytes:
    """Return a zip with a symbolic link in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.create_system, member.external_attr = 3, 0o120777 << 16
        archive.writestr(member, target)
    return data.getvalue()


def shapes(nb: str, assignment: str, weights: bytes = b"w") -> dict[str, tuple[dict[str, Content], set[str]]]:
    """Return class folders by name: the files, and the ids of the students that are graded; all of them are.

    Args:
        nb: a notebook that was handed in.
        assignment: id of the assignment.
        weights: a file of weights.
    """
    a, title = assignment, assignment.replace("_", " ").title()
    gradescope = {
        "submission_7/x.ipynb": nb,
        "submission_8/deep/x.ipynb": nb,
        "submission_metadata.yml": "a: b",
    }
    litter = {".DS_Store": "x", "Thumbs.db": "x", "__MACOSX/._ada": "x", ".ipynb_checkpoints/a.ipynb": nb}
    return {
        "nbgrader": ({f"ada/{a}/{a}.ipynb": nb, f"mia smith/{a}/x.ipynb": nb}, {"ada", "mia smith"}),
        "umlauts": ({f"jörg/{a}/{a}.ipynb": nb, f"李明/{a}/{a}.ipynb": nb}, {"jörg", "李明"}),
        "flat folders": ({f"finn/{a}.ipynb": nb, "gina/my answers.ipynb": nb}, {"finn", "gina"}),
        "spellings": (
            {
                f"a/{title.replace(' ', '_')}/x.ipynb": nb,
                f"b/{a.replace('_', '-')}/x.ipynb": nb,
                f"c/{title}/x.ipynb": nb,
                f"d/{a.upper()} (1)/x.ipynb": nb,
            },
            {"a", "b", "c", "d"},
        ),
        "deeper": (
            {f"eve/{a}/{a}/{a}.ipynb": nb, f"fay/homework/{a}/x.ipynb": nb, "gus/week 3/x.ipynb": nb},
            {"eve", "fay", "gus"},
        ),
        "notebooks": (
            {"ada.ipynb": nb, "bob.ipynb.txt": nb, "cyd (1).ipynb": nb, "dan.IPYNB": nb, "eve.ipynb (2)": nb},
            {"ada", "bob", "cyd", "dan", "eve"},
        ),
        "Moodle's folders": (
            {
                f"Eva L_12_assignsubmission_file_/{a}.ipynb": nb,
                "Eva L_13_assignsubmission_file/my.ipynb": nb,
                "Zoë_14_assignsubmission_file_/hand in.zip": {"hand in/x.ipynb": nb},
            },
            {"Eva L_12", "Eva L_13", "Zoë_14"},
        ),
        "Moodle's files": (
            {
                f"Eva L_12_assignsubmission_file_{a}.ipynb": nb,
                "Eva L_12_assignsubmission_file_double.safetensors": weights,
                "Tom_13_assignsubmission_file_all.zip": {"x.ipynb": nb},
            },
            {"Eva L_12", "Tom_13"},
        ),
        "Canvas": (
            {
                f"smithmia_LATE_123_456_{a}-1.ipynb": nb,
                "leejo_124_457_solution.ipynb": nb,
                "leejo_124_458_double-1.safetensors": weights,
                "kim_125_459_homework.zip": {f"homework/{a}.ipynb": nb},
            },
            {"smithmia_123", "leejo_124", "kim_125"},
        ),
        "Gradescope": (gradescope, {"submission_7", "submission_8"}),
        "Gradescope's folder in a folder": (
            {f"assignment_5_export/{name}": content for name, content in gradescope.items()},
            {"submission_7", "submission_8"},
        ),
        "zips": (
            {
                "lena.zip": {f"lena/{a}.ipynb": nb, "__MACOSX/lena/._x.ipynb": "x", "lena/.DS_Store": "x"},
                "max.ZIP": {"x.ipynb": nb, "x/": ""},
                "ned (1).zip": {f"a\\b\\{a}.ipynb": nb},
                "ole.zip": {"ole.zip": {"x.ipynb": nb}},
            },
            {"lena", "max", "ned", "ole"},
        ),
        "a zip of all in the folder": (
            {"all.zip": {f"ada/{a}/x.ipynb": nb, f"bob/{a}/x.ipynb": nb, "__MACOSX/ada/._x": "x"}},
            {"ada", "bob"},
        ),
        "a zip of Moodle's": (
            {"course-1.zip": {f"{name}_assignsubmission_file_/x.ipynb": nb for name in ("Ä_1", "B_2")}},
            {"Ä_1", "B_2"},
        ),
        "litter": (litter | {"ada.ipynb": nb, "bob.ipynb": nb}, {"ada", "bob"}),
    }
