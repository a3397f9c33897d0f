# SPDX-License-Identifier: BSD-2-Clause
"""How the points of a sweep lie on a graph: a numeric x axis or named places, and which points form
one curve.
"""

import math
from dataclasses import dataclass

from .digest import Row
from .err import one_line
from .records import Run

TITLES = {
    "frame_bytes": "Frame size",
    "burst": "Packets in a batch",
    "receivers": "Receivers",
    "senders": "Senders",
    "rate_pps": "Offered rate",
    "load_percent": "Share of the highest rate",
}
PLOT_WIDTH_PX = 740
CHAR_PX = 8


@dataclass(slots=True)
class Axis:
    """The x axis: its title with unit, and either logarithmic or not, or named places 0, 1, 2 ..."""

    parameter: str | None
    title: str
    log: bool
    places: list[str] | None

    def position(self, row: Row) -> float:
        if self.places is not None:
            return self.places.index(self.name(row))
        return numeric(row.point.params[self.parameter])

    def name(self, row: Row) -> str:
        return (
            one_line(row.point.params.get(self.parameter, row.label))
            if self.parameter
            else one_line(row.label)
        )


def numeric(value: object) -> float | None:
    """The value as a finite number, or None: parameters may be stored as numbers, as text, or be
    words.
    """
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def x_axis(run: Run, rows: list[Row]) -> Axis:
    """The axis that the scenario's graph asks for; places named by label where it names no
    parameter of the points.
    """
    wanted = run.graph.get("x")
    known = isinstance(wanted, str) and rows and all(wanted in r.point.params for r in rows)
    if not known:
        return Axis(
            None, "Point of the sweep", False, list(dict.fromkeys(one_line(r.label) for r in rows))
        )
    values = [numeric(r.point.params[wanted]) for r in rows]
    unit = run.graph.get("x_unit")
    title = _title(wanted) + (f" ({unit})" if unit else "")
    if any(v is None for v in values):
        return Axis(
            wanted,
            title,
            False,
            list(dict.fromkeys(one_line(r.point.params[wanted]) for r in rows)),
        )
    return Axis(wanted, title, bool(run.graph.get("log_x")) and min(values) > 0, None)


def curves_of(run: Run, axis: Axis, rows: list[Row]) -> dict[str, list[Row]]:
    """Rows by curve: those that agree in every varying parameter but x. The scenario's series comes
    first in the name.
    """
    if axis.parameter is None:
        return {"": rows}
    names = list(
        dict.fromkeys(key for r in rows for key in r.point.params if key != axis.parameter)
    )
    varying = [key for key in names if len({str(r.point.params.get(key)) for r in rows}) > 1]
    varying.sort(key=lambda key: key != run.graph.get("series"))
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = ", ".join(f"{_title(key).lower()} {row.point.params.get(key)}" for key in varying)
        found.setdefault(one_line(name), []).append(row)
    return found


def short_names(run: Run, rows: list[Row]) -> tuple[str, list[str]]:
    """(axis title, a name for each row) by the parameters that vary among the rows; labels where
    none does.
    """
    keys = list(dict.fromkeys(key for r in rows for key in r.point.params))
    varying = [key for key in keys if len({str(r.point.params.get(key)) for r in rows}) > 1]
    if len(varying) == 1:
        title = x_axis(run, rows).title if varying[0] == run.graph.get("x") else _title(varying[0])
        return title, [one_line(r.point.params.get(varying[0])) for r in rows]
    if not varying:
        return "Point of the sweep", [one_line(r.label) for r in rows]
    return "Point of the sweep", [
        one_line(", ".join(f"{_title(k).lower()} {r.point.params.get(k)}" for k in varying))
        for r in rows
    ]


def _title(parameter: str) -> str:
    return TITLES.get(parameter, parameter.replace("_", " ").capitalize())


def ticks(positions: list[float], log: bool) -> list[tuple[float, str]] | None:
    """A tick at every measured x, labelled where labels do not touch; None where there are too many
    to name.
    """
    places = sorted(set(positions))
    if not 1 < len(places) <= 24:
        return None
    scaled = [math.log(p) if log else p for p in places]
    span = scaled[-1] - scaled[0]
    found, free_from = [], -math.inf
    for place, at in zip(places, scaled):
        text = f"{place:g}" if place < 1e6 else f"{place:.3g}"
        centre, half = PLOT_WIDTH_PX * (at - scaled[0]) / span, CHAR_PX * len(text) / 2
        fits = centre - half >= free_from
        found.append((place, text if fits else ""))
        free_from = centre + half + CHAR_PX if fits else free_from
    return found
