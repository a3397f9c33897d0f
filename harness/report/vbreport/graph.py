# SPDX-License-Identifier: BSD-2-Clause
"""A graph before it is drawn: plain numbers, titles with units, no gnuplot."""

from dataclasses import dataclass, field

MAX_CURVES = 8
MAX_RAW = 2000


@dataclass(slots=True)
class Curve:
    """points: (x, y, low, high), where low and high end the spread bar; raw: (x, y) of each trial."""

    title: str
    points: list[tuple[float, float, float, float]]
    raw: list[tuple[float, float]] = field(default_factory=list)
    reference: bool = False


@dataclass(slots=True)
class Graph:
    """kind: lines (with bars and raw trials), bars (named places), stack (shares on each other),
    tail (a CCDF),
    trend (run after run, around 1). marks: (x, words) of dashed lines.
    """

    stem: str
    kind: str
    title: str
    x_title: str
    y_title: str
    curves: list[Curve]
    log_x: bool = False
    log_y: bool = False
    x_ticks: list[tuple[float, str]] | None = None
    y_ticks: list[tuple[float, str]] | None = None
    notes: list[str] = field(default_factory=list)
    key_title: str = ""
    marks: list[tuple[float, str]] = field(default_factory=list)
    place: str = ""
    origin: str = ""

    def limit(self) -> None:
        """Keeps what a reader can tell apart, and says what was left out."""
        drawn = [c for c in self.curves if not c.reference]
        if self.kind != "stack" and len(drawn) > MAX_CURVES:
            self.curves = drawn[:MAX_CURVES]
            self.notes.append(f"first {MAX_CURVES} of {len(drawn)} curves drawn")
        raw = sum(len(c.raw) for c in self.curves)
        step = -(-raw // MAX_RAW)
        if step > 1:
            for curve in self.curves:
                curve.raw = curve.raw[::step]
            self.notes.append(f"one of {step} trials drawn")
