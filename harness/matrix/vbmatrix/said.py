# SPDX-License-Identifier: BSD-2-Clause
"""What is said of a matrix on the terminal."""

from collections import Counter
from pathlib import Path
from statistics import median

from .stored import Cell, Matrix, one_line

WORDS = {"ok": "ok", "failed": "FAILED", "not run": "-", None: "?"}


def shown(cell: Cell | None) -> str:
    if cell is None:
        return "?"
    return f"ok {cell.seconds:.0f} s" if cell.state == "ok" else WORDS[cell.state]


def span(seconds: float) -> str:
    """Hours and minutes, or seconds below ten minutes."""
    if seconds < 600:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def times(matrix: Matrix) -> list[str]:
    """For each kernel how long its cells took together."""
    sums = Counter()
    for (kernel, _), cell in matrix.cells.items():
        sums[kernel] += cell.seconds
    return [span(sums[k.name]) for k in matrix.kernels]


def circumstances(matrix: Matrix) -> list[str]:
    """How long it took and under what: sentences."""
    cells = matrix.cells.values()
    lines = [f"All cells together took {span(sum(cell.seconds for cell in cells))}."]
    loads = [cell.load for cell in cells if cell.load is not None and cell.seconds >= 1]
    if loads:
        jobs = sorted({cell.jobs for cell in cells if cell.jobs})
        lines.append(
            f"Cells side by side: {' or '.join(map(str, jobs))}. Load average of the host at the ends of cells:"
            f" {median(loads):.1f} in the middle, {min(loads):.1f} to {max(loads):.1f}."
        )
    return lines


def taken_over(matrix: Matrix) -> list[str]:
    """Which cells are of another matrix: sentences."""
    origins = Counter(cell.origin for cell in matrix.cells.values() if cell.origin)
    return [
        f"Taken over from {run}, of commit {(commit or 'unknown')[:12]}: {n} cells that passed there."
        for (run, commit), n in sorted(origins.items())
    ]


def commits(matrix: Matrix) -> list[str]:
    """How many cells are of which commit, in the order of their matrices; all of them have an origin."""
    counts = Counter()
    for cell in sorted(matrix.cells.values(), key=lambda cell: cell.origin):
        counts[cell.origin[1] or "an unknown one"] += 1
    return ["Cells by the commit that they are of: " + ", ".join(f"{n} of {c}" for c, n in counts.items()) + "."]


def table(matrix: Matrix) -> list[str]:
    """Items down, kernels across: those are fewer."""
    grid = [["", *(k.name for k in matrix.kernels)]]
    for item, _ in matrix.items:
        grid.append([item, *(shown(matrix.cells.get((k.name, item))) for k in matrix.kernels)])
    grid.append(["all", *times(matrix)])
    widths = [max(map(len, column)) for column in zip(*grid)]
    lines = ["  ".join(f"{text:<{w}}" for text, w in zip(row, widths)).rstrip() for row in grid]
    rule = "  ".join("─" * w for w in widths)
    lines.insert(1, rule)
    lines.insert(-1, rule)
    return lines


def idle(matrix: Matrix) -> list[str]:
    """What was not run: kernels for which an item has the same reason share a line."""
    kernels: dict[tuple[str, str], list[str]] = {}
    for (kernel, item), cell in matrix.cells.items():
        if cell.state == "not run":
            kernels.setdefault((item, one_line(cell.reason or "").removeprefix("not run: ")), []).append(kernel)
    return [f"not run: {item} on {', '.join(names)}: {why}" for (item, why), names in kernels.items()]


def reasons(matrix: Matrix, results: Path) -> list[str]:
    lines = []
    for kernel, item, cell in matrix.red():
        lines.append(f"FAILED {kernel}, {item}: {one_line(cell.reason or 'no reason stored')}")
        if cell.log:
            lines.append(f"       log: {results / cell.log}")
    return lines + idle(matrix)


def figures(matrix: Matrix) -> list[str]:
    return [f"{name}: {value} ({about})" for name, (value, about) in matrix.figures.items()]


def changes(matrix: Matrix, old: Matrix | None) -> list[str]:
    """What is different from the matrix before: kernels, and cells that turned."""
    if old is None:
        return ["There is no earlier matrix of the same selection to compare with."]
    lines = []
    had = {k.name: k for k in old.kernels}
    for k in matrix.kernels:
        was = had.pop(k.name, None)
        if was is None:
            lines.append(f"kernel {k.name} is new: {k.release}")
        elif (was.release, was.version) != (k.release, k.version):
            lines.append(
                f"kernel {k.name}: {was.release} ({was.version}) is now {k.release} ({k.version})"
            )
    lines += [f"kernel {name} is there no more" for name in had]
    for name, (value, _) in matrix.figures.items():
        then = old.figures.get(name, (value,))[0]
        if value != then:
            lines.append(f"{name}: were {then}, are {value}")
    for key in sorted(matrix.cells.keys() | old.cells.keys()):
        now, then = matrix.cells.get(key), old.cells.get(key)
        if now and then and now.state != then.state:
            why = f": {one_line(now.reason)}" if now.reason else ""
            lines.append(f"{key[0]}, {key[1]}: was {then.state}, is {now.state}{why}")
        elif now and not then and now.state == "failed":
            lines.append(f"{key[0]}, {key[1]}: new, and failed")
    head = f"Since {old.name} (commit {(old.commit or 'unknown')[:12]}):"
    return [head, *(f"  {line}" for line in lines or ["nothing changed"])]


def summary(matrix: Matrix) -> str:
    cells = len(matrix.kernels) * len(matrix.items)
    open_cells = cells - len(matrix.cells)
    left = f", {open_cells} not reached" if open_cells else ""
    return (
        f"{matrix.count('ok')} passed, {matrix.count('failed')} failed, {matrix.count('not run')} skipped{left}"
    )
