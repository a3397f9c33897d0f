# SPDX-License-Identifier: BSD-2-Clause
"""Points of a baseline that a verdict may rest on: those where a change of TOLERANCE would be seen
through what equal runs differ by.
"""

from .err import one_line
from .judge import TOLERANCE
from .scatter import FEWEST_RUNS, between_runs, least_seen
from .units import is_counted, percent
from .words import count


def mark(points: list[dict], alpha: float, against: int) -> None:
    """Gives each point of a baseline that scatters `scatter` and `held`, for so many runs to be held
    against it; under FEWEST_RUNS runs nobody knows. Raises ValueError where under half would be held.
    """
    timed = [p for p in points if not is_counted(p["unit"]) and min(map(min, p["trials"])) > 0]
    if not timed or min(len(p["trials"]) for p in timed) < FEWEST_RUNS:
        return
    for point, seen in zip(timed, least_seen([p["trials"] for p in timed], against, alpha)):
        point["scatter"] = float(f"{between_runs(point['trials']):.4g}")
        point["held"] = seen <= TOLERANCE
    held = sum(p["held"] for p in timed)
    if 2 * held < len(timed):
        widest = max(p["scatter"] for p in timed)
        raise ValueError(
            f"a change of {TOLERANCE:.0%} would be seen at only {held} of {count(len(timed), 'point')}, for "
            f"equal runs scatter by up to {percent(widest)}; take more runs, or take them when nobody else "
            "works on this machine"
        )


def told(points: list[dict]) -> list[str]:
    """Lines on the points that are not held, and how many are; none where all are."""
    loose = [p for p in points if not p.get("held", True)]
    lines = [
        f"  not held: {one_line(p['label'])}, {p['metric']}: equal runs scatter by {percent(p['scatter'])}"
        for p in loose
    ]
    return [*lines, f"  {len(points) - len(loose)} of {count(len(points), 'point')} held"] if loose else []
