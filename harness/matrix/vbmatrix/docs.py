# SPDX-License-Identifier: BSD-2-Clause
"""The latest of every cell as a section of a document: what was found is then told by the product."""

import re
from pathlib import Path

from .said import WORDS, circumstances, commits, idle, span, summary
from .stored import USAGE, Matrix, Problem, one_line

BEGIN, END = "<!-- matrix: begin, written by matrix-report --docs -->", "<!-- matrix: end -->"
STATES = ("ok", "failed", "not run")


def marked(text: object) -> str:
    """Nothing of it is taken for markup."""
    return "".join(f"\\{c}" if c in "\\`*_<>|[]" else c for c in one_line(text))


def kernel_rows(matrix: Matrix) -> list[str]:
    lines = [
        "| kernel | release | suite | passed | failed | not run | not reached | time of its cells |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for k in matrix.kernels:
        cells = [cell for (kernel, _), cell in matrix.cells.items() if kernel == k.name]
        counts = " | ".join(str(sum(cell.state == state for cell in cells)) for state in STATES)
        words = [k.name, k.release or "not found", k.suite]
        left, seconds = len(matrix.items) - len(cells), span(sum(cell.seconds for cell in cells))
        lines.append(f"| {' | '.join(map(marked, words))} | {counts} | {left} | {seconds} |")
    return lines


def cell_rows(matrix: Matrix) -> list[str]:
    """Each cell in a word, items down."""
    lines = [f"| item | {' | '.join(marked(k.name) for k in matrix.kernels)} |", "|---" * (len(matrix.kernels) + 1) + "|"]
    for item, _ in matrix.items:
        cells = (matrix.cells.get((k.name, item)) for k in matrix.kernels)
        lines.append(f"| {marked(item)} | {' | '.join(WORDS[cell.state if cell else None] for cell in cells)} |")
    return [*lines, "", "`-` was not run, for a reason that is said below; `?` was not reached."]


def portable(reason: object) -> str:
    """Files by their last names: folders of the machine that it was run on are no reader's business."""
    return re.sub(r"(?<!\S)/\S*/", "", str(reason))


def red(matrix: Matrix) -> list[str]:
    return [
        f"- FAILED {marked(kernel)}, {marked(item)}: {marked(portable(cell.reason))}"
        for kernel, item, cell in matrix.red()
    ]


def section(matrix: Matrix) -> list[str]:
    cells = len(matrix.kernels) * len(matrix.items)
    head = f"The latest of each cell, of whichever matrix: of {cells} cells {summary(matrix)}."
    lines = [head, "", *kernel_rows(matrix), "", *cell_rows(matrix), ""]
    lines += red(matrix) + [f"- {marked(line)}" for line in idle(matrix)] or ["Every cell that was reached passed."]
    return [*lines, "", f"{marked(matrix.host)}.", *(marked(line) for line in circumstances(matrix) + commits(matrix))]


def write_docs(matrix: Matrix, path: Path) -> None:
    """Puts the section between the marks of the file; it must have them."""
    before, mark, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise Problem(USAGE, f'{path} lacks the lines "{BEGIN}" and "{END}"; put them where the matrix belongs')
    text = "\n".join(section(matrix))
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
