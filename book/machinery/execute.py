"""Run one notebook in its folder, and write its outputs into it: `pages` starts this for each page.

python -m book.machinery.execute NOTEBOOK FOLDER SECONDS_A_CELL
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError


def main(notebook: str, folder: str, timeout: str) -> int:
    path = Path(notebook)
    content = nbformat.read(path, as_version=4)
    client = NotebookClient(content, timeout=int(timeout), resources={"metadata": {"path": folder}})
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        print(error, file=sys.stderr)
        return 1
    nbformat.write(content, path)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
