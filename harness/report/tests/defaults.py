# SPDX-License-Identifier: BSD-2-Clause
"""What is run where nobody says otherwise, read from where it is decided: the proofs speak of this."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Gated:
    """A line of ci/gate's timed lane: runs of its baseline, runs held against it, points of a run,
    trials of a point.
    """

    scenario: str
    baseline_runs: int
    runs: int
    points: int
    trials: int

    @property
    def all_runs(self) -> int:
        """Of the baseline, of both looks at what is held against it, and of both sides of as many pairs
        that confirm a change.
        """
        return self.baseline_runs + 3 * 2 * self.runs


def gate(path: Path = TOP / "ci" / "gate") -> list[Gated]:
    """The timed lane."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Gated(words[1], int(words[3]), int(words[4]), *_size(words[1]))
        for words in lines
        if words and words[0] == "timed"
    ]


def _size(scenario: str) -> tuple[int, int]:
    text = (TOP / "scenarios" / f"{scenario}.yaml").read_text(encoding="utf-8")
    sweep = text.split("\nsweep:\n")[1].split("\nsetup:\n")[0]
    values = re.findall(r"values: \[([^]]*)\]", sweep)
    return math.prod(len(v.split(",")) for v in values), int(
        re.search(r"^trials: (\d+)$", text, re.M)[1]
    )


def compare_trials() -> int:
    """Trials of a side of `valebench compare` on a timed scenario."""
    text = (TOP / "harness" / "runner" / "verb_compare.c").read_text(encoding="utf-8")
    return int(re.search(r"^#define TIMED_TRIALS\s+(\d+)$", text, re.M)[1])
