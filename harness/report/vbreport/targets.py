# SPDX-License-Identifier: BSD-2-Clause
"""Targets of a collection: what was reached, and whether that is enough.

A figure is the median over rounds. A ratio is taken within each round, in which both were measured one after the other; so
what disturbs the machine for a while falls on both. Where a figure cannot be believed, or the machine is not one on
which it means anything, the verdict says so and why; it is never counted as missed. A machine that was not fit still tells
what is beyond doubt: a target is reached where the whole interval is. With fewer processors than the target is for, what it
comes to on so many (`fewer`) is asked, and the verdict says that it was.
"""

import enum
from dataclasses import dataclass

from .collection import Found
from .records import Point, Run
from .stats import Summary, summarise
from .units import canonical, is_counted, quantity

FEWEST_ROUNDS = 9
# In a target of fewer processors: what the words of its bound add.
ASKED = "asked"


class Outcome(enum.Enum):
    REACHED = "reached"
    MISSED = "missed"
    TOLD = "told"
    CANNOT = "cannot be measured here"


@dataclass(slots=True, frozen=True)
class Answer:
    """One target: what was found (None where nothing was), in unit ("ratio", "ns", ...), and the
    outcome with its reason.
    """

    target: dict
    found: Summary | None
    unit: str
    outcome: Outcome
    why: str = ""

    def bound(self) -> str:
        """The target in words: "at least 0.35"."""
        for key, said in (("at_least", "at least"), ("at_most", "at most")):
            if key in self.target:
                return f"{said} {show(self.target[key], self.unit)}{self.target.get(ASKED, '')}"
        return "–"

    def verdict(self) -> str:
        return f"{self.outcome.value}: {self.why}" if self.why else self.outcome.value


def show(value: float, unit: str) -> str:
    """A figure as people read it; ratios and counts have no unit."""
    if unit == "ratio":
        return f"{value:.3g}"
    if is_counted(unit):
        return f"{value:.4g}"
    return quantity(value, unit)


def answers(targets: list[dict], found: Found) -> list[Answer]:
    return [answer(target, found) for target in targets]


def answer(target: dict, found: Found) -> Answer:
    """What the stored runs say of one target."""
    run = found.runs.get(target["run"])
    if run is None:
        return Answer(target, None, _likely_unit(target), Outcome.CANNOT, found.missing[target["run"]])
    values, unit, lacking = _values(target, run)
    if not values:
        why = run.reason or lacking
        return Answer(target, None, unit, Outcome.CANNOT, why)
    summary = summarise([values])[0]
    target, share = _on(target, run.cpus, unit)
    why = _impossible(target, run, len(values), unit)
    if why:
        return Answer(target, summary, unit, Outcome.CANNOT, why)
    doubt = "" if is_counted(unit) else _doubt(run)
    outcome = _outcome(target, summary.median)
    if not doubt:
        return Answer(target, summary, unit, outcome, share)
    if outcome is Outcome.REACHED and all(_outcome(target, end) is outcome for end in (summary.low, summary.high)):
        return Answer(target, summary, unit, outcome, "; ".join(filter(None, (share, f"beyond doubt, though {doubt}"))))
    return Answer(target, summary, unit, Outcome.CANNOT, doubt)


def _on(target: dict, cpus: int, unit: str) -> tuple[dict, str]:
    """The target as it is on so many processors, and why it is another there."""
    fewer = target.get("fewer")
    if not fewer or not fewer["cpus"] <= cpus < target.get("cpus", 1):
        return target, ""
    (key,) = {"at_least", "at_most"} & target.keys()
    asked = f" ({show(target[key], unit)} with {target['cpus']} CPUs)"
    return {**target, key: fewer[key], "cpus": fewer["cpus"], ASKED: asked}, f"with {cpus} CPUs: {fewer['because']}"


def _likely_unit(target: dict) -> str:
    """Of a figure that nobody took: names of metrics end in their unit."""
    metric = target["value"]["metric"]
    if "over" in target and "marginal" not in target:
        return "ratio"
    if metric.startswith("ns_") or metric.endswith("_ns"):
        return "ns"
    return "instructions" if metric.startswith("instructions") else metric.rpartition("_")[2]


def _outcome(target: dict, value: float) -> Outcome:
    if "at_least" in target:
        return Outcome.REACHED if value >= target["at_least"] else Outcome.MISSED
    if "at_most" in target:
        return Outcome.REACHED if value <= target["at_most"] else Outcome.MISSED
    return Outcome.TOLD


def _impossible(target: dict, run: Run, rounds: int, unit: str) -> str:
    """Why no figure of this run can decide anything; empty where one can."""
    if run.cpus < target.get("cpus", 1):
        return f"{target['cpus']} CPUs are needed, this machine has {run.cpus}"
    if rounds < FEWEST_ROUNDS and not is_counted(unit):
        return f"{rounds} rounds of {FEWEST_ROUNDS} that are needed"
    return ""


def _doubt(run: Run) -> str:
    """Why times of this run are doubtful; empty where they are not."""
    if run.fit != "unfit":
        return ""
    bad = "; ".join(check.text for check in run.fitness if check.ok is False)
    return f"the machine was not fit to measure ({bad})" if bad else "the machine was not fit to measure"


def _values(target: dict, run: Run) -> tuple[list[float], str, str]:
    """The figure of each round, its unit, and what is lacking where there is none."""
    above, lacking = _rounds(target["value"], run)
    unit = canonical(run.units.get(target["value"]["metric"], "ratio"))
    if "over" not in target:
        return list(above.values()), unit, lacking
    below, lacking_below = _rounds(target["over"], run)
    both = sorted(above.keys() & below.keys())
    if "marginal" in target:
        most, least = (int(target[part]["at"][target["marginal"]]) for part in ("value", "over"))
        values = [(most * above[i] - least * below[i]) / (most - least) for i in both]
        return values, unit, lacking or lacking_below
    return [above[i] / below[i] for i in both if below[i]], "ratio", lacking or lacking_below


def _rounds(figure: dict, run: Run) -> tuple[dict[int, float], str]:
    """The metric of the one measured point that fits, by round."""
    at = {key: str(value) for key, value in figure.get("at", {}).items()}
    points = [p for p in run.measured() if _fits(p, at)]
    where = " ".join(f"{key}={value}" for key, value in at.items()) or "the run"
    if len(points) != 1:
        return {}, f"{len(points)} points are {where}"
    values = {t.idx: t.metrics[figure["metric"]] for t in points[0].good() if figure["metric"] in t.metrics}
    return values, f"no good trial of {where} has {figure['metric']}"


def _fits(point: Point, at: dict[str, str]) -> bool:
    return all(str(point.params.get(key)) == value for key, value in at.items())
