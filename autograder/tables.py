"""What commands print for people: tables on stdout, and a progress bar where stderr is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.classroom.class_run import ClassSummary
from autograder.doctor import Part
from autograder.result import Result
from autograder.submission.reading import Planned
from autograder.text import inert, inert_name, points

COLOURS = dict.fromkeys(("passed", "graded", "ok"), "green") | dict.fromkeys(("partial", "warning"), "yellow")


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (done, to do) that draws a bar on stderr, if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def print_scores(title: str, summary: ClassSummary, folder: Path) -> None:
    """Print one line a student and one for each entry that was not taken, and how many were graded."""
    table = Table("student", "status", title=Text(title))
    table.add_column("score", justify="right")
    table.add_column("of", justify="right")
    table.add_column("remarks", overflow="fold")
    for result in summary.results:
        score = "–" if result.score is None else points(result.score)
        remarks = result.reason or ", ".join(dict.fromkeys(flag.kind for flag in result.flags))
        remarks = "see below" if result in summary.failed else remarks
        table.add_row(
            Text(inert_name(result.student)),
            _word(result.status),
            score,
            points(result.max_score),
            _line(remarks),
        )
    console = Console()
    if summary.results:
        console.print(table)
    for result in summary.failed:
        console.print(_not_gradable(result.student, result.reason), soft_wrap=True)
    for one in summary.left_out:
        console.print(_not_gradable(one.entry, one.reason), soft_wrap=True)
    console.print(f"{summary.graded} graded, {summary.already} already graded", end="")
    console.print(f", {len(summary.failed)} could not be graded" if summary.failed else "", end="")
    console.print(f", {_entries(len(summary.left_out))} not gradable" if summary.left_out else "")
    _print_without(console, summary.without)
    console.print(Text(f"results: {folder}"), soft_wrap=True)


def print_plan(title: str, plan: Sequence[Planned], without: Sequence[str]) -> None:
    """Print what would be graded as whom, and what not and why."""
    table = Table("student", "would be graded", title=Text(title))
    table.add_column("remarks", overflow="fold")
    taken = [one for one in plan if one.status != "not_gradable"]
    for one in taken:
        remarks = f"rejected: {one.reason}" if one.status == "rejected" else one.reason
        table.add_row(Text(inert_name(one.student)), _line(one.entry), _line(remarks))
    console = Console()
    if taken:
        console.print(table)
    for one in plan:
        if one.status == "not_gradable":
            console.print(_not_gradable(one.student or one.entry, one.reason), soft_wrap=True)
    console.print(f"{len(taken)} would be graded, {_entries(len(plan) - len(taken))} not gradable")
    _print_without(console, without)


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _not_gradable(entry: str, reason: str) -> Text:
    return Text("not gradable: ", style="red").append_text(_line(f"{entry}: {reason}"))


def _print_without(console: Console, without: Sequence[str]) -> None:
    if without:
        names = ", ".join(map(inert_name, without))
        console.print(Text(f"handed in other assignments only: {names}"), soft_wrap=True)


def print_checks(result: Result) -> None:
    """Print one line a check of a single result, with its message, and what else there is to say."""
    table = Table("question", "check", "status", title=inert_name(result.assignment))
    table.add_column("points", justify="right")
    table.add_column("message")
    for check in result.checks:
        earned = f"{points(check.points)} of {points(check.max)}"
        message = Text(inert(check.message))
        table.add_row(check.question, _line(check.description), _word(check.status), earned, message)
    console = Console()
    if result.checks:
        console.print(table)
    if result.reason:
        console.print(_word(result.status), _line(result.reason), sep=": ")
    if result.score is not None:
        console.print(f"{points(result.score)} of {points(result.max_score)} points")
    for flag in result.flags:
        console.print(Text("note: "), _line(flag.text), sep="", soft_wrap=True)


def print_parts(parts: Sequence[Part], can_grade: bool) -> None:
    """Print what `autograder doctor` found, and below it each cure on a line that can be copied."""
    table = Table("part", "state")
    table.add_column("found", overflow="fold")
    for part in parts:
        table.add_row(part.name, _word(part.state), _line(part.found))
    console = Console()
    console.print(table)
    for part in parts:
        if part.cure:
            console.print(Text(f"{part.name}: {part.cure}"), soft_wrap=True)
    console.print("grading can work" if can_grade else "grading cannot work: see the parts that are missing")


def _word(status: str) -> Text:
    return Text(status.replace("_", " "), style=COLOURS.get(status, "red"))


def _line(text: str) -> Text:
    return Text(" ".join(inert(text).split()))
