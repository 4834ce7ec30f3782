"""Write the page at the root of build/, which leads to the site and to what the sample classes got.

python -m book.machinery.front_door build
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


# Of each sample class: whose feedback is shown, and what it is an example of.
EXAMPLES = {
    "perfect-reference": "full marks",
    "wrong-*": "a mistake",
    "hostile-*": "an attack",
    "forgot-the-weights": "no weights",
}


def entries(build: Path) -> list[tuple[str, dict[str, str]]]:
    """Return (what it is, text of a link → its address) for everything that has been built."""
    found = []
    if (build / "site/index.html").is_file():
        found.append(("The course", {"website": "site/index.html"}))
    for report in sorted(build.glob("results/*/report.html")):
        links = {"the instructor's report": report}
        for students, what in EXAMPLES.items():
            # The last one: what concerns a trained network comes late in an assignment.
            for page in sorted(report.parent.glob(f"{students}/feedback.html"))[-1:]:
                links[f"feedback: {what}"] = page
        addresses = {text: path.relative_to(build).as_posix() for text, path in links.items()}
        found.append((f"Sample class, {report.parent.name}", addresses))
    return found


def main() -> None:
    """Write the page and print where everything is."""
    build = Path(sys.argv[1])
    found = entries(build)
    items = []
    for title, links in found:
        each = " · ".join(
            f'<a href="{html.escape(address)}">{html.escape(text)}</a>' for text, address in links.items()
        )
        items.append(f"<li>{html.escape(title)}:<br>{each}</li>")
    (build / "index.html").write_text(PAGE.format(entries="\n".join(items)), encoding="utf-8")
    print("\nDone. Look at:")
    for title, links in found:
        print(f"  {title}")
        for text, address in links.items():
            print(f"    {text:<26} {build / address}")


if __name__ == "__main__":
    main()
