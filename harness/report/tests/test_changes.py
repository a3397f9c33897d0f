# SPDX-License-Identifier: BSD-2-Clause
import unittest

import numpy as np
from scipy import stats as scipy_stats

from vbreport.changes import MIN_SIZE, WINDOW, best_split, change_points, energy, rank_sum_tail

ALPHA = 0.005


def stretches(*parts: tuple[int, float], noise: float = 0.004, seed: int = 3) -> list[float]:
    """Levels for so many runs each, with normal noise."""
    levels = np.concatenate([np.full(n, level) for n, level in parts])
    return list(100 * levels * np.random.default_rng(seed).normal(1, noise, len(levels)))


def places(values: list[float]) -> list[int]:
    return [change.at for change in change_points(values, ALPHA)]


class Found(unittest.TestCase):
    def assert_near(self, found: list[int], wanted: list[int]):
        self.assertEqual(len(found), len(wanted), found)
        self.assertLessEqual(max(abs(a - b) for a, b in zip(found, wanted)), 1, found)

    def test_changes_are_found_where_they_are(self):
        cases = (
            ("one loss", [(20, 1.0), (20, 0.95)], [20]),
            ("a recent loss", [(40, 1.0), (6, 0.95)], [40]),
            ("a gain and a loss", [(15, 1.0), (15, 1.05), (15, 0.97)], [15, 30]),
            ("a small loss under a great gain", [(20, 1.0), (10, 1.5), (20, 0.98)], [20, 30]),
            ("a small loss beside a great one", [(20, 1.0), (12, 0.7), (20, 0.686)], [20, 32]),
            ("one far back", [(30, 1.0), (150, 0.97)], [30]),
            (
                "three in a long history",
                [(60, 1.0), (60, 0.98), (60, 1.2), (60, 1.17)],
                [60, 120, 180],
            ),
        )
        for name, parts, wanted in cases:
            with self.subTest(name):
                self.assert_near(places(stretches(*parts)), wanted)

    def test_what_is_no_change(self):
        for name, values in (
            ("noise", stretches((60, 1.0))),
            ("equal", [5.0] * 60),
            ("one outlier", [5.0] * 20 + [50.0] + [5.0] * 20),
            ("two outliers", [*stretches((20, 1.0)), 1.0, 2.0, *stretches((20, 1.0), seed=4)]),
            ("too short", [1.0, 1.0, 9.0, 9.0]),
            ("empty", []),
            ("one", [1.0]),
        ):
            with self.subTest(name):
                self.assertEqual(places(values), [])

    def test_counts_without_scatter(self):
        self.assertEqual(places([500.0] * 12 + [503.0] * 12), [12])

    def test_the_stretches_beside_a_mark(self):
        (change,) = change_points([1.0] * 20 + [2.0] * 20, ALPHA)
        self.assertEqual(
            (change.at, change.before, change.after, change.ratio), (20, 1.0, 2.0, 2.0)
        )

    def test_the_same_series_has_the_same_marks(self):
        values = stretches((30, 1.0), (30, 0.98))
        self.assertEqual(change_points(values, ALPHA), change_points(values, ALPHA))


class Statistics(unittest.TestCase):
    def test_tail_of_ranks_agrees_with_scipy(self):
        for n, m in ((1, 1), (3, 5), (7, 9), (12, 30)):
            a, b = np.arange(n) * 2.1, np.arange(m) * 1.7 + 3.03
            found = scipy_stats.mannwhitneyu(a, b, method="exact", alternative="less")
            self.assertAlmostEqual(
                rank_sum_tail(n, m)[int(found.statistic)], found.pvalue, places=12
            )
            self.assertAlmostEqual(rank_sum_tail(n, m)[-1], 1.0)

    def test_energy_distance_by_its_definition(self):
        values = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0])
        k, n = MIN_SIZE, len(values)
        left, right = values[:k], values[k:]
        within = [
            np.abs(part[:, None] - part[None, :]).sum() / (len(part) * (len(part) - 1))
            for part in (left, right)
        ]
        across = np.abs(left[:, None] - right[None, :]).mean()
        wanted = k * (n - k) / n * (2 * across - sum(within))
        self.assertAlmostEqual(energy(values)[0], wanted)

    def test_chance_of_a_split_is_never_understated(self):
        rng = np.random.default_rng(7)
        p = np.array([best_split(rng.normal(size=WINDOW))[1] for _ in range(800)])
        for level in (0.05, 0.01):
            self.assertLessEqual(np.mean(p < level), level + 3 * np.sqrt(level / len(p)))
