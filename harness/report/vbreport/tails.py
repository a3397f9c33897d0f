# SPDX-License-Identifier: BSD-2-Clause
"""Latency graphs: the share of frames slower than a time (CCDF), from the stored histograms."""

from collections import Counter

from .axes import short_names
from .digest import Row
from .err import one_line
from .graph import MAX_CURVES, Curve, Graph
from .store import Run, Store
from .units import Scale, scale

MAX_DECADES = 7


def merged(store: Store, run: Run) -> dict[tuple[str, str], dict[int, Counter]]:
    """(histogram name, unit) -> point id -> count of frames by (low, high), over the point's good trials."""
    found: dict[tuple[str, str], dict[int, Counter]] = {}
    for point_id, name, unit, buckets in store.histograms(run.id):
        total = found.setdefault((name, unit), {}).setdefault(point_id, Counter())
        for low, high, count in buckets:
            total[low, high] += count
    return found


def tail_graphs(store: Store, run: Run) -> list[Graph]:
    """A graph for each histogram name; a curve for each point, at most MAX_CURVES spread evenly over the sweep."""
    graphs = []
    for number, ((name, unit), by_point) in enumerate(sorted(merged(store, run).items())):
        points = [p for p in run.measured() if sum(by_point.get(p.id, {}).values()) > 0]
        if points:
            graphs.append(_graph(run, f"latency-tail-{number}" if number else "latency-tail", name, unit, points, by_point))
    return graphs


def _graph(run: Run, stem: str, name: str, unit: str, points: list, by_point: dict) -> Graph:
    chosen = points
    if len(points) > MAX_CURVES:
        chosen = [points[i * (len(points) - 1) // (MAX_CURVES - 1)] for i in range(MAX_CURVES)]
    scaled = scale(max(_typical(by_point[p.id]) for p in chosen), unit)
    title, names = short_names(run, [Row(p, None, []) for p in chosen])
    names = [name if title == "Point of the sweep" else f"{title}: {name}" for name in names]
    curves = [Curve(name, tail(by_point[p.id], scaled)) for name, p in zip(names, chosen)]
    lowest = min((y for c in curves for _, y, *_ in c.points), default=1.0)
    ticks = [(10.0**-k, f"{100 * 10.0**-k:g} %") for k in range(MAX_DECADES + 1) if 10.0**-k >= lowest / 10]
    graph = Graph(stem, "tail", f"{run.scenario_title}: latency tail", f"Time ({scaled.unit})",
                  "Frames slower than that (% of frames)", curves, log_x=True, log_y=True, y_ticks=ticks)
    graph.notes.append(f"histogram {one_line(name)}, all good trials of a point together")
    if len(points) > len(chosen):
        graph.notes.append(f"{len(chosen)} of {len(points)} points drawn")
    return graph


def _typical(buckets: Counter) -> float:
    """The bucket edge that half the frames are under: what the axis' unit should suit."""
    half, seen = sum(buckets.values()) / 2, 0
    for (_, high), count in sorted(buckets.items()):
        seen += count
        if seen >= half:
            return high
    return 1.0


def tail(buckets: Counter, scaled: Scale) -> list[tuple[float, float, float, float]]:
    """(time, share of frames slower) falling from 1; ends before 0, which no logarithm has."""
    total, seen, points = sum(buckets.values()), 0, []
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
