"""Markdown of students, made harmless before a page of nbgrader's shows it.

Formgrader and feedback render Markdown with mistune and its formulas with MathJax, both as they are: links
may run a script, images ask any host, and pages of the hub itself. So what begins a tag, a link, an image, an
entity or an address is taken apart with a space, and text, emphasis, lists, tables, code and formulas stay.
"""

from __future__ import annotations

import re

from autograder.text import plain_tex

_APART = (
    # tags and addresses in pointed brackets
    (re.compile(r"<(?=[A-Za-z/!?])"), "< "),
    # links, images and footnotes, and where their addresses are defined: ](…)  ][…]  ]: …
    (re.compile(r"\](?=[(\[:])"), "] "),
    # entities, which spell any other sign: &#92; is a backslash
    (re.compile(r"&(?=[#A-Za-z])"), "& "),
    # addresses that become links by themselves
    (re.compile(r"(?<=:)//|(?<=\bwww)\.", re.IGNORECASE), " \\g<0>"),
    # diagrams, whose text nbconvert puts into the page as it is, and whose nodes may be links
    (re.compile(r"(?<=mer)(?=maid)", re.IGNORECASE), "-"),
)


def harmless(text: str) -> str:
    """Return Markdown without HTML, links, images, entities, diagrams and commands that are no mathematics.

    >>> harmless("$a<b$, [x](javascript:alert(1)), <script>, https://x.org")
    '$a< b$, [x] (javascript:alert(1)), < script>, https: //x.org'
    """
    for pattern, replacement in _APART:
        text = pattern.sub(replacement, text)
    return plain_tex(text)
