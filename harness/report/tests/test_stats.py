# SPDX-License-Identifier: BSD-2-Clause
import unittest

from vbreport.stats import summarise


class Statistics(unittest.TestCase):
    def test_median_and_quartiles_of_known_values(self):
        cases = (
            # values, median, lower quartile, upper quartile: by hand, between the nearest two
            # values
            ([5.0], 5.0, 5.0, 5.0),
            ([4.0, 2.0], 3.0, 2.5, 3.5),
            ([3.0, 1.0, 2.0], 2.0, 1.5, 2.5),
            ([10.0, 40.0, 20.0, 30.0], 25.0, 17.5, 32.5),
            ([9.0, 1.0, 7.0, 3.0, 5.0], 5.0, 3.0, 7.0),
        )
        for found, (values, median, q1, q3) in zip(summarise([c[0] for c in cases]), cases):
            with self.subTest(values=values):
                self.assertEqual(
                    (found.n, found.median, found.q1, found.q3), (len(values), median, q1, q3)
                )

    def test_spread_is_the_quartile_distance_over_the_median(self):
        self.assertAlmostEqual(summarise([[10.0, 20.0, 30.0, 40.0]])[0].spread, 15.0 / 25.0)

    def test_one_trial_and_a_zero_median_have_no_spread(self):
        self.assertEqual([s.spread for s in summarise([[5.0], [0.0, 0.0, 0.0]])], [None, None])

    def test_an_empty_group_has_no_summary(self):
        self.assertEqual([s and s.n for s in summarise([[], [1.0], []])], [None, 1, None])

    def test_under_three_trials_there_is_no_interval(self):
        self.assertEqual(
            [(s.low, s.high) for s in summarise([[1.0], [1.0, 2.0]])], [(None, None)] * 2
        )

    def test_three_trials_give_their_range_and_are_marked_short(self):
        # 7 of the 27 resamples of three values have the smallest as median: more than the 2.5 % cut
        # off.
        (found,) = summarise([[1.0, 2.0, 9.0]])
        self.assertEqual((found.low, found.high, found.short), (1.0, 9.0, True))

    def test_equal_trials_give_an_interval_without_width(self):
        (found,) = summarise([[7.0] * 6])
        self.assertEqual((found.low, found.median, found.high, found.short), (7.0, 7.0, 7.0, False))

    def test_interval_of_many_trials_agrees_with_order_statistics(self):
        # For 101 values the binomial interval at 95 % runs from the 41st to the 61st smallest.
        (found,) = summarise([[float(i) for i in range(1, 102)]])
        self.assertEqual(found.median, 51.0)
        self.assertAlmostEqual(found.low, 41.0, delta=2.0)
        self.assertAlmostEqual(found.high, 61.0, delta=2.0)

    def test_the_same_trials_always_give_the_same_interval(self):
        values = [3.1, 2.2, 5.9, 4.4, 4.0, 8.5, 1.7]
        self.assertEqual(summarise([values]), summarise([values]))

    def test_order_of_groups_is_kept_across_sizes(self):
        groups = [[float(i)] * (1 + i % 3) for i in range(9)]
        self.assertEqual([s.median for s in summarise(groups)], [float(i) for i in range(9)])
