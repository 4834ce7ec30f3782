"""Find what was handed in, in the layouts that people have: nbgrader's, flat folders, downloads, zips.

An entry of a class folder is one student's: a folder, a zip or a notebook; `names` says whose. What is clear
is taken; what is not is left out by name with the reason, never in silence, and stops nobody else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from autograder.errors import InfrastructureError, Rejected, UsageError
from autograder.files import student_folder
from autograder.submission.archives import Node
from autograder.submission.names import (
    Owner,
    fault_of_id,
    is_archive,
    is_dropping,
    is_notebook,
    notebook_stem,
    owner_of_file,
    owner_of_folder,
    spelled,
    student_id,
)
from autograder.submission.untrusted_files import look, printable, read_beneath

T = TypeVar("T")

BYTES_AT_MOST = 32 << 20  # of a notebook
_NAMED_AT_MOST = 5
# What the release writes into a notebook's metadata; within a string the quotes would have backslashes.
_ASSIGNMENT = re.compile(rb'"autograder"\s*:\s*\{\s*"assignment"\s*:\s*"([a-z0-9_]{1,64})"')


@dataclass(frozen=True)
class Submission:
    """What one student handed in, not opened yet.

    Attributes:
        student: their id.
        path: the notebook, or the folder that it lies in; a zip on the way counts as a folder.
        root: folder that `path` lies in; no link below it is followed.
        home: folder of all that was handed in for this assignment, `path` or above it; None: `path`.
        beside: other files of theirs where a platform keeps all in one folder: (name as handed in, path).
        notes: where it was found, if not where it was expected.
    """

    student: str
    path: Path
    root: Path
    home: Path | None = None
    beside: tuple[tuple[str, Path], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """An entry of a class folder that is not graded: its path there, and why, for the instructor to mend."""

    entry: str
    reason: str


@dataclass
class Found:
    """What lies in class folders.

    Attributes:
        submissions: what can be graded, one a student.
        left_out: entries that cannot.
        without: names of students who handed in other assignments only.
    """

    submissions: list[Submission] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.submissions or self.left_out)


class _Unclear(Exception):
    """An entry that cannot be taken; the reason follows its name in a sentence."""


def submission_at(path: Path, student: str = "student") -> Submission:
    """Return one notebook as a submission of its own."""
    return Submission(student=student, path=path, root=path.parent)


def discover(
    paths: Iterable[str | Path],
    assignment_id: str,
    *,
    others: Collection[str] = (),
    skip: Collection[Path] = (),
) -> Found:
    """Find all submissions of an assignment in notebooks, zips and class folders, sorted within each.

    An entry of a class folder is `<student>/<assignment>/…`, `<student>/…`, `<student>.zip` or
    `<student>.ipynb`, the assignment in any spelling, or what Moodle, Canvas and Gradescope make of it. A
    folder deeper is looked into where only one notebook comes into question. Nothing is unpacked.

    Args:
        paths: notebooks, zips of one student or of all, class folders, folders of one student.
        assignment_id: id of the assignment.
        others: ids of other assignments of the course, whose folders are none of ours.
        skip: files and folders that are no entries, such as the folder of results.
    Raises:
        UsageError: a path does not exist; or one given alone is no notebook, or holds nothing of this
            assignment.
    """
    given = list(dict.fromkeys(Path(path).absolute() for path in paths))
    if not given:
        raise UsageError("no submissions given: name a notebook, or a folder of submissions")
    search = _Search(
        assignment_id, frozenset(others) - {assignment_id}, frozenset(p.absolute() for p in skip)
    )
    for path in given:
        if not os.path.lexists(path):
            raise UsageError(f"{path} does not exist: name a notebook, or a folder of submissions")
        try:
            search.take(path, alone=len(given) == 1)
        except UsageError as error:
            if len(given) == 1:
                raise
            search.leave_out(path.name, str(error))
    search.settle()
    return search.found


class _Search:
    """One search; `found` grows with every path."""

    def __init__(self, assignment: str, others: Collection[str], skip: Collection[Path]) -> None:
        self.assignment, self.skip = assignment, skip
        self.others = {name for name in others if name != assignment}
        self.other_spellings = {spelled(name) for name in self.others} - {spelled(assignment)}
        self.found = Found()

    # One path of the caller's ------------------------------------------------------------------------------

    def take(self, path: Path, alone: bool) -> None:
        """Find all in one path."""
        before = len(self.found.submissions), len(self.found.left_out)
        if path.is_dir():
            try:
                tree = look(path, path, depth=1)
            except (Rejected, InfrastructureError) as error:
                raise UsageError(str(error)) from error
            tree.inner = {name: node for name, node in tree.inner.items() if path / name not in self.skip}
            self._class(path, *self._unwrapped(path, path, tree, whole_class=False))
        elif is_archive(path.name) and path.is_file():
            self._named_archive(path)
        elif is_notebook(path.name):
            self._named_notebook(path, alone)
        else:
            raise UsageError(
                f"{path} is no notebook: expected a name that ends in .ipynb, "
                "a zip, or a folder of submissions"
            )
        if before == (len(self.found.submissions), len(self.found.left_out)):
            raise UsageError(
                f"{path} holds no submission of {self.assignment}: expected "
                f"<student>/{self.assignment}/<notebook>.ipynb, <student>.zip or <student>.ipynb in it"
            )

    def _named_notebook(self, path: Path, alone: bool) -> None:
        owner = owner_of_file(path.name)
        if self._is_ours(notebook_stem(path.name)):
            # nbgrader's <student>/<assignment>/<assignment>.ipynb names the student two levels up.
            if self._is_ours(path.parent.name):
                owner = owner_of_folder(path.parent.parent.name)
            elif not alone:
                owner = owner_of_folder(path.parent.name)
        self._add(Submission(owner.student, path, path.parent), path.name)

    def _named_archive(self, path: Path) -> None:
        root = path.parent
        try:
            where, tree = self._unwrapped(root, path, look(root, path), whole_class=True)
        except (Rejected, InfrastructureError) as error:
            self.leave_out(path.name, str(error))
            return
        if self._is_class(root, where, tree, whole_class=True):
            self._class(root, where, tree)
        else:
            self._entry(owner_of_file(path.name), root, path, Node("archive"), path.name)

    # A class -----------------------------------------------------------------------------------------------

    def _class(self, root: Path, path: Path, tree: Node) -> None:
        """Take every entry of a class folder, or of a zip of all."""
        if self._is_one_students(root, path, tree):
            person = path.parent if self._is_ours(path.name) else path
            self._entry(owner_of_folder(person.name), root, path, Node("folder", seen=False), path.name)
            return
        entries = _visible(tree)
        several: dict[str, list[tuple[Owner, str, Node]]] = {}
        for name, node in entries:
            shown = str((path / name).relative_to(root))
            if node.kind == "other":
                self.leave_out(shown, node.fault)
            elif node.kind == "folder":
                if not self._is_litter(root, path, name, node):
                    self._entry(owner_of_folder(name), root, path / name, node, shown)
            elif (owner := owner_of_file(name)).platform:
                several.setdefault(owner.student, []).append((owner, name, node))
            elif node.kind == "archive":
                self._archive(owner, root, path / name, shown, alone=len(entries) == 1)
            elif not is_notebook(name):
                self.leave_out(shown, "is no notebook (.ipynb), no folder and no zip")
            elif self._is_ours(notebook_stem(name)):
                self.leave_out(shown, "is named after the assignment: name it after its student")
            else:
                self._add(Submission(owner.student, path / name, root), shown)
        for files in several.values():
            self._files_of_one(root, path, files)

    def _archive(self, owner: Owner, root: Path, path: Path, shown: str, alone: bool) -> None:
        """Take a zip in a class folder: one student's, or, where that is plain, of several."""
        try:
            where, tree = self._unwrapped(root, path, look(root, path), whole_class=False)
            if self._is_class(root, where, tree, least=1 if alone else 2):
                self._class(root, where, tree)
                return
        except (Rejected, InfrastructureError) as error:
            self.leave_out(shown, _after(path, error))
            return
        self._entry(owner, root, path, Node("archive"), shown)

    def _files_of_one(self, root: Path, path: Path, files: list[tuple[Owner, str, Node]]) -> None:
        """Take what a platform keeps of one student among the files of all."""
        notebooks = [entry for entry in files if is_notebook(entry[0].file) and entry[2].kind == "file"]
        notebooks = self._named_as_ours(notebooks, lambda entry: notebook_stem(entry[0].file))
        archives = [] if notebooks else [entry for entry in files if entry[2].kind == "archive"]
        shown = [str((path / name).relative_to(root)) for _, name, _ in files]
        if len(notebooks + archives) != 1:
            several = "several files of this student could be meant: keep one"
            for entry in shown:
                self.leave_out(
                    entry, several if notebooks + archives else "is no notebook (.ipynb) and no zip"
                )
            return
        owner, name, node = (notebooks + archives)[0]
        beside = tuple((one.file, path / other) for one, other, _ in files if other != name)
        if notebooks:
            self._add(Submission(owner.student, path / name, root, beside=beside), name)
        else:
            self._entry(owner, root, path / name, node, name, beside)

    def _is_class(
        self, root: Path, path: Path, tree: Node, whole_class: bool = False, least: int = 1
    ) -> bool:
        """Whether a folder or zip holds entries of students, rather than what one student handed in."""
        platform, nested, holding = set(), 0, 0
        for name, node in _visible(tree):
            is_folder, owner = node.kind == "folder", _owner(name, node)
            platform |= {owner.student} if owner.platform else set()
            inner = self._whole(root, path / name, node) if is_folder else node
            ours = [child for one, child in _visible(inner) if child.kind == "folder" and self._is_ours(one)]
            nested += any(_notebook_folders(child) for child in ours)
            holding += node.kind == "archive" or (is_folder and bool(_notebook_folders(inner)))
            holding += node.kind == "file" and is_notebook(name) and not self._is_ours(notebook_stem(name))
        return len(platform) >= least or nested >= least or (whole_class and holding >= 2)

    def _unwrapped(self, root: Path, path: Path, tree: Node, whole_class: bool) -> tuple[Path, Node]:
        """Step into the one folder that holds the entries of all students, as zips of all often have it."""
        where, node = path, tree
        while len(inner := [entry for entry in _visible(node) if entry[0] != "__MACOSX"]) == 1:
            name, node = inner[0]
            if (
                node.kind not in ("folder", "archive")
                or self._is_ours(name)
                or owner_of_folder(name).platform
            ):
                break
            try:
                where, node = where / name, self._whole(root, where / name, node)
            except (Rejected, InfrastructureError):  # told when it is taken as an entry
                break
            entries = [(_owner(entry, child), child) for entry, child in _visible(node)]
            platform = any(owner.platform for owner, _ in entries)
            if not platform and not whole_class and _notebooks(node):
                break
            least = 1 if platform or whole_class else 2
            if self._is_class(root, where, node, whole_class, least):
                return where, node
        return path, tree

    def _is_one_students(self, root: Path, path: Path, tree: Node) -> bool:
        """Whether a folder that was named is one student's: it holds the assignment, and no students."""
        notebooks, holding = [], 0
        for name, node in _visible(tree):
            if node.kind == "folder":
                holds = bool(_notebook_folders(self._whole(root, path / name, node)))
                if holds and self._is_ours(name):
                    return True
                holding += holds
            else:
                holding += node.kind == "archive"
                notebooks += [name] if is_notebook(name) else []
        return len(notebooks) == 1 and not holding and self._is_ours(notebook_stem(notebooks[0]))

    # One student's entry -----------------------------------------------------------------------------------

    def _entry(
        self,
        owner: Owner,
        root: Path,
        path: Path,
        node: Node,
        shown: str,
        beside: tuple[tuple[str, Path], ...] = (),
    ) -> None:
        try:
            submission = self._submission(owner, root, path, node)
        except _Unclear as error:
            self.leave_out(shown, str(error))
        except (Rejected, InfrastructureError) as error:
            self.leave_out(shown, _after(path, error))
        else:
            if submission is None:
                self.found.without.append(owner.student)
            else:
                self._add(replace(submission, beside=beside), shown)

    def _submission(self, owner: Owner, root: Path, path: Path, node: Node) -> Submission | None:
        """Find the notebook in a folder or zip of one student; None where all in it is of other assignments.

        Raises:
            _Unclear: there is none, or it is not plain which is meant.
            Rejected, InfrastructureError: it cannot be looked into.
        """
        tree = self._whole(root, path, node)
        if tree.kind == "other":
            raise _Unclear(tree.fault)
        for name, child in tree.inner.items():
            if child.kind == "other" and child.fault.startswith("leads out"):
                raise _Unclear(f"holds {printable(name)}, which leads out of the zip")
        ours = [
            (name, child)
            for name, child in _visible(tree)
            if self._is_ours(name) and child.kind in ("folder", "other")
        ]
        holding = [entry for entry in ours if _notebook_folders(entry[1])]
        if len(holding) > 1:
            raise _Unclear(f"has notebooks in {_listed(name for name, _ in holding)}: keep one")
        if node.kind == "archive":  # within a zip, folders are as in a platform's download
            owner = replace(owner, platform=True)
        is_ours, home = owner.platform, path
        if ours:
            name, child = (holding or ours)[0]
            if child.kind == "other":
                raise _Unclear(f"{printable(name)} in it {child.fault}")
            rivals = [file for file in _notebooks(tree) if self._is_ours(notebook_stem(file))]
            if holding and rivals:
                raise _Unclear(
                    f"has notebooks in {printable(name)}/ and beside it ({_listed(rivals)}): keep one"
                )
            if holding or not _notebooks(tree):
                home, tree, is_ours = path / name, self._whole(root, path / name, child), True
        return self._in_home(owner, root, path, home, tree, is_ours)

    def _in_home(
        self, owner: Owner, root: Path, path: Path, home: Path, tree: Node, is_ours: bool
    ) -> Submission | None:
        """Find the notebook in the folder of the assignment, or where there is none, in the student's."""
        if unread := [name for name, node in _walk(tree) if node.fault.startswith("cannot be read")]:
            raise _Unclear(f"{_listed(unread)} in it cannot be read: permission denied, or a broken disk")
        folders, foreign = _notebook_folders(tree), 0
        if not is_ours:
            candidates = [found for found in folders if not self._is_another(root, home, *found)]
            foreign, folders = len(folders) - len(candidates), candidates
        named = [one for one in folders if any(self._is_ours(notebook_stem(name)) for name in one[1])]
        meant = folders[:1] if folders and folders[0][0] == () else named if len(named) == 1 else folders
        if len(meant) == 1:
            parts, names = meant[0]
            where = home.joinpath(*parts)
            self._require_ours(root, where, names, is_ours or parts == ())
            also = ["/".join(one) for one, _ in folders if one != parts]
            notes = self._notes(path, where, also, is_expected=owner.platform)
            return Submission(owner.student, where, root, home=home if is_ours else None, notes=notes)
        if folders:
            raise _Unclear(f"has notebooks in {_listed('/'.join(parts) for parts, _ in folders)}: keep one")
        archives = self._named_as_ours(
            [name for name, node in _walk(tree) if node.kind == "archive"],
            lambda name: owner_of_file(name.rpartition("/")[2]).student,
        )
        if len(archives) == 1:
            inner = self._submission(replace(owner, platform=True), root, home / archives[0], Node("archive"))
            return inner and replace(inner, home=home if is_ours else inner.home)
        if archives:
            raise _Unclear(f"holds {len(archives)} zips ({_listed(archives)}): keep one")
        if foreign:
            return None
        raise _Unclear(self._nothing(tree))

    def _require_ours(self, root: Path, folder: Path, names: list[str], is_plain: bool) -> None:
        """Refuse other/other.ipynb, nbgrader's form of another assignment, unless it says that it is ours."""
        alike = [name for name in names if spelled(notebook_stem(name)) == spelled(folder.name)]
        if is_plain or self._is_ours(folder.name) or alike != names:
            return
        if self._named_in(root, folder / names[0]) != self.assignment:
            raise _Unclear(
                f"holds {printable(folder.name)}/{printable(names[0])} and no {self.assignment}: "
                f"if that is meant, call the folder {self.assignment}"
            )

    def _is_another(self, root: Path, home: Path, parts: tuple[str, ...], names: list[str]) -> bool:
        """Whether all notebooks of a folder are of another assignment, as they or their names say."""
        folder = home.joinpath(*parts)
        by_name = bool(parts) and spelled(parts[0]) in self.other_spellings
        for name in names:
            said = self._named_in(root, folder / name)
            is_theirs = by_name or spelled(notebook_stem(name)) in self.other_spellings
            if said == self.assignment or not (said or is_theirs):
                return False
        return True

    def _named_in(self, root: Path, path: Path) -> str:
        """The assignment that a notebook says it is of; nothing where it does not say."""
        try:
            match = _ASSIGNMENT.search(read_beneath(root, path, BYTES_AT_MOST))
        except (Rejected, InfrastructureError):
            return ""
        return match[1].decode() if match else ""

    def _notes(self, path: Path, where: Path, also: list[str], is_expected: bool) -> tuple[str, ...]:
        notes = []
        if not is_expected and where not in (path, path / self.assignment):
            shown = printable(str(where.relative_to(path)))
            notes.append(f"The notebook was found in {shown}/; {self.assignment}/ was expected.")
        if also:
            notes.append(f"The notebooks in {_listed(also)} are not graded.")
        return tuple(notes)

    def _nothing(self, tree: Node) -> str:
        """Why there is no notebook in an entry, and what is there instead."""
        entries = list(_walk(tree))
        if faults := [f"{printable(name)} {node.fault}" for name, node in entries if node.fault]:
            return f"holds no notebook that can be read: {'; '.join(faults[:_NAMED_AT_MOST])}"
        unseen = any(node.kind == "folder" and not node.seen for _, node in entries)
        files = [name for name, node in entries if node.kind == "file"]
        if files:
            deep = ", and more that was not looked at" if unseen else ""
            return f"holds no notebook (.ipynb); there is {_listed(files)}{deep}"
        return "holds no notebook (.ipynb): it is empty" if not unseen else "holds too many folders"

    # Common ------------------------------------------------------------------------------------------------

    def _is_ours(self, name: str) -> bool:
        """Whether a name is that of the assignment, in whatever spelling."""
        return name == self.assignment or (
            name not in self.others and spelled(name) == spelled(self.assignment)
        )

    def _named_as_ours(self, entries: list[T], stem: Callable[[T], str]) -> list[T]:
        """Of several, the one that is named as the assignment, if only one is; else all."""
        named = [entry for entry in entries if self._is_ours(stem(entry))]
        return named if len(named) == 1 else entries

    def _whole(self, root: Path, path: Path, node: Node) -> Node:
        """Look into what has not been looked into yet; a folder that refuses becomes one of kind "other".

        Raises:
            Rejected, InfrastructureError: a zip that cannot be read.
        """
        if node.kind == "archive":
            return look(root, path)
        if node.kind == "folder" and not node.seen:
            try:
                node.inner, node.seen = look(root, path).inner, True
            except (Rejected, InfrastructureError) as error:
                node.kind, node.fault = "other", _after(path, error)
        return node

    def _is_litter(self, root: Path, path: Path, name: str, node: Node) -> bool:
        """Whether this is what macOS puts beside the files of a zip: hidden files only."""
        if name != "__MACOSX":
            return False
        inner = self._whole(root, path / name, node)
        return inner.kind == "folder" and all(one.kind == "folder" for _, one in _walk(inner))

    def _add(self, submission: Submission, shown: str) -> None:
        if fault := fault_of_id(submission.student):
            self.leave_out(shown, f"cannot be a student's id: it {fault}; rename it")
        else:
            self.found.submissions.append(submission)

    def leave_out(self, entry: str, reason: str) -> None:
        """Note an entry that is not graded."""
        self.found.left_out.append(LeftOut(printable(entry), reason))

    def settle(self) -> None:
        """Leave out all entries that are of one student, or whose results would lie in one folder."""
        groups: dict[str, dict[Path, Submission]] = {}
        for submission in self.found.submissions:
            key = student_folder(Path(), submission.student).name
            groups.setdefault(key, {}).setdefault(submission.path, submission)
        self.found.submissions = []
        for group in groups.values():
            one, *more = group.values()
            if not more:
                self.found.submissions.append(one)
                continue
            for submission in group.values():
                others = _listed(str(_shown(other)) for other in group.values() if other is not submission)
                alike = len({student_id(str(_shown(other))) for other in group.values()}) == 1
                how = " (written with other Unicode characters that look the same)" if alike else ""
                reason = f"is of {submission.student}, as is {others}{how}: keep one"
                self.leave_out(str(_shown(submission)), reason)


