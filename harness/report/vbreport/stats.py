# SPDX-License-Identifier: BSD-2-Clause
"""Median, quartiles and a bootstrap interval of the median, all by NumPy and SciPy.

The interval is SciPy's percentile bootstrap (scipy.stats.bootstrap) of the median at 95 %, with a
fixed seed, so that the same trials always give the same report. The median of n trials lies
between the smallest and the largest trial with probability 1 - 2^(1-n) only, so under six trials
no interval of trials can reach 95 %; those are marked short.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats as scipy_stats

CONFIDENCE = 0.95
RESAMPLES = 2000
SEED = 20120710
MIN_FOR_INTERVAL = 3
MIN_FOR_CONFIDENCE = 6
BATCH_BYTES = 8 << 20

METHOD = (
    "Median of the good trials; spread is the distance between the quartiles; the interval is a "
    f"{100 * CONFIDENCE:g} % percentile bootstrap of the median (scipy.stats.bootstrap, {RESAMPLES} "
    f"resamples, fixed seed). With fewer than {MIN_FOR_CONFIDENCE} trials no interval of trials can "
    "reach 95 %: it is then only their range, marked ~; with "
    f"fewer than {MIN_FOR_INTERVAL} none is given."
)


@dataclass(slots=True, frozen=True)
class Summary:
    """n values in one unit. low and high are None where there are too few for an interval; short:
    under 95 %.
    """

    n: int
    median: float
    q1: float
    q3: float
    low: float | None
    high: float | None

    @property
    def short(self) -> bool:
        return self.n < MIN_FOR_CONFIDENCE

    @property
    def spread(self) -> float | None:
        """The quartile distance as a share of the median; None where the median is 0 or one trial
        has no spread.
        """
        if self.n < 2 or self.median == 0:
            return None
        return (self.q3 - self.q1) / abs(self.median)


def summarise(groups: Sequence[Sequence[float]]) -> list[Summary | None]:
    """A Summary for every group of trial values, in order; None for an empty group."""
    result: list[Summary | None] = [None] * len(groups)
    by_size = defaultdict(list)
    for i, group in enumerate(groups):
        if group:
            by_size[len(group)].append(i)
    for n, members in by_size.items():
        # SciPy keeps the median of every resample of every group until the end.
        step = max(1, BATCH_BYTES // (8 * RESAMPLES))
        for start in range(0, len(members), step):
            part = members[start : start + step]
            values = np.array([groups[i] for i in part], dtype=float)
            for i, summary in zip(part, _equal_sized(values)):
                result[i] = summary
    return result


def _equal_sized(values: np.ndarray) -> list[Summary]:
    """Summaries of the rows of a (groups, n) array."""
    n = values.shape[1]
    q1, median, q3 = np.percentile(values, (25, 50, 75), axis=1)
    low, high = _interval(values)
    return [
        Summary(
            n,
            float(m),
            float(a),
            float(b),
            None if low is None else float(low[i]),
            None if high is None else float(high[i]),
        )
        for i, (a, m, b) in enumerate(zip(q1, median, q3))
    ]


def _interval(values: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
    groups, n = values.shape
    if n < MIN_FOR_INTERVAL:
        return None, None
    # A batch of resamples of all groups is in memory at once.
    batch = max(1, BATCH_BYTES // (8 * groups * n))
    found = scipy_stats.bootstrap(
        (values,),
        np.median,
        n_resamples=RESAMPLES,
        batch=min(batch, RESAMPLES),
        axis=-1,
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        random_state=np.random.default_rng(SEED),
    )
    return found.confidence_interval.low, found.confidence_interval.high
