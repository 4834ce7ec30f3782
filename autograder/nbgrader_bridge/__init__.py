"""Grades of ours in a gradebook of nbgrader's, with nbgrader unmodified.

`nbgrader autograde` reads a submission in two passes, and each is a list of preprocessors that a
configuration may change (`hub/nbgrader_config.py` does):

| nbgrader's step | here | why |
|---|---|---|
| reading the file | `Unread` | what students hand in is read by our careful reader only |
| ClearOutput, DeduplicateIds, OverwriteKernelspec | `Rebuild` | cells and kernel are the release's again |
| OverwriteCells | stays, after `Rebuild` | writes the checksums; changes nothing else in a rebuilt notebook |
| CheckCellMetadata, both times | stays | nbgrader's own last look at what it is going to store |
| Execute | `Grade` | nothing of the student's runs outside the sandbox |
| IgnorePattern, ClearMetadataPreprocessor | dropped | they tidy up after Execute |
| LimitOutput, AssignLatePenalties | stay | they do not touch the scores of cells |
| SaveAutoGrades | `SaveGrades` | no stale score, and comments that say something |

So nbgrader's command, formgrader's button, feedback and exports work on the scores of our `result.json`.

A submission that we cannot grade raises in `Rebuild` or `Grade`: nbgrader logs it, removes its folder in
`autograded/`, goes on with the next, and ends with a status other than 0. Formgrader then lists it as not
autograded, and no score is recorded: those of an earlier submission stay as they were. Since nbgrader's own
CSV file has 0.0 where no score exists, `nbgrader export` uses `ScoresCsv`, which leaves the field empty. The
same holds where it is not plain which notebook is meant, and where nbgrader stops before it comes to us: at a
`timestamp.txt` that it cannot read, or at another spelling of the assignment's folder.

Formgrader and feedback show Markdown, HTML and formulas as they are. So `Rebuild` takes links, images, tags
and commands out of text cells (`markdown`), `Grade` shows outputs that were cleaned, and so are comments.
A file beside the notebook is still copied into `autograded/` by nbgrader, and formgrader serves it to whoever
knows its address; nothing of ours links to it.

A submission that cannot be read is rejected: every question scores 0, and the feedback gives the reason. Only
a notebook under another file name never gets here: nbgrader goes by the name, and reports an error.
"""

from autograder.nbgrader_bridge.export import ScoresCsv
from autograder.nbgrader_bridge.grade import Grade
from autograder.nbgrader_bridge.save import SaveGrades
from autograder.nbgrader_bridge.submitted import Rebuild, Unread

__all__ = ["Grade", "Rebuild", "SaveGrades", "ScoresCsv", "Unread"]
