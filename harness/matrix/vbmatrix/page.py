# SPDX-License-Identifier: BSD-2-Clause
"""The page of a matrix, which links every log."""

from html import escape
from os.path import relpath
from pathlib import Path

from .said import changes, circumstances, idle, shown, summary, times
from .stored import Matrix, one_line

SHEET = Path(__file__).resolve().parents[2] / "report/vbreport/style.css"
CELL_STYLE = """
td.ok{color:#1a7f37}td.failed{background:var(--bad-back);color:var(--bad);font-weight:600}td.idle{color:var(--soft)}
td,th{text-align:center}body{max-width:100rem}
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


def page_idle(matrix: Matrix) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in idle(matrix))
    return f"<h2>Not run</h2>\n<ul>{items}</ul>\n" if items else ""


def page_figures(matrix: Matrix) -> str:
    words = (
        f'<span title="{escape(about)}">{escape(name)}: <strong>{value}</strong></span>'
        for name, (value, about) in matrix.figures.items()
    )
    return f"<p>{', '.join(words)}</p>\n" if matrix.figures else ""


def page(matrix: Matrix, old: Matrix | None, folder: Path, results: Path) -> str:
    heads = "".join(
        f"<th>{escape(k.name)}<br><small>{escape(k.release or 'not found')}<br>{escape(k.suite)}</small></th>"
        for k in matrix.kernels
    )
    rows = "".join(
        f'<tr><td title="{escape(about)}">{escape(item)}</td>'
        + "".join(page_cell(matrix, k.name, item, folder, results) for k in matrix.kernels)
        + "</tr>\n"
        for item, about in matrix.items
    )
    rows += "<tr><td>all</td>" + "".join(f"<td>{escape(text)}</td>" for text in times(matrix)) + "</tr>\n"
    commit = f"{matrix.commit[:12]}{' with changes' if matrix.dirty else ''}" if matrix.commit else "unknown"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Kernel matrix</title>\n'
        f"<style>{SHEET.read_text(encoding='utf-8')}{CELL_STYLE}</style></head>\n<body>\n"
        f"<h1>Kernel matrix</h1>\n<p class='soft'>{escape(matrix.name)}, {escape(matrix.state)}, commit "
        f"{escape(commit)}, {escape(matrix.host)}</p>\n<p>{escape(summary(matrix))}</p>\n"
        f"<p class='soft'>{escape(' '.join(circumstances(matrix)))}</p>\n"
        f"{page_reasons(matrix, folder, results)}"
        f"{page_figures(matrix)}"
        f'<div class="scroll"><table><thead><tr><th></th>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n'
        f"{page_idle(matrix)}"
        f"<h2>What changed</h2>\n<pre>{escape(chr(10).join(changes(matrix, old)))}</pre>\n</body>\n</html>\n"
    )
