# SPDX-License-Identifier: BSD-2-Clause
"""The graphs of the dashboard: the series of one group and metric, run after run, with their marks."""

from .err import one_line
from .graph import MAX_CURVES, Curve, Graph
from .series import Group, Series
from .units import metric_title, percent
from .words import count

MAX_DATES = 8
MAX_RUNS = 400


def trend_graphs(group: Group, stem: str, place: str) -> list[Graph]:
    """A graph for each metric of the group; with more series than can be told apart, those that
    changed come first.
    """
    found = []
    for metric in dict.fromkeys(s.metric for s in group.series):
        members = [s for s in group.series if s.metric == metric]
        members = sorted(members, key=lambda s: not s.changes)
        drawn = members[:MAX_CURVES]
        if max(len(s.values) for s in drawn) < 2:
            continue
        graph = _graph(group, f"{stem}-{len(found)}", metric, drawn)
        graph.place = place
        if len(members) > len(drawn):
            graph.notes.append(f"{len(drawn)} of {len(members)} series drawn, changed ones first")
        found.append(graph)
    return found


def _graph(group: Group, stem: str, metric: str, drawn: list[Series]) -> Graph:
    order = {name: i + 1 for i, name in enumerate(_runs(drawn))}
    dates = {r["name"]: r["started_at"] for s in drawn for r in s.runs}
    curves = [Curve(one_line(s.label or "the point"), _points(s, order)) for s in drawn]
    graph = Graph(
        stem,
        "trend",
        f"{group.title}: {metric_title(metric)}, run after run",
        "Runs, oldest first",
        "Median / median of the first stretch (ratio)",
        curves,
        x_ticks=_dates(order, dates),
        marks=_marks(drawn, order),
    )
    graph.notes.append(f"{count(len(order), 'run')}; dashed: a change")
    return graph


def _runs(drawn: list[Series]) -> list[str]:
    """The newest runs of all series, oldest first."""
    found = {r["name"]: (r["started_at"], r["name"]) for s in drawn for r in s.runs}
    return sorted(found, key=found.get)[-MAX_RUNS:]


def _points(series: Series, order: dict[str, int]) -> list[tuple[float, float, float, float]]:
    first = (
        series.changes[0].before
        if series.changes
        else sorted(series.values)[len(series.values) // 2]
    )
    found = []
    for run, value in zip(series.runs, series.values):
        if run["name"] in order:
            y = value / first if first else float("nan")
            found.append((order[run["name"]], y, y, y))
    return found


def _marks(drawn: list[Series], order: dict[str, int]) -> list[tuple[float, str]]:
    """(x, words) of every change; the greatest names a place where several series changed."""
    found: dict[float, list[float]] = {}
    for s in drawn:
        for change in s.changes:
            name = s.runs[change.at]["name"]
            if name in order:
                found.setdefault(order[name] - 0.5, []).append(change.ratio - 1)
    return [
        (at, f"{'+' if shares[0] > 0 else '−'}{percent(abs(max(shares, key=abs)))}")
        for at, shares in sorted(found.items())
    ]


def _dates(order: dict[str, int], dates: dict[str, str]) -> list[tuple[float, str]]:
    names = list(order)
    step = max(1, -(-len(names) // MAX_DATES))
    return [(order[name], one_line(dates[name])[:10]) for name in names[::step]]
