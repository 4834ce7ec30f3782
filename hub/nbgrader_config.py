"""nbgrader with our grader: what nbgrader writes into its gradebook is what `autograder grade` says.

Load it in the `nbgrader_config.py` of the course directory, the folder where `nbgrader` runs and keeps
`source/`, `release/`, `submitted/`, `autograded/`, `feedback/` and `gradebook.db`:

    load_subconfig("/path/to/this/repository/hub/nbgrader_config.py")
    c.CourseDirectory.course_id = "kernelwise"
    c.Exchange.root = "/srv/nbgrader/exchange"

`autograder.assignment.release.write_source` writes an assignment into `source/`; from there on all commands
of nbgrader and all buttons of formgrader work as ever. What replaces which step, and why:
`autograder.nbgrader_bridge`.

Hidden inputs come from the instructor's secret, which AUTOGRADER_SECRET in nbgrader's environment names;
or set `c.Grading.seed`. With `c.Grading.results` set, each `result.json` is written below that folder too;
take another one than for `autograder grade`, which keeps a journal in its own.

Two habits of nbgrader itself: it copies whatever lies beside a submitted notebook into `autograded/`, links
followed; and its feedback pages ask a remote host for MathJax, so formulas stay as typed where there is none.

A server that keeps running, such as formgrader's, grades with changed checks at once, but asks to be started
again once the reference or the grader itself have changed.
"""

from pathlib import Path

c = get_config()  # noqa: F821 - traitlets defines it in configuration files

c.Grading.assignments = str(Path(__file__).resolve().parents[1] / "assignments")

c.Autograde.exporter_class = "autograder.nbgrader_bridge.Unread"
c.Autograde.sanitize_preprocessors = [
    "autograder.nbgrader_bridge.Rebuild",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_bridge.Grade",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.nbgrader_bridge.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

c.ExportApp.plugin_class = "autograder.nbgrader_bridge.ScoresCsv"
