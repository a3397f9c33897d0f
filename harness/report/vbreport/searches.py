# SPDX-License-Identifier: BSD-2-Clause
"""The path of a search: the rate offered in each trial, and the bounds of each goal after it."""

from .axes import short_names
from .digest import Row
from .graph import Curve, Graph
from .records import Point, Run
from .store import Store
from .units import scale

OFFERED = "offered_pps"
MAX_PATHS = 8


def search_graphs(store: Store, run: Run) -> list[Graph]:
    """A graph for each point that was searched, at most MAX_PATHS of them."""
    points = [p for p in run.measured() if store.steps(p.id)]
    names = short_names(run, [Row(p, None, []) for p in points])[1] if points else []
    graphs = [_graph(store, run, p, name) for p, name in list(zip(points, names))[:MAX_PATHS]]
    for i, graph in enumerate(graphs):
        graph.stem = f"search-{i}"
        if len(points) > MAX_PATHS:
            graph.notes.append(f"point {i + 1} of {len(points)}; the first {MAX_PATHS} are drawn")
    return graphs


def _graph(store: Store, run: Run, point: Point, name: str) -> Graph:
    steps = store.steps(point.id)
    offered = [t.metrics[OFFERED] for t in point.trials if OFFERED in t.metrics]
    bounds = [b for s in steps for b in (s.lower_pps, s.upper_pps) if b is not None]
    scaled = scale(max([*offered, *bounds], default=1.0), "pps")
    place = {t.id: i + 1 for i, t in enumerate(point.trials)}
    curves = [
        Curve(
            "offered",
            [
                _at(place[t.id], t.metrics[OFFERED] / scaled.factor)
                for t in point.trials
                if OFFERED in t.metrics
            ],
        )
    ]
    for goal in dict.fromkeys(s.goal for s in steps):
        for bound in ("lower", "upper"):
            found = [
                (s.trial_id, getattr(s, f"{bound}_pps"))
                for s in steps
                if s.goal == goal and getattr(s, f"{bound}_pps") is not None
            ]
            if found:
                path = [_at(place[trial], value / scaled.factor) for trial, value in found]
                curves.append(Curve(f"{goal.upper()}, {bound} bound", path))
    curves = [curve for curve in curves if curve.points]
    return Graph(
        "search",
        "lines",
        f"{run.scenario_title}: path of the search, {name}",
        "Trial",
        f"Rate ({scaled.unit})",
        curves,
        x_ticks=[(i, str(i)) for i in _some(len(point.trials))],
        notes=["bounds after each trial"],
    )


def _at(trial: int, value: float) -> tuple[float, float, float, float]:
    return trial, value, value, value


def _some(n: int) -> list[int]:
    step = max(1, -(-n // 20))
    return list(range(1, n + 1, step))
