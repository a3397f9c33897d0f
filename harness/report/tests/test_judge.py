# SPDX-License-Identifier: BSD-2-Clause
import math
import unittest

import numpy as np
from scipy import stats as scipy_stats

from vbreport.judge import (
    Pair,
    Verdict,
    _medians_by_rank,
    _medians_by_trial,
    holm,
    interval,
    judge,
    rank_test,
    ratio_resamples,
    stratified_test,
)

TEN = [100.0, 101.0, 99.5, 100.7, 98.8, 100.2, 101.3, 99.1, 100.9, 99.7]


def scaled(factor: float) -> list[float]:
    """TEN times the factor, in another order and moved a little, so that no two values are equal."""
    return [value * factor + 0.01 * i for i, value in enumerate(reversed(TEN))]


class Tests(unittest.TestCase):
    def test_holm_by_hand(self):
        cases = (
            ([0.01], [0.01]),
            ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
            ([0.5, 0.5], [1.0, 1.0]),
            ([0.001, math.nan, 0.02], [0.002, math.nan, 0.02]),
        )
        for p, wanted in cases:
            with self.subTest(p=p):
                np.testing.assert_allclose(holm(np.array(p)), wanted)

    def test_rank_test_agrees_with_counting_orders(self):
        # All of A below all of B: two of the C(5+5,5) orders are as extreme.
        a, b = np.arange(5.0)[None], np.arange(5.0)[None] + 10
        self.assertAlmostEqual(rank_test(a, b)[0], 2 / math.comb(10, 5))
        self.assertEqual(rank_test(a * 0 + 1, a * 0 + 1)[0], 1.0)

    def test_a_row_has_the_same_p_whatever_stands_beside_it(self):
        a, b = np.array([TEN]), np.array([scaled(0.99)])
        tied = np.array([[1.0] * 10])
        both = rank_test(np.concatenate([a, tied]), np.concatenate([b, tied + 1]))
        self.assertEqual(both[0], rank_test(a, b)[0])

    def test_one_stratum_is_the_plain_test(self):
        a, b = np.array([TEN]), np.array([scaled(0.99)])
        plain = scipy_stats.mannwhitneyu(
            TEN, scaled(0.99), method="asymptotic", use_continuity=False
        ).pvalue
        self.assertAlmostEqual(float(stratified_test([(a, b)])[1][0]), plain, places=12)

    def test_strata_add_up(self):
        a, b = np.array([TEN[:5]]), np.array([scaled(0.995)[:5]])
        one, four = (stratified_test([(a, b)] * n)[0][0] for n in (1, 4))
        self.assertAlmostEqual(four, 2 * one)

    def test_interval_holds_the_true_ratio_as_often_as_it_says(self):
        rng = np.random.default_rng(1)
        a, b = rng.normal(100, 2, (600, 15)), rng.normal(95, 2, (600, 15))
        low, high = interval(ratio_resamples(a, b))
        inside = np.mean((low < 0.95) & (0.95 < high))
        self.assertGreater(inside, 0.97)

    def test_medians_of_resamples_are_the_medians(self):
        rng = np.random.default_rng(3)
        for n in (3, 10, 21):
            values, at = rng.normal(size=(4, n)).round(1), rng.integers(0, n, (50, n))
            for medians, drawn in (
                (_medians_by_trial, values),
                (_medians_by_rank, np.sort(values, axis=1)),
            ):
                np.testing.assert_allclose(medians(values, at), np.median(drawn[:, at], axis=2))

    def test_pairs_taken_in_turn_share_the_drift(self):
        drift = np.linspace(1, 2, 20)
        a = 100 * drift[None] * np.random.default_rng(2).normal(1, 0.005, (1, 20))
        b = a * 0.99
        widths = [np.diff(interval(ratio_resamples(a, b, paired)), axis=0) for paired in (0, 1)]
        self.assertLess(widths[1][0, 0], widths[0][0, 0] / 10)


class Verdicts(unittest.TestCase):
    def verdict(self, *pairs: Pair, **options) -> list[Verdict]:
        return [f.verdict for f in judge(list(pairs), **options).findings]

    def test_one_point(self):
        cases = (
            ("slower", Pair("p", TEN, scaled(0.95)), Verdict.WORSE),
            ("faster", Pair("p", TEN, scaled(1.05)), Verdict.BETTER),
            ("equal", Pair("p", TEN, scaled(1.0)), Verdict.SAME),
            ("longer", Pair("p", TEN, scaled(1.05), bigger_is_better=False), Verdict.WORSE),
            ("within the margin", Pair("p", TEN, scaled(0.94), margin=0.07), Verdict.CANNOT_TELL),
            ("beyond the margin", Pair("p", TEN, scaled(0.92), margin=0.07), Verdict.WORSE),
            ("in doubt", Pair("p", TEN, scaled(0.5), doubt="unfit"), Verdict.CANNOT_TELL),
            ("one side", Pair("p", TEN, []), Verdict.CANNOT_TELL),
            ("zero", Pair("p", TEN, [0.0] * 10), Verdict.CANNOT_TELL),
            ("two trials", Pair("p", TEN, [1.0, 1.0]), Verdict.CANNOT_TELL),
            ("counts", Pair("p", [1000.0], [1011.0], False, counted=True), Verdict.WORSE),
            ("equal counts", Pair("p", [1000.0], [1001.0], False, counted=True), Verdict.SAME),
            (
                "counts that scatter",
                Pair("p", [1000.0, 1020.0], [1011.0, 1031.0], counted=True),
                Verdict.CANNOT_TELL,
            ),
        )
        for name, pair, wanted in cases:
            with self.subTest(name):
                self.assertEqual(self.verdict(pair), [wanted])

    def test_scatter_hides_a_change(self):
        wild = [50.0, 150.0, 80.0, 120.0, 100.0, 60.0, 140.0, 95.0, 105.0, 99.0]
        (found,) = judge([Pair("p", wild, [v * 0.95 for v in wild])]).findings
        self.assertIs(found.verdict, Verdict.CANNOT_TELL)
        self.assertIn("the scatter hides", found.why)

    def test_a_small_loss_is_not_hidden_by_a_great_gain(self):
        tight = [100 + (v - 100) / 10 for v in TEN]
        loss = [v * 0.98 for v in tight]
        for n in (1, 5):
            judged = judge(
                [Pair("p", tight, [v * 1.4 for v in tight])] * n + [Pair("q", tight, loss)]
            )
            self.assertIs(judged.findings[-1].verdict, Verdict.WORSE)
            self.assertIs(judged.verdict, Verdict.WORSE)

    def test_points_together_tell_what_none_alone_can(self):
        five = [Pair(str(i), TEN[:5], scaled(0.95)[:5]) for i in range(8)]
        judged = judge(five)
        self.assertEqual({f.verdict for f in judged.findings}, {Verdict.CANNOT_TELL})
        self.assertIs(judged.verdict, Verdict.WORSE)
        self.assertAlmostEqual(judged.overall.ratio, 0.95, places=2)

    def test_nothing_to_judge_is_no_pass(self):
        self.assertIs(judge([]).verdict, Verdict.CANNOT_TELL)

    def test_the_same_trials_give_the_same_findings(self):
        pairs = [Pair("p", TEN, scaled(0.99)), Pair("q", TEN, scaled(1.01))]
        self.assertEqual(judge(pairs), judge(pairs))
