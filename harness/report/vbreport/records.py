# SPDX-License-Identifier: BSD-2-Clause
"""What a run is made of, as it is read from the store."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Trial:
    """One trial; metrics maps a name to its value, in the unit that Run.units gives. Empty for a
    failed trial.
    """

    id: int
    point_id: int
    idx: int
    state: str
    reason: str | None
    log_excerpt: str | None
    started_at: str
    duration_s: float
    load_before: float | None
    load_after: float | None
    metrics: dict[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.state == "ok"


@dataclass(slots=True, frozen=True)
class Check:
    """One check of the machine before the run. ok: None where it cannot tell; bound: None where it is
    only told.
    """

    name: str
    unit: str
    value: float | None
    bound: float | None
    ok: bool | None
    text: str


@dataclass(slots=True, frozen=True)
class Outcome:
    """A result of a point that is not one trial's, with the interval that the true value lies in, if
    one is claimed.
    """

    unit: str
    value: float
    lower: float | None
    upper: float | None


@dataclass(slots=True, frozen=True)
class Step:
    """One trial of a search and the bounds of a goal after it, in packets a second."""

    trial_id: int
    seq: int
    goal: str
    lower_pps: float | None
    upper_pps: float | None


@dataclass(slots=True)
class Point:
    """One point of the sweep, or one calibration beside it. counters sums the good trials: (port,
    name) -> packets.
    """

    id: int
    idx: int
    kind: str
    label: str
    params: dict
    trials: list[Trial] = field(default_factory=list)
    counters: dict[tuple[str, str], int] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def good(self) -> list[Trial]:
        return [t for t in self.trials if t.ok]

    def failed(self) -> list[Trial]:
        return [t for t in self.trials if not t.ok]

    def values(self, metric: str) -> list[float]:
        """The metric's value of every good trial that has it, or the point's own outcome of that name;
        failed trials never count.
        """
        if metric in self.outcomes:
            return [self.outcomes[metric].value]
        return [t.metrics[metric] for t in self.trials if t.ok and metric in t.metrics]


@dataclass(slots=True)
class Run:
    """One run with everything but its samples and histograms, which are read when needed."""

    facts: dict
    graph: dict
    overrides: dict
    warnings: list[str]
    points: list[Point]
    units: dict[str, str]
    fitness: list[Check] = field(default_factory=list)

    def __getattr__(self, name: str):
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def measured(self) -> list[Point]:
        return [p for p in self.points if p.kind == "measure"]

    def calibrations(self) -> list[Point]:
        return [p for p in self.points if p.kind == "calibration"]

    def trials(self) -> list[Trial]:
        return [t for p in self.points for t in p.trials]
