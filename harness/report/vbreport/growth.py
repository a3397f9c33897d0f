# SPDX-License-Identifier: BSD-2-Clause
"""How cost grows: a table for each run of a collection, a row for each of its points, beside what the first row of the same series
costs.
"""

from dataclasses import dataclass

from .collection import Found
from .digest import Row, digest
from .err import one_line
from .table import layout
from .units import number, percent, scale

HEADINGS = {"pps": ["spread", "ns a packet", "× the first", "of copy loop", "loss"], "": ["spread", "× the first"]}


@dataclass(slots=True)
class Table:
    """title and notes, then headings and rows of text; no rows where there was no run."""

    title: str
    notes: list[str]
    headings: list[str]
    rows: list[list[str]]


def tables(wanted: list[dict], found: Found) -> list[Table]:
    return [_table(one, found) for one in wanted]


def _table(one: dict, found: Found) -> Table:
    notes = [one["about"]] if "about" in one else []
    run = found.runs.get(one["run"])
    if run is None:
        return Table(one["title"], [*notes, f"not run: {found.missing[one['run']]}"], [], [])
    if run.fit == "unfit":
        notes.append("the machine was not fit to measure: these figures prove nothing")
    section = next((s for s in digest(run).sections if s.metric == one["metric"]), None)
    rows = [row for row in section.rows if row.summary] if section else []
    if not rows:
        return Table(one["title"], [*notes, f"no good trial has {one['metric']}"], [], [])
    series = run.graph.get("series")
    unit = "pps" if section.is_rate else ""
    scaled = scale(max(row.summary.median for row in rows), section.unit)
    firsts: dict[object, float] = {}
    lines = []
    for row in rows:
        median = row.summary.median
        first = firsts.setdefault(row.point.params.get(series), median)
        lines.append([one_line(row.label), number(median / scaled.factor), *_cells(row, first, unit)])
    return Table(one["title"], notes, ["point", scaled.unit, *HEADINGS[unit]], lines)


def _cells(row: Row, first: float, unit: str) -> list[str]:
    spread = percent(row.summary.spread) if row.summary.spread is not None else "–"
    median = row.summary.median
    if unit != "pps":
        return [spread, f"{median / first:.2f}" if first else "–"]
    cost = 1e9 / median if median else None
    return [
        spread,
        f"{cost:.1f}" if cost else "–",
        f"{first / median:.2f}" if median else "–",
        f"{row.of_copy:.3f}" if row.of_copy is not None else "–",
        percent(row.loss_ratio) if row.loss_ratio is not None else "–",
    ]


def text(table: Table) -> list[str]:
    return [table.title, *(f"  {note}" for note in table.notes), *(layout(table.headings, table.rows) if table.rows else [])]


def markdown(headings: list[str], rows: list[list[str]]) -> list[str]:
    """The lines of a Markdown table; words to the left, figures to the right."""

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return [line(headings), "|" + "|".join(["---"] + ["---:"] * (len(headings) - 1)) + "|", *map(line, rows)]
