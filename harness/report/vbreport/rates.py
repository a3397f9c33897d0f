# SPDX-License-Identifier: BSD-2-Clause
"""The graphs of medians over the sweep: one for each unit among the scenario's metrics, and the
share of the copy loop.
"""

from .axes import Axis, curves_of, ticks, x_axis
from .digest import Digest, Row, Section
from .graph import Curve, Graph
from .units import Scale, metric_title, scale
from .words import count

KINDS = {
    "pps": "Rate",
    "bps": "Rate",
    "ns": "Latency",
    "ratio": "Ratio",
    "bytes": "Memory",
    "MiB": "Memory",
}
STEMS = {"pps": "throughput", "bps": "throughput-bits", "ns": "latency", "ratio": "ratio"}
# A ceiling far above the curves would press them against the axis.
CEILING_IN_SIGHT = 3.0


def rate_graphs(found: Digest) -> list[Graph]:
    by_unit: dict[str, list[Section]] = {}
    for section in found.sections:
        by_unit.setdefault(section.unit, []).append(section)
    drawn = [_medians(found, unit, sections) for unit, sections in by_unit.items()]
    drawn += [_share(found, section) for section in found.sections[:1] if section.is_rate]
    return [graph for graph in drawn if graph]


def _medians(found: Digest, unit: str, sections: list[Section]) -> Graph | None:
    rows = [row for section in sections for row in section.rows if row.summary]
    if not rows:
        return None
    scaled = scale(max(abs(row.summary.median) for row in rows), unit)
    axis = x_axis(found.run, found.sections[0].rows)
    curves = []
    for section in sections:
        good = [row for row in section.rows if row.summary]
        for name, members in curves_of(found.run, axis, good).items():
            parts = [name] if len(sections) == 1 else [metric_title(section.metric), name]
            curves.append(
                _curve(
                    ", ".join(filter(None, parts)) or metric_title(section.metric),
                    axis,
                    members,
                    scaled,
                )
            )
    what = metric_title(sections[0].metric) if len(sections) == 1 else KINDS.get(unit, unit)
    graph = Graph(
        STEMS.get(unit, f"metric-{len(unit)}-{_safe(unit)}"),
        "lines",
        f"{found.run.scenario_title}",
        axis.title,
        _axis_title(what, scaled.unit),
        curves,
        log_x=axis.log,
        log_y=_log_y(found, rows),
    )
    graph.curves += _ceiling(sections[0], axis, scaled, graph)
    return _finish(graph, found, axis)


def _safe(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text)


def _axis_title(what: str, unit: str) -> str:
    what = what[:1].upper() + what[1:]
    return f"{what} ({unit})" if unit else what


def _log_y(found: Digest, rows: list[Row]) -> bool:
    return bool(found.run.graph.get("log_y")) and all(row.summary.q1 > 0 for row in rows)


def _curve(title: str, axis: Axis, rows: list[Row], scaled: Scale) -> Curve:
    f = scaled.factor
    placed = sorted(((axis.position(r), r) for r in rows), key=lambda pair: pair[0])
    return Curve(
        title,
        [(x, r.summary.median / f, r.summary.q1 / f, r.summary.q3 / f) for x, r in placed],
        [(x, value / f) for x, r in placed for value in r.values],
    )


def _ceiling(section: Section, axis: Axis, scaled: Scale, graph: Graph) -> list[Curve]:
    """The generator's own ceiling as a line for comparison, if it was taken and is in sight."""
    by_x: dict[float, float] = {}
    for row in section.rows:
        if row.summary and row.ceiling_pps:
            x = axis.position(row)
            by_x[x] = max(by_x.get(x, 0.0), row.ceiling_pps / scaled.factor)
    top = max((y for c in graph.curves for _, y, _, _ in c.points), default=0)
    if (
        axis.places is not None
        or not by_x
        or (max(by_x.values()) > CEILING_IN_SIGHT * top and not graph.log_y)
    ):
        return []
    return [
        Curve(
            "generator's own ceiling",
            [(x, y, y, y) for x, y in sorted(by_x.items())],
            reference=True,
        )
    ]


def _share(found: Digest, section: Section) -> Graph | None:
    rows = [row for row in section.rows if row.of_copy is not None]
    if not rows:
        return None
    axis = x_axis(found.run, section.rows)
    curves = []
    for name, members in curves_of(found.run, axis, rows).items():
        placed = sorted(((axis.position(r), r) for r in members), key=lambda pair: pair[0])
        curves.append(
            Curve(
                name or metric_title(section.metric),
                [
                    (x, r.of_copy, r.summary.q1 / r.copy_pps, r.summary.q3 / r.copy_pps)
                    for x, r in placed
                ],
                [(x, value / r.copy_pps) for x, r in placed for value in r.values],
            )
        )
    graph = Graph(
        "share-of-copy",
        "lines",
        f"{found.run.scenario_title}: share of the bare copy loop",
        axis.title,
        "Delivered packets / copied frames (ratio)",
        curves,
        log_x=axis.log,
    )
    return _finish(graph, found, axis)


def _finish(graph: Graph, found: Digest, axis: Axis) -> Graph:
    if axis.places is not None:
        graph.kind = "bars"
        graph.x_ticks = list(enumerate(axis.places))
    else:
        graph.x_ticks = ticks([x for c in graph.curves for x, *_ in c.points], axis.log)
    sizes = sorted({len(row.values) for row in found.sections[0].rows if row.values})
    if sizes:
        trials = (
            count(sizes[0], "trial") if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} trials"
        )
        graph.notes.append(f"median of {trials}; bars: middle half; faint: each trial")
    failed = len([1 for p, _ in found.failed() if p.kind == "measure"])
    if failed:
        graph.notes.append(f"{count(failed, 'failed trial')} not drawn")
    return graph
