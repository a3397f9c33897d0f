# SPDX-License-Identifier: BSD-2-Clause
"""Latency graphs: the share of frames slower than a time (CCDF), from the stored histograms."""

from collections import Counter

from .axes import short_names
from .digest import Row
from .err import one_line
from .graph import MAX_CURVES, Curve, Graph
from .store import Point, Run, Store
from .units import Scale, scale

MAX_DECADES = 7


def merged(store: Store, point: Point, name: str) -> Counter:
    """Count of frames by (low, high), over the point's good trials."""
    total: Counter = Counter()
    for buckets in store.histograms(point.id, name):
        for low, high, count in buckets:
            total[low, high] += count
    return total


def tail_graphs(store: Store, run: Run) -> list[Graph]:
    """A graph for each histogram name; a curve for each point, at most MAX_CURVES spread evenly over the sweep."""
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
    scaled = scale(max(_typical(buckets) for _, buckets in found), unit)
    title, names = short_names(run, [Row(p, None, []) for p, _ in found])
    names = [text if title == "Point of the sweep" else f"{title}: {text}" for text in names]
    curves = [Curve(text, tail(buckets, scaled)) for text, (_, buckets) in zip(names, found)]
    lowest = min((y for c in curves for _, y, *_ in c.points), default=1.0)
    ticks = [(10.0**-k, f"{100 * 10.0**-k:g} %") for k in range(MAX_DECADES + 1) if 10.0**-k >= lowest / 10]
    graph = Graph(stem, "tail", f"{run.scenario_title}: latency tail", f"Time ({scaled.unit})",
                  "Frames slower than that (% of frames)", curves, log_x=True, log_y=True, y_ticks=ticks)
    graph.notes.append(f"histogram {one_line(name)}, all good trials of a point together")
    return graph


def _typical(buckets: Counter) -> float:
    """The bucket edge that half the frames are under: what the axis' unit should suit."""
    half, seen = buckets.total() / 2, 0
    for (_, high), count in sorted(buckets.items()):
        seen += count
        if seen >= half:
            return high
    return 1.0


def tail(buckets: Counter, scaled: Scale) -> list[tuple[float, float, float, float]]:
    """(time, share of frames slower) falling from 1; ends before 0, which no logarithm has."""
    total, seen, points = buckets.total(), 0, []
    for (low, high), count in sorted(buckets.items()):
        if not points and low > 0:
            points.append((low / scaled.factor, 1.0, 1.0, 1.0))
        seen += count
        share = (total - seen) / total
        if share > 0 and high > 0:
            points.append((high / scaled.factor, share, share, share))
        elif share == 0 and points:
            points.append((high / scaled.factor, points[-1][1]) + points[-1][2:])
    return points