def _owner(name: str, node: Node) -> Owner:
    return (owner_of_folder if node.kind == "folder" else owner_of_file)(name)


def _shown(submission: Submission) -> Path:
    """The path of a submission as people look for it."""
    return submission.path.relative_to(submission.root.parent)


def _after(path: Path, error: Exception) -> str:
    """What follows the name of a path in the sentence of an error."""
    return str(error).removeprefix(printable(path.name)).strip()


def _visible(tree: Node) -> list[tuple[str, Node]]:
    """What lies in a folder, sorted, without what systems leave everywhere."""
    inner = tree.inner.items()
    return sorted(
        ((name, node) for name, node in inner if "/" in name or not is_dropping(name)), key=_by_name
    )


def _by_name(entry: tuple[str, Node]) -> str:
    return entry[0]


def _walk(tree: Node, before: str = "") -> Iterator[tuple[str, Node]]:
    """All that lies in a folder or deeper, each with its path."""
    for name, node in _visible(tree):
        yield before + name, node
        if node.kind == "folder":
            yield from _walk(node, f"{before}{name}/")


def _notebooks(tree: Node) -> list[str]:
    return [name for name, node in _visible(tree) if node.kind == "file" and is_notebook(name)]


def _notebook_folders(tree: Node) -> list[tuple[tuple[str, ...], list[str]]]:
    """The folders that hold notebooks, upper ones first, and which."""
    found: list[tuple[tuple[str, ...], list[str]]] = [((), names)] if (names := _notebooks(tree)) else []
    for path, node in _walk(tree):
        if node.kind == "folder" and (names := _notebooks(node)):
            found.append((tuple(path.split("/")), names))
    return sorted(found, key=lambda entry: (len(entry[0]), entry[0]))


def _listed(names: Iterable[str]) -> str:
    all_ = [printable(name) for name in names]
    return ", ".join(all_[:_NAMED_AT_MOST]) + (", …" if len(all_) > _NAMED_AT_MOST else "")
