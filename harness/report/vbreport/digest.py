# SPDX-License-Identifier: BSD-2-Clause
"""What a report says of a run: a section for each metric of its graph, a row for each point."""

from dataclasses import dataclass

from .losses import Loss, loss_of
from .records import Point, Run
from .stats import Summary, summarise
from .units import canonical

COPY = "copy_pps"
CEILING = "ceiling_pps"
LOSS = "loss_ratio"
PREFERRED = ("rx_pps", "tx_pps", "latency_p50_ns")


@dataclass(slots=True)
class Row:
    """One point and metric. summary is None where no trial of it succeeded; rates are packets a
    second.
    """

    point: Point
    summary: Summary | None
    values: list[float]
    copy_pps: float | None = None
    ceiling_pps: float | None = None
    loss_ratio: float | None = None
    loss: Loss | None = None
    of_baseline: float | None = None

    @property
    def of_copy(self) -> float | None:
        """The median as a share of the bare copy loop at the same frame size."""
        if self.summary is None or not self.copy_pps:
            return None
        return self.summary.median / self.copy_pps

    @property
    def ns_more(self) -> float | None:
        """Nanoseconds that a packet takes longer than at the baseline, where the metric is a packet
        rate.
        """
        if self.summary is None or not self.summary.median or self.of_baseline is None:
            return None
        return (1 - self.of_baseline) / self.summary.median * 1e9

    @property
    def label(self) -> str:
        return self.point.label or f"point {self.point.idx}"


@dataclass(slots=True)
class Section:
    """All rows of one metric, in its canonical unit. baseline names what Row.of_baseline is a
    multiple of, if anything.
    """

    metric: str
    unit: str
    rows: list[Row]
    baseline: str | None = None

    @property
    def is_rate(self) -> bool:
        return self.unit == "pps"


@dataclass(slots=True)
class Digest:
    """A run, its sections, and the summary of every metric of every point: (point id, metric) ->
    Summary.
    """

    run: Run
    sections: list[Section]
    summaries: dict[tuple[int, str], Summary]

    def failed(self) -> list[tuple[Point, object]]:
        return [(p, t) for p in self.run.points for t in p.failed()]


def named_metrics(graph: dict) -> list[str]:
    """The metrics that a scenario's graph names."""
    named = graph.get("y")
    return [named] if isinstance(named, str) else [y for y in named or [] if isinstance(y, str)]


def chosen_metrics(run: Run) -> list[str]:
    """The metrics that the scenario's graph names; failing that, the first of the usual ones that
    was measured.
    """
    named = named_metrics(run.graph)
    if named:
        return named
    have = sorted({m for p in run.measured() for t in p.trials for m in t.metrics})
    return next(([m] for m in PREFERRED if m in have), have[:1])


def digest(run: Run) -> Digest:
    """Summarises a run; every figure of the table, the graphs and the page comes from here."""
    summaries = _summaries(run)
    sections = [_section(run, metric, summaries) for metric in chosen_metrics(run)]
    return Digest(run, sections, summaries)


def _summaries(run: Run) -> dict[tuple[int, str], Summary]:
    keys, groups = [], []
    for point in run.points:
        for metric in sorted({*point.outcomes, *(m for t in point.trials for m in t.metrics)}):
            keys.append((point.id, metric))
            groups.append(point.values(metric))
    return {key: found for key, found in zip(keys, summarise(groups)) if found}


def _section(run: Run, metric: str, summaries: dict) -> Section:
    unit = canonical(run.units.get(metric) or _guess_unit(metric))
    copies, ceilings = (_calibrations(run, name, summaries) for name in (COPY, CEILING))
    rows = []
    for point in run.measured():
        row = Row(point, summaries.get((point.id, metric)), point.values(metric))
        if unit == "pps":
            row.copy_pps = _own_or_matching(point, COPY, summaries, copies)
            row.ceiling_pps = _own_or_matching(point, CEILING, summaries, ceilings)
        found = summaries.get((point.id, LOSS))
        if metric not in point.outcomes:
            # A search loses packets on purpose; what it found is another matter.
            row.loss_ratio = found.median if found else None
            row.loss = loss_of(point)
        rows.append(row)
    return Section(metric, unit, rows, _compare(run, rows))


def _compare(run: Run, rows: list[Row]) -> str | None:
    """Gives each row its multiple of the scenario's baseline: the row that differs in the compared
    parameter alone.
    """
    wanted = run.graph.get("compare")
    if not isinstance(wanted, dict):
        return None
    parameter, baseline = wanted.get("parameter"), str(wanted.get("baseline"))
    medians = {
        _others(row.point, parameter): row.summary.median
        for row in rows
        if row.summary and str(row.point.params.get(parameter)) == baseline
    }
    for row in rows:
        base = medians.get(_others(row.point, parameter))
        if row.summary and base:
            row.of_baseline = row.summary.median / base
    return baseline


def _others(point: Point, parameter: object) -> tuple:
    return tuple(
        sorted((key, str(value)) for key, value in point.params.items() if key != parameter)
    )


def _guess_unit(metric: str) -> str:
    """Names end in their unit; needed only where every trial failed and no unit was stored."""
    return metric.rpartition("_")[2]


def _calibrations(run: Run, metric: str, summaries: dict) -> list[tuple[dict, float]]:
    return [
        (p.params, summaries[p.id, metric].median)
        for p in run.calibrations()
        if (p.id, metric) in summaries
    ]


def _own_or_matching(
    point: Point, metric: str, summaries: dict, calibrations: list
) -> float | None:
    own = summaries.get((point.id, metric))
    return own.median if own else _matching(point.params, calibrations)


def _matching(params: dict, calibrations: list[tuple[dict, float]]) -> float | None:
    """The calibration whose parameters agree best. One of another frame size says nothing, however
    well the rest fits.
    """
    best, best_score = None, None
    for theirs, value in calibrations:
        shared = [key for key in theirs if key in params]
        if "frame_bytes" in shared and str(theirs["frame_bytes"]) != str(params["frame_bytes"]):
            continue
        if "frame_bytes" in params and "frame_bytes" not in theirs:
            continue
        equal = sum(str(theirs[key]) == str(params[key]) for key in shared)
        score = (equal, equal - len(shared))
        if best_score is None or score > best_score:
            best, best_score = value, score
    return best
