"""The page at the root of build/: it leads to all that has been built, and to nothing that has not."""

import re
import sys

from book.machinery import front_door


def test_front_door_leads_to_what_is_there(tmp_path, monkeypatch, capsys):
    """Every link has its file; of each kind of student the last one is shown, of absent ones none."""
    files = ["site/index.html", "results/shapes/report.html"]
    files += [f"results/shapes/{name}/feedback.html" for name in ("perfect-reference", "wrong-a", "wrong-b")]
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.setattr(sys, "argv", ["front_door.py", str(tmp_path)])
    front_door.main()
    linked = re.findall('href="([^"]+)"', (tmp_path / "index.html").read_text())
    assert linked == [file for file in files if "wrong-a" not in file]
    assert str(tmp_path / "results/shapes/report.html") in capsys.readouterr().out


def test_front_door_of_nothing_is_empty(tmp_path):
    """Before anything is built there is nothing to lead to."""
    assert front_door.entries(tmp_path) == []
