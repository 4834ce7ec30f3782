"""The first pass of `nbgrader autograde`: from what was handed in to a notebook shaped as the release."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook

from autograder.assignment.cells import is_check
from autograder.errors import Rejected, UsageError
from autograder.nbgrader_bridge.course import Grading, course_directory, submitted_folder
from autograder.nbgrader_bridge.markdown import harmless
from autograder.submission.reading import read_submission
from autograder.submission.rebuild import rebuild


class Unread(NotebookExporter):
    """Reads notebooks as nbgrader does, but a submitted one as an empty one, for `Rebuild` to fill.

    nbgrader would follow links, and fail at a byte-order mark or a list a thousand deep.
    """

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Convert a notebook from a file, as nbconvert's exporters do."""
        if resources and "nbgrader" in resources:
            folder, _ = submitted_folder(course_directory(self), resources)
            if Path(filename).parent == folder:
                return self.from_notebook_node(v4.new_notebook(), resources=resources, **kw)
        return super().from_filename(filename, resources=resources, **kw)


class Rebuild(Grading):
    """Puts a submission back into the shape of the release, with cells that were deleted, doubled or renamed.

    Text of the student's own is made harmless here: nbgrader's pages would follow what it says. One that is
    rejected becomes the release itself.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the rebuilt notebook, whatever `nb` is.

        Raises:
            UsageError: the assignment's points have changed since nbgrader generated it.
            InfrastructureError: the file cannot be read, through no fault of the student's.
        """
        with self.referee(resources) as referee:
            released = referee.released
        require_same_points(released, resources["nbgrader"])
        try:
            submitted = read_submission(self.submission(resources), released)
            notebook = rebuild(released, submitted).notebook
        except Rejected:  # which `Grade` finds out again, and tells the student
            notebook = deepcopy(released)
        for cell in notebook.cells:
            if cell.cell_type != "code" and "nbgrader" not in cell.metadata:
                cell.source = harmless(cell.source)
        return notebook, resources


def require_same_points(released: NotebookNode, where: dict[str, Any]) -> None:
    """Compare the graded cells of the release with those that nbgrader has in its gradebook.

    Raises:
        UsageError: they differ, so that scores would be of something else than what students were given.
    """
    ours = {cell.id: float(cell.metadata["nbgrader"]["points"]) for cell in released.cells if is_check(cell)}
    with Gradebook(where["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(where["notebook"], where["assignment"])
        theirs = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    if changed := sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name)):
        raise UsageError(
            f"{where['assignment']}: {', '.join(changed)} changed since nbgrader generated the assignment; "
            "write its source folder and run `nbgrader generate_assignment` again"
        )
