# SPDX-License-Identifier: BSD-2-Clause
"""The control of every run: bare copying, which holds none of our code, and the pace of a core that
nobody disturbs. Where they changed, the machine did.
"""

import numpy as np

from .digest import COPY
from .records import Run
from .units import percent
from .words import count

CONTROL_LIMIT = 0.05
# What is assumed where nobody knows how far equal runs differ.
UNKNOWN_MARGIN = 0.10

# Of the processors, while valebench sleeps before a run. A quiet machine's own chores take less, but for
# a moment in one of many runs.
OTHERS_LIMIT = 0.10
OTHERS_RUNS = 0.20

CORE = "core_hz"
# Metrics of a timed loop that holds its own control: what is copied, and how, is the same at every point.
BESIDE = {"copy_cycles_per_frame": "copying beside ", CORE: "core at "}


def control_of(runs: list[Run]) -> dict[str, list[list[float]]]:
    """What controls the runs: label -> values of each run."""
    found: dict[str, list[list[float]]] = {}
    for run in runs:
        for point in run.calibrations():
            _keep(found, point.label, point.values(COPY))
        for point in run.measured():
            for metric, prefix in BESIDE.items():
                _keep(found, prefix + point.label, point.values(metric))
    return found


def crowd(runs: list[Run]) -> str | None:
    """Why no change can be told from these runs, though it can be told that there is none; or None. Who
    shares processors also takes caches, which makes a loop slower by up to a tenth and never faster.
    """
    shares = {
        run.name: check.value
        for run in runs
        for check in run.fitness
        if check.name == "load" and check.value is not None
    }
    crowded = [share for share in shares.values() if share > OTHERS_LIMIT]
    if len(crowded) <= OTHERS_RUNS * len(shares):
        return None
    return (
        f"others worked on this machine in {len(crowded)} of {count(len(shares), 'run')}, on up to "
        f"{percent(max(crowded))} of its processors, which slows what is timed"
    )


def _keep(found: dict, label: str, values: list[float]) -> None:
    if values and min(values) > 0:
        found.setdefault(label, []).append(values)


def control_doubt(before: dict, after: dict) -> str | None:
    """Why the machine is not what it was, over what both sides have; None if it is or nothing is
    known.
    """
    shared = [label for label in before if label in after]
    paces = [label for label in shared if label.startswith(BESIDE[CORE])]
    copies = [label for label in shared if label not in paces]
    return _changed("an undisturbed core", paces, before, after) or _changed(
        "the bare copy loop, which holds none of our code,", copies, before, after
    )


def _changed(what: str, labels: list[str], before: dict, after: dict) -> str | None:
    if not labels:
        return None
    ratios = [_centre(after[k]) / _centre(before[k]) for k in labels]
    # Times, unlike rates, shrink as the machine becomes faster.
    signs = [-1 if k.startswith(BESIDE["copy_cycles_per_frame"]) else 1 for k in labels]
    change = np.exp(np.mean(np.multiply(signs, np.log(ratios)))) - 1
    if abs(change) <= CONTROL_LIMIT:
        return None
    return f"the machine changed: {what} is {abs(change):.1%} {'faster' if change > 0 else 'slower'} in B"


def _centre(by_run: list[list[float]]) -> float:
    return float(np.median([np.median(values) for values in by_run]))
