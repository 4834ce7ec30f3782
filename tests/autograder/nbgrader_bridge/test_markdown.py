"""Markdown of students as nbconvert renders it: no address, no tag, no formula that does more than show mathematics."""

import re
import time

import pytest
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath, markdown2html_mistune

from autograder.nbgrader_bridge.markdown import harmless

# Of commands that make links, set styles or load files, in MathJax 2 to 4 and KaTeX; and those that rename others.
ACTIVE = re.compile(
    r"\\(href|url|class|cssId|style|data|require|unicode|bbox|mmlToken|includegraphics|html\w+|def|let|gdef|"
    r"newcommand|renewcommand|newenvironment|DeclareMathOperator|colorbox|fcolorbox|color|textcolor|"
    r"mathtip|texttip|toggle|csname|verb|lower|raise|rule|kern|Rule|Newextarrow|ce|pu)(?![A-Za-z])"
)
HOSTILE = {
    "inline": "[click](javascript:alert(1))",
    "entity": "[entity](&#106;avascript:alert(1))",
    "named-entity": "[tab](java&Tab;script:alert(1)) [colon](javascript&colon;alert(1))",
    "reference": "[x][r]\n\n[r]: javascript:alert(2)",
    "shortcut": "[r]\n\n[r]: javascript:alert(2)",
    "collapsed": "[r][]\n\n[r]: <javascript:alert(2)>",
    "definition-in-a-quote": "> [r]: javascript:alert(1)\n\n[r]",
    "definition-over-lines": "[r]:\n   javascript:alert(1)\n   'title'\n\n[r]",
    "vbscript": "[v](vbscript:x)",
    "pointed": "[p](<javascript:alert(1)>)",
    "case": "[c](JaVaScRiPt:alert(1))",
    "data": "[d](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "relative": "[hub](/hub/logout) [up](../../hub/token) [file](evil.html)",
    "image": "![pixel](http://evil.example/track.png)",
    "image-reference": "![pixel][p]\n\n[p]: http://evil.example/track.png",
    "image-in-a-link": "[![x](http://evil.example/a.png)](javascript:alert(1))",
    "image-of-the-hub": "![x](/hub/logout)",
    "attachment": "![x](attachment:missing.png)",
    "autolink": "<javascript:alert(1)> <http://evil.example> <mia@evil.example>",
    "bare": "http://evil.example/x https://evil.example www.evil.example HTTP://EVIL.EXAMPLE",
    "nested-brackets": "[a [b] c](javascript:alert(1)) [a\\](javascript:alert(1))",
    "many-brackets": "]](x) [[a]](javascript:alert(1)) [a]](javascript:alert(1))",
    "over-lines": "[a\nb](javascript:alert(1))",
    "with-space": "[a] (javascript:alert(1)) [a]\n(javascript:alert(1))",
    "in-a-table": "| a |\n|---|\n| [x](javascript:alert(1)) |",
    "in-a-list": "- [ ] [x](javascript:alert(1))\n- ![x](http://evil.example)",
    "in-a-heading": "# [x](javascript:alert(1))",
    "definition-list": "term\n: [x](javascript:alert(1))",
    "footnote": "x[^1]\n\n[^1]: [y](javascript:alert(1))",
    "html": "<a href=javascript:alert(1)>x</a> <img src=x onerror=alert(1)>",
    "html-block": "<div>\n\n<form action=/hub/logout><button>x</button></form>\n\n</div>",
    "html-kinds": "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'><svg onload=alert(1)>",
    "html-comment": "<!-- --><script>alert(1)</script><![CDATA[x]]><?php x?>",
    "entity-of-a-tag": "&lt;img src=http://evil.example&gt; &#60;script&#62;alert(1)&#60;/script&#62;",
    "diagram": '```mermaid\ngraph TD\nA-->B\nclick A "javascript:alert(1)"\n```',
    "diagram-with-html": "```mermaid\n</pre><img src=x onerror=alert(1)>\n```",
    "diagram-spelled": "~~~ mermaid\nx\n~~~\n\n```mermaid {a}\nx\n```",
    "formula": "$\\href{javascript:alert(1)}{x}$",
    "display": "$$\\href{javascript:alert(1)}{x}$$ \\[\\url{javascript:alert(1)}\\]",
    "environment": "\\begin{equation}\\href{javascript:alert(1)}{x}\\end{equation}",
    "formula-of-entities": "&#36;&#92;href{javascript:alert(1)}{x}&#36; &dollar;&bsol;href{javascript:alert(1)}{x}&dollar;",
    "formula-escaped": "\\$\\\\href{javascript:alert(1)}{x}\\$ \\\\(\\\\href{javascript:alert(1)}{x}\\\\)",
    "formula-renamed": "$\\let\\a\\href \\def\\b{\\href} \\newcommand{\\c}{\\href} \\a{javascript:alert(1)}{x}$",
    "formula-in-text": "$\\text{$\\href{javascript:alert(1)}{x}$}$",
    "formula-style": "$\\style{background:url(http://evil.example)}{x}\\bbox[background:url(//evil.example)]{x}$",
    "formula-class": "$\\class{btn full-credit}{x}\\cssId{submit}{x}\\mmlToken{mi}[href='javascript:alert(1)']{x}$",
    "formula-image": "$\\includegraphics{http://evil.example/x.png}\\require{http://evil.example}$",
    "formula-in-code": "`$\\href{javascript:alert(1)}{x}$`",
    "formula-over-signs": "$\\hre\\\nf{javascript:alert(1)}{x}$ $\\hr**e**f{javascript:alert(1)}{x}$",
}


