# SPDX-License-Identifier: BSD-2-Clause
"""Where a series changed: E-divisive (Matteson and James, Journal of the American Statistical
Association 109, 2014, pp. 334-345), with the order of work of Hunter (Fleming et al., ICPE
2023).

A series is split where the energy distance between both parts is greatest. Matteson and James ask by
permutation whether chance does as much, which takes more permutations the fewer false alarms are
allowed; as in Hawkins and Deng (Journal of Quality Technology 42, 2010) the exact Mann-Whitney test is
asked instead, times the number of places where the split could have been. It knows no randomness and
no shape of the noise, and does not mind outliers. As in Hunter, weak changes are looked for first in
windows, so that a great change far away hides no small one; then each is tested between its
neighbours, and the weakest is dropped until all are sure.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import rankdata

MIN_SIZE = 3
WINDOW = 48
WEAK_ALPHA = 0.05
FAR = 5.0


@dataclass(slots=True, frozen=True)
class Change:
    """The series is another from position `at` on; before, after: medians of the stretches beside it;
    p: of the split between its neighbours.
    """

    at: int
    before: float
    after: float
    p: float

    @property
    def ratio(self) -> float:
        return self.after / self.before if self.before else math.inf


def change_points(values: list[float], alpha: float) -> list[Change]:
    """Changes of the series, oldest first; alpha: chance of any where there is none."""
    series = np.asarray(values, dtype=float)
    found = sorted(_weak(series))
    sure = _strong(series, found, alpha)
    edges = [0, *(at for at, _ in sure), len(series)]
    return [
        Change(
            at,
            float(np.median(series[edges[i] : at])),
            float(np.median(series[at : edges[i + 2]])),
            p,
        )
        for i, (at, p) in enumerate(sure)
    ]


def _weak(series: np.ndarray) -> set[int]:
    """Candidates from overlapping windows over the whole series."""
    found: set[int] = set()
    starts = range(0, max(1, len(series) - WINDOW // 2), WINDOW // 2)
    for start in starts:
        _split(series, start, min(start + WINDOW, len(series)), found)
    return found


def _split(series: np.ndarray, start: int, end: int, found: set[int]) -> None:
    """Adds the split of series[start:end], and those of its parts, as long as they are not chance."""
    if end - start < 2 * MIN_SIZE:
        return
    at, p = best_split(series[start:end])
    if p < WEAK_ALPHA:
        found.add(start + at)
        _split(series, start, start + at, found)
        _split(series, start + at, end, found)


def _strong(series: np.ndarray, candidates: list[int], alpha: float) -> list[tuple[int, float]]:
    """The candidates that stand between their neighbours; each is moved to the best place there."""
    level = alpha / max(1, math.ceil(2 * len(series) / WINDOW))
    while candidates:
        tested = [
            _between(series, *place)
            for place in zip([0, *candidates[:-1]], candidates, [*candidates[1:], len(series)])
        ]
        weakest = max(range(len(tested)), key=lambda i: (tested[i][1], -i))
        if tested[weakest][1] < level:
            return sorted(dict(tested).items())
        del candidates[weakest]
    return []


def _between(series: np.ndarray, before: int, at: int, after: int) -> tuple[int, float]:
    # Beyond a window on each side more runs add nothing but work.
    start, end = max(before, at - WINDOW), min(after, at + WINDOW)
    if end - start < 2 * MIN_SIZE:
        return at, 1.0
    moved, p = best_split(series[start:end])
    return start + moved, p


def best_split(values: np.ndarray) -> tuple[int, float]:
    """(where the later part begins, p of a split anywhere) at the greatest energy distance."""
    ranks, n = rankdata(values), len(values)
    at = int(np.argmax(energy(_tamed(values, ranks)))) + MIN_SIZE
    u = ranks[:at].sum() - at * (at + 1) / 2
    # Ties make halves; the one nearer to the middle is the safe one.
    extreme = math.ceil(min(u, at * (n - at) - u))
    p = min(1.0, 2 * rank_sum_tail(at, n - at)[extreme])
    return at, min(1.0, p * (n - 2 * MIN_SIZE + 1))


def _tamed(values: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """The values with outliers drawn in to FAR deviations, so that none of them draws the split to
    itself; ranks where more than half are equal.
    """
    centre = np.median(values)
    deviation = 1.4826 * np.median(np.abs(values - centre))
    if deviation == 0:
        return ranks
    return np.clip(values, centre - FAR * deviation, centre + FAR * deviation)


@lru_cache(maxsize=None)
def rank_sum_tail(n: int, m: int) -> np.ndarray:
    """P(U <= u) of Mann-Whitney's U for u = 0 .. n m, exact up to the middle: the counts are the coefficients of the
    Gaussian binomial (n + m over n). Each hangs on those below it alone, so none is lost in a
    difference of great numbers.
    """
    counts = np.zeros(n * m + 1)
    counts[0] = 1.0
    for k in range(1, n + 1):
        # Times (1 - x^(m+k)) / (1 - x^k).
        step = m + k
        if step <= n * m:
            counts[step:] -= counts[:-step].copy()
        for rest in range(k):
            counts[rest::k] = np.cumsum(counts[rest::k])
    return np.minimum(1.0, np.cumsum(counts) / math.comb(n + m, n))


def energy(values: np.ndarray) -> np.ndarray:
    """E-divisive's scaled divergence for each split from MIN_SIZE to n - MIN_SIZE: n_left n_right / n
    times (2 mean distance across - mean distance within each part).
    """
    n = len(values)
    distance = np.abs(values[:, None] - values[None, :])
    # Distances of each to those before it; their running sum is the left part's within.
    left = 2 * np.cumsum(np.tril(distance).sum(axis=1))
    across = np.cumsum(distance.sum(axis=1)) - left
    right = distance.sum() - left - 2 * across
    sizes = np.arange(MIN_SIZE, n - MIN_SIZE + 1)
    at, n_left, n_right = sizes - 1, sizes.astype(float), (n - sizes).astype(float)
    spread = (
        2 * across[at] / (n_left * n_right)
        - left[at] / (n_left * (n_left - 1))
        - right[at] / (n_right * (n_right - 1))
    )
    return n_left * n_right / n * spread
