# SPDX-License-Identifier: BSD-2-Clause
"""Series of a store: the medians of equal points, run after run, with what is known of each run.

Equal means: the same scenario, parameters and metric on the same platform, accelerator, guest kernel
and class of machine.
"""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from .changes import Change, change_points
from .control import OTHERS_LIMIT
from .sides import judged_metrics_of
from .store import Store
from .units import bigger_is_better, canonical

ALPHA = 0.005
PLACE = ("scenario", "platform", "accelerator", "kernel", "machine_class")
FACTS = (
    "name",
    "started_at",
    "commit",
    "dirty",
    "version",
    "compiler",
    "qemu",
    "host_kernel",
    "scenario_hash",
    "overrides",
    "fit",
)
# What may explain a change; the commit is told apart from these.
EXPLAIN = ("version", "compiler", "qemu", "host_kernel", "scenario_hash", "overrides")


@dataclass(slots=True)
class Series:
    """values: the median of each run, in unit; runs: the facts of the same runs."""

    label: str
    metric: str
    unit: str
    values: list[float] = field(default_factory=list)
    runs: list[dict] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def gain(self, change: Change) -> float:
        """By which share the series became better; negative: worse."""
        share = change.ratio - 1
        return share if bigger_is_better(self.metric, self.unit) else -share


@dataclass(slots=True)
class Group:
    """All series of one scenario in one place; unfit: runs left out, for their machine was not fit."""

    place: dict
    series: list[Series]
    unfit: int = 0
    title: str = ""

    @property
    def newest(self) -> str:
        return max((r["started_at"] for s in self.series for r in s.runs), default="")


def groups(store: Store, scenario: str | None = None) -> list[Group]:
    """The groups of the store, newest first, with the changes of every series."""
    found: dict[tuple, Group] = {}
    columns = (*PLACE, *FACTS, "scenario_title", "measure", "graph", "id")
    keyed: dict[tuple, dict[tuple, Series]] = defaultdict(dict)
    medians, crowded = _medians(store), store.runs_beside(OTHERS_LIMIT)
    for run in store.run_facts(columns):
        if run["comparison"] is not None or scenario not in (None, run["scenario"]):
            continue
        key = tuple(run[k] for k in PLACE)
        group = found.setdefault(key, Group(dict(zip(PLACE, key)), [], 0, run["scenario_title"]))
        # A timed loop is fit beside others, and slower.
        if run["fit"] == "unfit" or (run["measure"] == "cost" and run["id"] in crowded):
            group.unfit += 1
            continue
        facts = {fact: run[fact] for fact in FACTS}
        _add(keyed[key], facts, run, medians.get(run["id"], {}))
    for key, group in found.items():
        group.series = [s for s in keyed[key].values() if s.values]
        for series in group.series:
            series.changes = change_points(series.values, ALPHA / len(group.series))
    return sorted(
        (g for g in found.values() if g.series or g.unfit), key=lambda g: g.newest, reverse=True
    )


def _add(series: dict[tuple, Series], facts: dict, run: dict, medians: dict) -> None:
    judged = judged_metrics_of(
        run["measure"], run["graph"], [metric for *_, metric, outcome in medians if outcome]
    )
    for (label, params, metric, _), (unit, value) in medians.items():
        if metric in judged:
            entry = series.setdefault((params, metric), Series(label, metric, canonical(unit)))
            entry.values.append(value)
            entry.runs.append(facts)


def _medians(store: Store) -> dict[int, dict[tuple, tuple[str, float]]]:
    """run id -> (label, params, metric, whether an outcome) -> (unit, median of the good trials)."""
    values: dict[tuple, list] = defaultdict(list)
    for run, label, params, metric, unit, outcome, value in store.point_values():
        values[run, label, params, metric, bool(outcome), unit].append(value)
    found: dict[int, dict] = defaultdict(dict)
    for (run, label, params, metric, outcome, unit), some in values.items():
        found[run][label, params, metric, outcome] = (unit, statistics.median(some))
    return found


def between(series: Series, change: Change) -> dict[str, list[str]]:
    """What else changed at the mark: the run before it against the run it begins with."""
    before, after = series.runs[change.at - 1], series.runs[change.at]
    told = {
        key.replace("_", " "): [str(before[key]), str(after[key])]
        for key in EXPLAIN
        if before[key] != after[key]
    }
    if before["commit"] != after["commit"] or after["dirty"]:
        told["commit"] = [_commit(before), _commit(after)]
    return told


def _commit(run: dict) -> str:
    return (run["commit"] or "none")[:12] + (" with changes" if run["dirty"] else "")
