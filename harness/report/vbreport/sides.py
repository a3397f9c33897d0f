# SPDX-License-Identifier: BSD-2-Clause
"""Two sides of a comparison: which points and metrics of stored runs stand against each other."""

from dataclasses import dataclass, field

from .digest import chosen_metrics, named_metrics
from .err import one_line
from .judge import Pair
from .records import Point, Run
from .units import bigger_is_better, canonical, is_counted
from .words import count

# Bits follow from packets, and the greatest of some times is chance alone: told, never judged.
NEVER_JUDGED = ("latency_max_ns",)
# Their trials differ in the rate offered; only what the search found is a result.
SEARCHES = ("ndr_pdr", "rfc2544", "back_to_back")
SAME_PLACE = ("machine_class", "platform", "accelerator")
TOLD = ("kernel", "compiler", "qemu", "host_kernel", "scenario_hash", "version")


@dataclass(slots=True)
class Samples:
    """The values of one metric at one point, over all runs of a side; by_run keeps them apart."""

    unit: str
    by_run: list[list[float]] = field(default_factory=list)
    failed: int = 0
    reason: str = ""

    @property
    def values(self) -> list[float]:
        return [value for values in self.by_run for value in values]


def judged_metrics(run: Run) -> list[str]:
    """The metrics of the run's graph, and the outcomes of its points, that a verdict may rest on."""
    outcomes = [name for point in run.measured() for name in point.outcomes]
    return judged_metrics_of(run.measure, run.graph, outcomes) or chosen_metrics(run)


def judged_metrics_of(measure: str, graph: dict, outcomes: list[str]) -> list[str]:
    """The same from what the store holds of a run."""
    named = [] if measure in SEARCHES else named_metrics(graph)
    return [
        m
        for m in dict.fromkeys(named + outcomes)
        if m not in NEVER_JUDGED
        and not (m.endswith("_bps") and m.removesuffix("bps") + "pps" in named)
    ]


def samples_of(runs: list[Run]) -> dict[tuple[str, str], Samples]:
    """(point's label, metric) -> values, in the order of the first run that has the point."""
    found: dict[tuple[str, str], Samples] = {}
    for run in runs:
        for point in run.measured():
            for metric in judged_metrics(run):
                _add(found, run, point, metric)
    return {key: s for key, s in found.items() if s.by_run or s.failed}


def _add(found: dict, run: Run, point: Point, metric: str) -> None:
    values, failed = point.values(metric), point.failed()
    if not values and not failed:
        return
    entry = found.setdefault((point.label, metric), Samples(canonical(run.units.get(metric, ""))))
    entry.by_run += [values] if values else []
    entry.failed += len(failed)
    entry.reason = entry.reason or next((t.reason or "" for t in failed), "")


def doubts(a: list[Run], b: list[Run]) -> str | None:
    """Why nothing can be said of these runs whatever they measured, or None."""
    for key in SAME_PLACE:
        values = sorted({str(getattr(run, key)) for run in [*a, *b]})
        if len(values) > 1:
            return f"the sides differ in {key.replace('_', ' ')}: {' and '.join(map(one_line, values))}"
    for run in [*a, *b]:
        if run.fit == "unfit":
            why = "; ".join(check.text for check in run.fitness if check.ok is False)
            return f"the machine was not fit to measure in run {one_line(run.name)}" + (
                f": {one_line(why)}" if why else ""
            )
        if run.state != "complete":
            return f"run {one_line(run.name)} is {run.state}"
    return None


def differences(a: list[Run], b: list[Run]) -> list[str]:
    """What else differs between the sides, which the reader must know."""
    said = []
    for key in TOLD:
        left, right = (sorted({str(getattr(run, key)) for run in side}) for side in (a, b))
        if left != right:
            said.append(
                f"{key.replace('_', ' ')}: A {', '.join(map(one_line, left))}; B {', '.join(map(one_line, right))}"
            )
    return said


def told(runs: list[Run]) -> str:
    """The runs of a side and their commits, for people."""
    commits = dict.fromkeys(
        str(r.commit or "no commit")[:12] + (" with changes" if r.dirty else "") for r in runs
    )
    return f"{', '.join(r.name for r in runs)} ({', '.join(commits)})"


def pairs(a: dict, b: dict, doubt: str | None, interleaved: bool = False) -> list[Pair]:
    """A Pair for every point and metric that either side has."""
    found = []
    for label, metric in dict.fromkeys([*a, *b]):
        left, right = (side.get((label, metric), Samples("")) for side in (a, b))
        unit = left.unit or right.unit
        found.append(
            Pair(
                f"{label or 'the point'}, {metric}",
                left.values,
                right.values,
                bigger_is_better(metric, unit),
                is_counted(unit),
                interleaved and len(left.values) == len(right.values),
                doubt=doubt or _failures(left, "A") or _failures(right, "B"),
            )
        )
    return found


def _failures(samples: Samples, side: str) -> str | None:
    if not samples.failed:
        return None
    return f"{count(samples.failed, 'trial')} failed on {side}: {one_line(samples.reason or 'no reason stored')}"
