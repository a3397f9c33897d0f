# SPDX-License-Identifier: BSD-2-Clause
"""The control of every run: the bare copy loop, which holds none of our code. Where it changed, the
machine did.
"""

import numpy as np

from .digest import COPY
from .records import Run

CONTROL_LIMIT = 0.05
# What is assumed where nobody knows how far equal runs differ.
UNKNOWN_MARGIN = 0.10


def control_of(runs: list[Run]) -> dict[str, list[list[float]]]:
    """Rates of the copy loop: label -> values of each run."""
    found: dict[str, list[list[float]]] = {}
    for run in runs:
        for point in run.calibrations():
            values = point.values(COPY)
            if values and min(values) > 0:
                found.setdefault(point.label, []).append(values)
    return found


def control_doubt(before: dict, after: dict) -> str | None:
    """Why the machine is not what it was, over the frame sizes that both sides have; None if it is or
    nothing is known.
    """
    shared = [label for label in before if label in after]
    if not shared:
        return None
    change = np.exp(np.mean([np.log(_centre(after[k]) / _centre(before[k])) for k in shared])) - 1
    if abs(change) <= CONTROL_LIMIT:
        return None
    return (
        f"the machine changed: the bare copy loop, which holds none of our code, is {abs(change):.1%} "
        f"{'faster' if change > 0 else 'slower'} in B"
    )


def _centre(by_run: list[list[float]]) -> float:
    return float(np.median([np.median(values) for values in by_run]))
