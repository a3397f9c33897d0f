# SPDX-License-Identifier: BSD-2-Clause
"""Latency graphs: the share of frames slower than a time (CCDF), from the stored histograms."""

import math
from collections import Counter

from .axes import short_names
from .digest import Row
from .err import one_line
from .graph import MAX_CURVES, Curve, Graph
from .records import Point, Run
from .store import Store
from .units import scale

MAX_DECADES = 7
FEW_DECADES = 4
# A logarithmic axis has no zero; a histogram's first bucket may begin there.
LEAST = 1.0


def merged(store: Store, point: Point, name: str) -> Counter:
    """Count of frames by (low, high), over the point's good trials."""
    total: Counter = Counter()
    for buckets in store.histograms(point.id, name):
        for low, high, count in buckets:
            total[low, high] += count
    return total


def tail_graphs(store: Store, run: Run) -> list[Graph]:
    """A graph for each histogram name; a curve for each point, at most MAX_CURVES spread evenly
    over the sweep.
    """
    graphs = []
    for (name, unit), ids in sorted(store.histogram_names(run.id).items()):
        points = [p for p in run.measured() if p.id in ids]
        found = [(p, merged(store, p, name)) for p in _spread_evenly(points)]
        found = [(p, buckets) for p, buckets in found if buckets.total() > 0]
        if found:
            stem = f"latency-tail-{len(graphs)}" if graphs else "latency-tail"
            graphs.append(_graph(run, stem, name, unit, found))
            if len(points) > MAX_CURVES:
                graphs[-1].notes.append(f"{MAX_CURVES} of {len(points)} points drawn")
    return graphs


def _spread_evenly(points: list[Point]) -> list[Point]:
    if len(points) <= MAX_CURVES:
        return points
    return [points[i * (len(points) - 1) // (MAX_CURVES - 1)] for i in range(MAX_CURVES)]


def _graph(run: Run, stem: str, name: str, unit: str, found: list[tuple[Point, Counter]]) -> Graph:
    varying, names = short_names(run, [Row(p, None, []) for p, _ in found])
    curves = [Curve(text, tail(buckets)) for text, (_, buckets) in zip(names, found)]
    lowest = min(y for c in curves for _, y, *_ in c.points)
    shares = [
        (10.0**-k, f"{100 * 10.0**-k:g} %")
        for k in range(MAX_DECADES + 1)
        if 10.0**-k >= lowest / 10
    ]
    graph = Graph(
        stem,
        "tail",
        f"{run.scenario_title}: latency tail",
        "Time",
        "Frames slower than that (% of frames)",
        curves,
        log_x=True,
        log_y=True,
        x_ticks=_times(curves, unit),
        y_ticks=shares,
        key_title=varying,
    )
    graph.notes.append(f"histogram {one_line(name)}, all good trials of a point together")
    return graph


def _times(curves: list[Curve], unit: str) -> list[tuple[float, str]]:
    """A tick at each decade, and between where those are few, in the unit that reads best there:
    500 ns, 1 µs, 2 µs ...
    """
    times = [x for c in curves for x, *_ in c.points]
    decades = range(math.floor(math.log10(min(times))), math.ceil(math.log10(max(times))) + 1)
    steps = (1, 2, 5) if len(decades) <= FEW_DECADES else (1,)
    scales = [(step * 10.0**k, scale(step * 10.0**k, unit)) for k in decades for step in steps]
    return [(at, f"{at / scaled.factor:g} {scaled.unit}") for at, scaled in scales]


def tail(buckets: Counter) -> list[tuple[float, float, float, float]]:
    """(time, share of frames slower) falling from 1; ends before 0, which no logarithm has."""
    total, seen, points = buckets.total(), 0, []
    for (low, high), count in sorted(buckets.items()):
        if not points:
            points.append((max(low, LEAST), 1.0, 1.0, 1.0))
        seen += count
        share = (total - seen) / total or points[-1][1]
        points.append((max(high, LEAST), share, share, share))
    return points
