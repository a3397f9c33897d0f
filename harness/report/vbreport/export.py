# SPDX-License-Identifier: BSD-2-Clause
"""Raw data of a run as CSV files, so that every figure can be checked or drawn otherwise. Fields:
docs/results.md.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .digest import Digest
from .records import Run
from .store import Store


@dataclass(slots=True, frozen=True)
class Export:
    """A CSV file made of one query over the run: its headings are the query's columns."""

    name: str
    what: str
    columns: tuple[str, ...]
    select: str


_FROM = "FROM points p JOIN trials t ON t.point_id = p.id "
_PLACE = ("point", "label", "trial")
_PLACE_SQL = "p.idx, p.label, t.idx"
EXPORTS = (
    Export(
        "trials.csv",
        "every trial, failed ones with their reason",
        (
            "point",
            "kind",
            "label",
            "params",
            "trial",
            "state",
            "reason",
            "started_at",
            "duration_s",
            "load_before",
            "load_after",
        ),
        "SELECT p.idx, p.kind, p.label, p.params, t.idx, t.state, t.reason, t.started_at, t.duration_s, t.load_before, "
        f"t.load_after {_FROM} WHERE p.run_id = ? ORDER BY p.idx, t.idx",
    ),
    Export(
        "metrics.csv",
        "one value for each good trial and metric",
        (*_PLACE, "metric", "unit", "value"),
        f"SELECT {_PLACE_SQL}, m.name, m.unit, m.value {_FROM} JOIN metrics m ON m.trial_id = t.id "
        "WHERE p.run_id = ? AND t.state = 'ok' ORDER BY p.idx, t.idx, m.name",
    ),
    Export(
        "samples.csv",
        "what each program said in each interval",
        (*_PLACE, "state", "program", "seq", "name", "unit", "value"),
        f"SELECT {_PLACE_SQL}, t.state, s.program, s.seq, s.name, s.unit, s.value {_FROM} "
        "JOIN samples s ON s.trial_id = t.id WHERE p.run_id = ? ORDER BY p.idx, t.idx, s.program, s.seq, s.name",
    ),
    Export(
        "counters.csv",
        "packets by port and cause, of each trial",
        (*_PLACE, "state", "port", "counter", "packets"),
        f"SELECT {_PLACE_SQL}, t.state, c.port, c.name, c.value {_FROM} JOIN counters c ON c.trial_id = t.id "
        "WHERE p.run_id = ? ORDER BY p.idx, t.idx, c.port, c.name",
    ),
    Export(
        "histograms.csv",
        "latency buckets of each trial, as JSON",
        (*_PLACE, "state", "name", "unit", "buckets"),
        f"SELECT {_PLACE_SQL}, t.state, h.name, h.unit, h.buckets {_FROM} JOIN histograms h ON h.trial_id = t.id "
        "WHERE p.run_id = ? ORDER BY p.idx, t.idx, h.name",
    ),
    Export(
        "outcomes.csv",
        "what searches found",
        ("point", "label", "name", "unit", "value", "lower", "upper"),
        "SELECT p.idx, p.label, o.name, o.unit, o.value, o.lower, o.upper FROM points p "
        "JOIN outcomes o ON o.point_id = p.id WHERE p.run_id = ? ORDER BY p.idx, o.name",
    ),
    Export(
        "search_steps.csv",
        "bounds of each search after each of its trials",
        (*_PLACE, "seq", "goal", "lower_pps", "upper_pps"),
        f"SELECT {_PLACE_SQL}, s.seq, s.goal, s.lower_pps, s.upper_pps {_FROM} JOIN search_steps s ON s.trial_id = t.id "
        "WHERE p.run_id = ? ORDER BY p.idx, s.seq, s.goal",
    ),
    Export(
        "fitness.csv",
        "the checks of the machine before the run",
        ("name", "unit", "value", "bound", "ok", "text"),
        "SELECT name, unit, value, bound, ok, text FROM fitness WHERE run_id = ? ORDER BY rowid",
    ),
)
SUMMARY = Export(
    "summary.csv",
    "median, quartiles and interval of every metric",
    ("point", "kind", "label", "metric", "unit", "trials", "median", "q1", "q3", "low", "high"),
    "",
)


def write_all(store: Store, found: Digest, folder: Path) -> list[tuple[str, str]]:
    """Writes every CSV file that has rows; returns (file name, what it holds) of each."""
    written = []
    if _write(folder / SUMMARY.name, SUMMARY.columns, _summaries(found)):
        written.append((SUMMARY.name, SUMMARY.what))
    for export in EXPORTS:
        if _write(folder / export.name, export.columns, store.stream(export.select, found.run.id)):
            written.append((export.name, export.what))
    return written


def _summaries(found: Digest) -> Iterable[tuple]:
    run: Run = found.run
    points = {p.id: p for p in run.points}
    for (point_id, metric), s in found.summaries.items():
        p = points[point_id]
        yield p.idx, p.kind, p.label, metric, run.units.get(
            metric, ""
        ), s.n, s.median, s.q1, s.q3, s.low, s.high


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple]) -> int:
    """Writes a CSV file and returns its number of rows; without rows there is no file, not even an
    older one.
    """
    n = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            n += 1
    if not n:
        path.unlink()
    return n
