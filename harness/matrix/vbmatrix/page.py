# SPDX-License-Identifier: BSD-2-Clause
"""The page of a matrix, which links every log."""

from html import escape
from os.path import relpath
from pathlib import Path

from vbreport.html import document

from .said import changes, circumstances, idle, shown, summary, taken_over, times
from .stored import Kernel, Matrix, one_line

STYLE = """
:root{--good:#1a7f37}
@media screen and (prefers-color-scheme:dark){:root{--good:#5fc57e}}
body{max-width:80rem}
td a{color:inherit;text-decoration-style:dotted;text-underline-offset:.2em}
td.ok{color:var(--good)}td.failed{background:var(--bad-back);color:var(--bad);font-weight:600}td.idle{color:var(--soft)}
th,td{text-align:center;padding:.3rem .45rem}
th:not(:first-child){white-space:normal;min-width:5.7rem}
td:first-child{min-width:8.4rem}
pre{white-space:pre-wrap}
th small{font-weight:400}
li{overflow-wrap:anywhere}
"""


def page_cell(matrix: Matrix, kernel: str, item: str, folder: Path, results: Path) -> str:
    cell = matrix.cells.get((kernel, item))
    kind = {"ok": "ok", "failed": "failed"}.get(cell.state if cell else "", "idle")
    text = escape(shown(cell))
    if cell and cell.log and (results / cell.log).is_file():
        text = f'<a href="{escape(relpath(results / cell.log, folder))}">{text}</a>'
    why = cell and (cell.reason or (cell.origin and f"taken over from {cell.origin[0]}"))
    title = f' title="{escape(one_line(why))}"' if why else ""
    return f'<td class="{kind}"{title}>{text}</td>'


def page_reasons(matrix: Matrix, folder: Path, results: Path) -> str:
    items = []
    for kernel, item, cell in matrix.red():
        link = f' (<a href="{escape(relpath(results / cell.log, folder))}">log</a>)' if cell.log else ""
        items.append(
            f"<li><strong>{escape(kernel)}, {escape(item)}</strong>: {escape(one_line(cell.reason))}{link}</li>"
        )
    if not items:
        return ""
    return '<div class="alert bad"><ul>' + "".join(items) + "</ul></div>"


def page_list(title: str, lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{title}</h2>\n<ul>{items}</ul>" if items else ""


def page_items(matrix: Matrix) -> str:
    """What a pass means: a list, as a small screen has nothing that hovers."""
    words = "".join(f"<dt>{escape(item)}</dt><dd>{escape(about)}</dd>" for item, about in matrix.items)
    return f"<h2>Items</h2>\n<dl>{words}</dl>"


def page_figures(matrix: Matrix) -> str:
    words = (
        f'<span title="{escape(about)}">{escape(name)}: <strong>{value}</strong></span>'
        for name, (value, about) in matrix.figures.items()
    )
    return f"<p>{', '.join(words)}</p>" if matrix.figures else ""


def page_head(kernel: Kernel) -> str:
    words = escape(kernel.release or "not found"), escape(kernel.suite)
    return f"<th>{escape(kernel.name)}<br><small>{'<br>'.join(words)}</small></th>"


def page_table(matrix: Matrix, folder: Path, results: Path) -> str:
    heads = "".join(map(page_head, matrix.kernels))
    rows = "".join(
        f'<tr><td title="{escape(about)}">{escape(item)}</td>'
        + "".join(page_cell(matrix, k.name, item, folder, results) for k in matrix.kernels)
        + "</tr>\n"
        for item, about in matrix.items
    )
    rows += "<tr><td>all</td>" + "".join(f"<td>{escape(text)}</td>" for text in times(matrix)) + "</tr>\n"
    return f'<div class="scroll"><table><thead><tr><th></th>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>'


def page(matrix: Matrix, old: Matrix | None, folder: Path, results: Path) -> str:
    commit = f"{matrix.commit[:12]}{' with changes' if matrix.dirty else ''}" if matrix.commit else "unknown"
    about = f"{matrix.name}, {matrix.state}, commit {commit}, {matrix.host}"
    return document(
        "Kernel matrix",
        [
            f"<h1>Kernel matrix</h1>\n<p class='soft'>{escape(about)}</p>\n<p>{escape(summary(matrix))}</p>",
            page_reasons(matrix, folder, results),
            page_table(matrix, folder, results),
            page_list("Not run", idle(matrix)),
            f"<h2>What changed</h2>\n<pre>{escape(chr(10).join(changes(matrix, old)))}</pre>",
            page_list("Where it is from", circumstances(matrix) + taken_over(matrix)),
            page_figures(matrix),
            page_items(matrix),
        ],
        STYLE,
    )