def rendered(text):
    """Give the page's part that nbconvert makes of a cell."""
    return BeautifulSoup(markdown2html_mistune(text), "html.parser")


def addresses(soup):
    """Give all that a reader's browser may follow or load; a heading's own anchor leads to itself."""
    kept = {"class", "id"}
    return [
        (tag.name, name, value)
        for tag in soup.find_all(True)
        for name, value in tag.attrs.items()
        if name not in kept and not (name == "href" and tag.get("class") == ["anchor-link"])
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_is_left_to_follow_or_to_load(text):
    """Whatever the spelling: no link, no image, no tag of a student's, no active command."""
    soup = rendered(harmless(text))
    assert not soup.find_all(["img", "script", "form", "svg", "iframe", "base", "meta", "button", "object"])
    assert [each for each in addresses(soup) if each[1] not in ("type", "disabled", "checked")] == []
    assert not soup.find_all(class_="mermaid")
    assert not ACTIVE.search(soup.get_text())
    assert not soup.find_all("a", class_=lambda name: name != "anchor-link")


@pytest.mark.parametrize(
    "name", ["inline", "reference", "image", "bare", "formula", "formula-of-entities", "diagram"]
)
def test_nbconvert_alone_leaves_it(name):
    """The control: what nbgrader does with the text as it was handed in."""
    if name in ("bare", "inline", "reference", "image"):
        assert addresses(rendered(HOSTILE[name]))
    elif name == "diagram":
        assert rendered(HOSTILE[name]).find_all(class_="mermaid")
    else:
        assert ACTIVE.search(rendered(HOSTILE[name]).get_text())


@pytest.mark.parametrize(
    "text",
    ["<script>", "</script>", "<!--", "<?php", "<b", "a<b>c", "<<i>", "<https://x.y>", "a<b", "![x](y)"],
)
def test_only_spaces_are_put_in(text):
    """A reader sees the very signs that the student wrote."""
    assert harmless(text).replace(" ", "") == text


def test_honest_text_looks_as_before():
    """Emphasis, lists, tables, code and formulas of an honest student are what they were."""
    text = (
        "## What I did\n\nWe **convolve** *twice*, so that $n_o = \\left\\lfloor\\frac{n_i + 2p - k}{s}\\right\\rfloor + 1$:\n\n"
        "$$\\begin{aligned} a &= \\sum_{i=0}^{k-1} x_i\\, \\mathbf{w}_i \\\\ b &\\approx \\hat\\sigma^2 \\end{aligned}$$\n\n"
        "- one\n- `x[0] * y`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nfor i in range(3):\n    print(i & 1)\n```\n"
        "Is 3 < 4 and 5 > 4? AT & T, R&D aside: yes [see above]."
    )
    assert harmless(text).replace("R& D", "R&D") == text
    assert str(rendered(harmless(text))) == str(rendered(text)).replace("R&amp;D", "R&amp; D")


def test_pasted_image_does_not_stop_the_feedback():
    """nbconvert raises where an image that was pasted into a cell is not there; it is not, since cells are rebuilt."""
    text = "![plot.png](attachment:plot.png)"
    renderer = MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments={}))
    with pytest.raises(Exception, match="missing attachment"):
        renderer.render(text)
    assert "plot.png" in renderer.render(harmless(text))


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "](" * 300_000, "\\" * 500_000 + "href", "&" * 500_000, "<" * 500_000]
)
def test_long_text_takes_no_time(text):
    """Every pattern looks at a sign once."""
    start = time.thread_time()
    harmless(text)
    assert time.thread_time() - start < 3
