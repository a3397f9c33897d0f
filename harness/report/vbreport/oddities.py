# SPDX-License-Identifier: BSD-2-Clause
"""Trials that stand out, and first trials that do: what hyperfine warns about.

A trial is an outlier where its modified Z score, the distance from the median in median absolute
deviations, exceeds ten standard deviations' worth (Iglewicz and Hoaglin, 1993; hyperfine's threshold).
"""

import numpy as np

from .digest import Digest, Row
from .err import one_line
from .words import count

DEVIATIONS = 10 * 1.4826
FEWEST = 4


def outliers(values: list[float]) -> list[int]:
    """Which of the values stand out, by position; none where there are too few to tell."""
    if len(values) < FEWEST:
        return []
    found = np.asarray(values, dtype=float)
    distance = np.abs(found - np.median(found))
    deviation = np.median(distance)
    # With more than half of the values equal any other would be infinitely far.
    if deviation == 0:
        return []
    return [int(i) for i in np.flatnonzero(distance / deviation > DEVIATIONS)]


def sentences(found: Digest) -> list[str]:
    """A sentence for each metric and point of the run's table that has outliers or a first trial
    unlike the rest.
    """
    said = []
    for section in found.sections:
        for row in section.rows:
            text = _sentence(row)
            if text:
                said.append(f"{one_line(row.label)}, {one_line(section.metric)}: {text}")
    return said


def _sentence(row: Row) -> str | None:
    odd = outliers(row.values)
    if not odd:
        return None
    if odd == [0]:
        return "the first trial is unlike the rest: a longer warm-up would help"
    return f"{count(len(odd), 'trial')} of {len(row.values)} stand out: something disturbed the machine"
