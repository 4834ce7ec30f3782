"""Write the page at the root of build/, which leads to the site and to what the sample classes got.

python book/front_door.py build
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kernelwise on this machine</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 4rem auto; padding: 0 1.25rem; }}
  li {{ margin: .6rem 0; }}
</style>
<main>
<h1>Kernelwise on this machine</h1>
<ul>
{entries}
</ul>
</main>
</html>
"""


def entries(build: Path) -> list[tuple[str, str]]:
    """Return (address, what it is) of everything that has been built."""
    found = []
    if (build / "site/index.html").is_file():
        found.append(("site/index.html", "The course website"))
    for report in sorted(build.glob("results/*/report.html")):
        assignment = report.parent
        found.append(
            (
                report.relative_to(build).as_posix(),
                f"Sample class, {assignment.name}: the instructor's report",
            )
        )
        for students, what in (("perfect-reference", "with full marks"), ("wrong-*", "with a mistake")):
            for page in sorted(assignment.glob(f"{students}/feedback.html"))[:1]:
                found.append(
                    (page.relative_to(build).as_posix(), f"Sample class, {assignment.name}: feedback {what}")
                )
    return found


def main() -> None:
    """Write the page and print where everything is."""
    build = Path(sys.argv[1])
    found = entries(build)
    items = "\n".join(
        f'<li><a href="{html.escape(address)}">{html.escape(what)}</a></li>' for address, what in found
    )
    (build / "index.html").write_text(PAGE.format(entries=items), encoding="utf-8")
    print("\nDone. Look at:")
    for address, what in found:
        print(f"  {what:<60} {build / address}")


if __name__ == "__main__":
    main()
