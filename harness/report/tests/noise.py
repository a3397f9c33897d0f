# SPDX-License-Identifier: BSD-2-Clause
"""Runs made of recorded noise: what a machine did while nothing changed, drawn anew.

Each file of noise/ holds runs of one scenario in one state of the machine, made by record-noise. A run
that is drawn takes one recorded run for all of its points, for what disturbs one point of a run
disturbs its neighbours too; its trials are drawn from that run's, with replacement.
"""

import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent / "noise"
# Of the loop that the timed lane of the gate takes.
LOOPS = ("loop-quiet", "loop-busy", "loop-uml", "loop-uml-busy")
# Losses of a hundred that the gate finds. A busy machine's trials that stand out stand out further.
GATE_FINDS = {"loop-quiet": 95, "loop-busy": 90, "loop-uml": 95, "loop-uml-busy": 90}
# Rates between two threads, which scatter far more.
RATES = ("quiet", "loaded", "tcg", "native-busy", "uml-busy", "tcg-busy")
CLASSES = LOOPS + RATES
# Guests on a machine with eight times the work it can do have two rates far apart and no spread to state.
SHAPED = ("quiet", "loaded", "tcg", "native-busy")


class Noise:
    """values: (recorded runs, series, trials)."""

    def __init__(self, name: str):
        found = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        self.what = found["what"]
        blocks = np.array(list(found["series"].values()), dtype=float)
        self.values = blocks.transpose(1, 0, 2)

    def draw(self, rng, families: int, runs: int, points: int, trials: int) -> np.ndarray:
        """(families, runs, points, trials) of values as they were recorded; a series serves several
        points where there are fewer.
        """
        recorded, series, n = self.values.shape
        run = rng.integers(0, recorded, (families, runs, 1, 1))
        often = np.tile(np.arange(series), (families, -(-points // series)))
        point = rng.permuted(often, axis=1)[:, :points]
        trial = rng.integers(0, n, (families, runs, points, trials))
        return self.values[run, point[:, None, :, None], trial]

    def shapes(self, rng, size: tuple[int, ...], spread: float) -> np.ndarray:
        """Factors around 1 with the recorded shape, outliers and all, and this quartile distance as
        a share of the median: each draw is from one recorded run and series, as the last axis.
        """
        blocks = self.values.reshape(-1, self.values.shape[2])
        centre = np.median(blocks, axis=1, keepdims=True)
        q1, q3 = np.percentile(blocks, (25, 75), axis=1, keepdims=True)
        scaled = 1 + (blocks - centre) / (q3 - q1) * spread
        block = rng.integers(0, len(blocks), (*size[:-1], 1))
        return np.maximum(scaled[block, rng.integers(0, blocks.shape[1], size)], 0.01)
