# SPDX-License-Identifier: BSD-2-Clause
"""The parts that pages are made of: a whole document, tables, figures, folded text. Whatever comes from
a store is escaped here.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from .err import one_line
from .inline import dark_rules, inline

_HERE = Path(__file__).parent


@dataclass(slots=True)
class Figure:
    """A drawn graph: the text of its SVG, its spoken name, and the files beside the page that
    belong to it; command: what makes it again.
    """

    svg: str
    name: str
    files: list[str]
    command: str = ""


def document(title: str, body: list[str], style: str = "") -> str:
    """A page that needs nothing beside it; style: rules of its own, after those of every page."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>\n{_style()}{style}\n</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _style() -> str:
    sheet = {
        name: (_HERE / f"{name}.css").read_text(encoding="utf-8")
        for name in ("style", "dark", "print")
    }
    dark = "@media screen and (prefers-color-scheme:dark){\n" + sheet["dark"] + dark_rules() + "\n}"
    return f"{sheet['style']}{dark}\n@media print{{\n{sheet['print']}}}"


def text(value: object) -> str:
    return escape(one_line(value), quote=True)


def details(summary: str, folded: str) -> str:
    shown = "\n".join(one_line(line) for line in folded.replace("\t", "    ").split("\n"))
    return f"<details><summary>{text(summary)}</summary><pre>{escape(shown)}</pre></details>"


def figure(i: int, drawn: Figure) -> str:
    files = " · ".join(f'<a href="{quote(name)}">{text(name)}</a>' for name in drawn.files)
    command = f"<br>again: <code>{text(drawn.command)}</code>" if drawn.command else ""
    return (
        f"<figure>\n{inline(drawn.svg, f'g{i}-', drawn.name)}\n"
        f"<figcaption>{text(drawn.name)}: {files}{command}</figcaption>\n</figure>"
    )


def table(headings: list[str], rows: list[list[str]], left: frozenset | set = frozenset()) -> str:
    def cell(tag: str, i: int, said: str) -> str:
        kind = ' class="left"' if i in left else ' class="none"' if said == "no result" else ""
        return f"<{tag}{kind}>{text(said)}</{tag}>"

    lines = ["".join(cell("td", i, said) for i, said in enumerate(row)) for row in rows]
    top = "".join(cell("th", i, said) for i, said in enumerate(headings))
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="scroll"><table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>'
