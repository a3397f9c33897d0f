# SPDX-License-Identifier: BSD-2-Clause
"""The graph of losses: which share of the offered packets was lost at each point, by cause, from
the ports' counters.
"""

from .axes import short_names
from .digest import Digest, Row
from .graph import Curve, Graph
from .losses import CAUSES, cause_title

MAX_PLACES = 24


def loss_graph(found: Digest) -> Graph | None:
    """None where nothing was lost. With more points than can be named, those that lost the greatest
    share.
    """
    rows = [
        r
        for r in (found.sections[0].rows if found.sections else [])
        if r.loss and r.loss.packets and r.loss.offered
    ]
    if not rows:
        return None
    notes = ["counters of the switch's ports, good trials together"]
    if len(rows) > MAX_PLACES:
        notes.append(f"the worst {MAX_PLACES} of {len(rows)} points with loss")
        worst = sorted(rows, key=_share, reverse=True)[:MAX_PLACES]
        rows = [r for r in rows if any(r is w for w in worst)]
    causes = [c for c in CAUSES if any(c in r.loss.by_cause() for r in rows)]
    causes += sorted({c for r in rows for c in r.loss.by_cause()} - set(CAUSES))
    title, names = short_names(found.run, rows)
    return Graph(
        "loss",
        "stack",
        f"{found.run.scenario_title}: where packets were lost",
        title,
        "Lost of the packets offered (%)",
        _layers(rows, causes),
        x_ticks=list(enumerate(names)),
        notes=notes,
    )


def _share(row: Row) -> float:
    return row.loss.packets / row.loss.offered


def _layers(rows: list[Row], causes: list[str]) -> list[Curve]:
    """A curve for each cause, each upon the sum of those before it."""
    base, layers = [0.0] * len(rows), []
    for cause in causes:
        tops = [
            b + 100 * r.loss.by_cause().get(cause, 0) / r.loss.offered for b, r in zip(base, rows)
        ]
        layers.append(
            Curve(
                cause_title(cause),
                [(i, top, low, top) for i, (low, top) in enumerate(zip(base, tops))],
            )
        )
        base = tops
    return layers
