# SPDX-License-Identifier: BSD-2-Clause
"""How far equal runs of a point differ, and which change is seen through that.

Trials of one run scatter less than runs do: another boot, another layout of memory. What equal runs
stay under is a prediction interval of Student's t from the medians of a baseline's runs, at the family's
error rate over all points (Bonferroni).
"""

from statistics import median

import numpy as np
from scipy import stats as scipy_stats

from .control import UNKNOWN_MARGIN

# The chance of any false alarm of one whole gate.
ALPHA = 0.005
FEWEST_RUNS = 3
# Ten runs of one hour know nothing of a machine in another state.
LEAST_MARGIN = 0.03
# Of ten losses that are called visible, nine are to be found.
POWER = 0.9


def between_runs(by_run: list[list[float]]) -> float:
    """Standard deviation of the logarithms of the runs' medians; two runs at least, values above 0."""
    return float(np.std(np.log([median(values) for values in by_run]), ddof=1))


def margins(
    before: list[list[list[float]]], after_runs: int, alpha: float, before_runs: int | None = None
) -> list[float]:
    """For each point's values by run: the ratio minus 1 that equal runs stay under, all points together,
    with probability 1 - alpha; LEAST_MARGIN at least. before_runs: so many others, equal to those,
    stand for them in the ratio; None: they do themselves.
    """
    if _fewest(before) < FEWEST_RUNS:
        return [UNKNOWN_MARGIN] * len(before)
    scatter = _of_points(before)
    # One point's few runs may agree by chance; the others say what this machine is like, and the
    # middle one of them is not the one that a single wild point makes of them all.
    scatter = np.maximum(scatter, np.median(scatter))
    apart = _of_difference(before_runs or _fewest(before), after_runs)
    return list(map(float, _margins(before, scatter * apart, alpha)))


def least_seen(before: list[list[list[float]]], after_runs: int, alpha: float) -> list[float]:
    """For each point the smallest change, as a ratio minus 1, that exceeds its margin with probability
    POWER where the medians of runs are log-normal and no other point scatters more. FEWEST_RUNS at least.
    """
    scatter = _of_points(before) * _of_difference(_fewest(before), after_runs)
    found = np.log1p(_margins(before, scatter, alpha)) + scipy_stats.norm.ppf(POWER) * scatter
    return list(map(float, np.expm1(found)))


def _margins(before: list, of_difference: np.ndarray, alpha: float) -> np.ndarray:
    quantile = scipy_stats.t.ppf(1 - alpha / (2 * len(before)), _fewest(before) - 1)
    return np.maximum(np.expm1(quantile * of_difference), LEAST_MARGIN)


def _fewest(before: list) -> int:
    return min((len(point) for point in before), default=0)


def _of_points(before: list) -> np.ndarray:
    return np.array([between_runs(point) for point in before])


def _of_difference(before_runs: int, after_runs: int) -> float:
    """How much further than one run the means of both sides lie apart."""
    return float(np.sqrt(1 / before_runs + 1 / after_runs))
