"""The shell without a kernel: what cells expect of one is there."""

from pathlib import Path

import pytest

from autograder.player.shell import failure, new_shell, run_cell


@pytest.fixture
def shell():
    """A shell of this process."""
    made = new_shell({})
    yield made
    type(made).clear_instance()


def test_displayed_things_and_the_last_value_are_outputs(shell):
    """As in a notebook."""
    outputs, ended, changed = run_cell(
        shell, "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))\n41 + 1"
    )
    assert [output["output_type"] for output in outputs] == ["display_data", "execute_result"]
    assert outputs[0]["data"]["text/html"] == "<b>x</b>"
    assert outputs[1]["data"]["text/plain"] == "42"
    assert (ended, changed) == (None, [])


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f(:", "SyntaxError"),
        ("def f(x, y:", "SyntaxError"),  # a kind of its own in Python 3.13, of a private name
        ("x = [1,\n2", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        (
            "class Odd(Exception):\n    def __str__(self): return 1 / 0\nraise Odd",
            "ZeroDivisionError",
        ),  # of its text
        ("get_ipython().showtraceback = lambda *a, **k: None\n1 / 0", "ZeroDivisionError"),
    ],
)
@pytest.mark.filterwarnings("ignore:To exit")
def test_every_way_to_fail_is_seen(shell, source, kind):
    """Also one whose cell has patched how errors are shown."""
    _, ended, _ = run_cell(shell, source)
    assert ended is not None
    assert ended.type_name == kind
    assert "_Incomplete" not in ended.traceback


def test_exit_ends_nothing(shell):
    """A stray exit in a cell does not cost the cells after it."""
    run_cell(shell, "exit")
    run_cell(shell, "x = 1")
    assert shell.user_ns["x"] == 1


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("get_ipython().input_transformers_post.append(lambda lines: [])", "input transformers"),
        (
            "get_ipython().input_transformer_manager.cleanup_transforms.insert(0, lambda lines: [])",
            "input transformers",
        ),
        ("get_ipython().input_transformer_manager.line_transforms.clear()", "input transformers"),
        (
            "import IPython.core.inputtransformer2 as t\nget_ipython().input_transformer_manager = t.TransformerManager()",
            "input transformers",
        ),
        ("import ast\nget_ipython().ast_transformers.append(ast.NodeTransformer())", "AST transformers"),
    ],
)
def test_change_of_how_cells_are_read_is_undone_and_named(shell, source, what):
    """The next cell is read as it stands."""
    assert run_cell(shell, source)[2] == [what]
    assert run_cell(shell, "%time y = 2")[1:] == (None, [])
    assert shell.user_ns["y"] == 2


def test_nothing_is_written_into_a_home(shell, tmp_path):
    """No history, no profile."""
    assert shell.history_manager.hist_file == ":memory:"
    assert shell.profile_dir is None


def test_no_folder_is_made(monkeypatch):
    """IPython makes the folder of its settings, wherever it is said to be: root may, other users fail."""

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr("os.makedirs", refuse)
    monkeypatch.setattr("os.mkdir", refuse)
    made = new_shell({})
    type(made).clear_instance()
    assert not Path(made.ipython_dir).exists()


def test_long_messages_are_cut():
    """An exception's text may be a gigabyte."""
    described = failure(ValueError("x" * 10_000), "t" * 100_000)
    assert len(described.message) == 2000
    assert len(described.traceback) == 20_000
