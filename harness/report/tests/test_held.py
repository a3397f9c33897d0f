# SPDX-License-Identifier: BSD-2-Clause
"""Points that a baseline does not hold: which these are, and that no verdict rests on them."""

import json
import unittest
from unittest import mock

import numpy as np

from cases import StoreCase
from stores import Maker
from vbreport import gate, held, schemas
from vbreport.judge import TOLERANCE, Pair, Verdict, judge
from vbreport.scatter import ALPHA, between_runs, least_seen, margins

RUNS, AGAINST = 20, 5
# Runs' medians of standard deviation 1 around 0.
PATTERN = np.linspace(-1, 1, RUNS) / np.std(np.linspace(-1, 1, RUNS), ddof=1)
SIZES = (60, 508, 1514)
WILD = 1514
FACTS = {"fit": "fit", "machine_class": "intel-x.2cpu"}


def runs_of(scatter: float) -> list[list[float]]:
    """Twenty runs of one trial, whose logarithms have this standard deviation."""
    return [[float(np.exp(scatter * x))] for x in PATTERN]


def point(label: str, scatter: float, unit: str = "cycles") -> dict:
    return {"label": label, "metric": "cost", "unit": unit, "trials": runs_of(scatter)}


class Bound(unittest.TestCase):
    def test_known_values(self):
        # Student's t with 19 degrees at 99.75 % is 3.174, the normal's 90 % 1.2816.
        (seen,) = least_seen([runs_of(0.01)], AGAINST, 0.005)
        factor = 0.01 * np.sqrt(1 / 20 + 1 / 5)
        self.assertAlmostEqual(seen, np.expm1(np.log1p(0.03) + 1.2816 * factor), places=6)
        (seen,) = least_seen([runs_of(0.03)], AGAINST, 0.005)
        self.assertAlmostEqual(seen, np.expm1((3.1737 + 1.2816) * 3 * factor), places=5)

    def test_a_point_is_held_up_to_the_scatter_that_hides_the_tolerance(self):
        low, high = 0.0, 0.1
        for _ in range(40):
            middle = (low + high) / 2
            (seen,) = least_seen([runs_of(middle)], AGAINST, ALPHA)
            low, high = (middle, high) if seen <= TOLERANCE else (low, middle)
        for scatter, is_held in ((low * 0.999, True), (low * 1.001, False)):
            # Two points share the chance of a false alarm.
            points = [point("a", scatter), point("b", 0.001)]
            held.mark(points, 2 * ALPHA, AGAINST)
            self.assertEqual(points[0]["held"], is_held, scatter)

    def test_what_is_visible_exceeds_the_margin(self):
        for scatter in (0.001, 0.01, 0.05):
            before = [runs_of(scatter)] * 3
            for seen, margin in zip(
                least_seen(before, AGAINST, ALPHA), margins(before, AGAINST, ALPHA)
            ):
                self.assertGreater(seen, margin)

    def test_fewer_runs_against_it_hold_fewer_points(self):
        points = [[point("a", 0.017), point("b", 0.001)] for _ in range(2)]
        held.mark(points[0], ALPHA, 20)
        held.mark(points[1], ALPHA, 2)
        self.assertEqual([p[0]["held"] for p in points], [True, False])

    def test_the_mark_tells_the_scatter(self):
        points = [point("a", 0.125), point("b", 0.001)]
        held.mark(points, ALPHA, AGAINST)
        self.assertAlmostEqual(points[0]["scatter"], 0.125)
        self.assertAlmostEqual(between_runs(points[1]["trials"]), 0.001)
        self.assertEqual(held.told(points)[-1], "  1 of 2 points held")
        self.assertIn("a, cost: equal runs scatter by 12.5 %", held.told(points)[0])

    def test_half_of_the_points_are_enough_and_fewer_are_not(self):
        held.mark([point("a", 0.2), point("b", 0.001)], ALPHA, AGAINST)
        with self.assertRaisesRegex(ValueError, "only 1 of 3 points.*by up to 30 %"):
            held.mark([point("a", 0.2), point("b", 0.001), point("c", 0.3)], ALPHA, AGAINST)

    def test_counts_and_few_runs_are_not_marked(self):
        counted, few = point("a", 0.2, "instructions"), point("b", 0.2)
        few["trials"] = few["trials"][:2]
        for points in ([counted], [few]):
            held.mark(points, ALPHA, AGAINST)
            self.assertNotIn("held", points[0])


class Judged(unittest.TestCase):
    """A pair that is not held among others."""

    def setUp(self):
        rng = np.random.default_rng(3)
        self.pairs = [
            Pair(f"p{i}", list(rng.normal(1, 0.01, 30)), list(rng.normal(1, 0.01, 30)))
            for i in range(3)
        ]
        self.wild = Pair("wild", [1.0, 1.1, 1.2] * 5, [2.0, 2.1, 2.2] * 5, not_held="it scatters")

    def test_it_changes_no_test_of_the_others(self):
        alone, among = judge(self.pairs), judge([*self.pairs, self.wild])
        self.assertEqual(among.findings[:3], alone.findings)
        self.assertEqual(among.overall, alone.overall)
        self.assertIs(among.verdict, alone.verdict)

    def test_its_figures_are_told(self):
        found = judge([*self.pairs, self.wild]).findings[3]
        self.assertIs(found.verdict, Verdict.NOT_HELD)
        self.assertAlmostEqual(found.ratio, 2.1 / 1.1)
        self.assertEqual((found.p, found.p_holm, found.why), (None, None, "it scatters"))

    def test_nothing_held_is_no_pass(self):
        self.assertIs(judge([self.wild]).verdict, Verdict.CANNOT_TELL)

    def test_what_was_not_measured_or_is_in_doubt_is_no_pass(self):
        self.wild.b = []
        self.assertIs(judge([*self.pairs, self.wild]).verdict, Verdict.CANNOT_TELL)
        self.setUp()
        self.wild.doubt = "another machine"
        self.assertIs(judge([*self.pairs, self.wild]).verdict, Verdict.CANNOT_TELL)


class Whole(StoreCase):
    """The verbs, over a store whose runs scatter by 12.5 % at one of three points."""

    def fill(self, scatter: dict[int, float], now: dict[int, float]) -> None:
        self.path.unlink(missing_ok=True)
        m = Maker(self.path)
        for i, x in enumerate(PATTERN):
            self.add(m, f"base{i}", {s: np.exp(x * scatter.get(s, 0.002)) for s in SIZES})
        for i in range(AGAINST):
            self.add(m, f"now{i}", now)
        m.done()

    def add(self, m: Maker, name: str, factors: dict[int, float]) -> None:
        run = m.run(name=name, **FACTS)
        for size in SIZES:
            at = m.point(run, {"frame_bytes": size})
            for i in range(5):
                m.trial(at, {"rx_pps": 1e7 * factors.get(size, 1) * (1 + i / 2000) + size})

    @property
    def file(self):
        return self.folder / "baselines" / "intel-x.2cpu" / "native" / "p2p.json"

    def baseline(self):
        return self.verb("baseline", *(f"base{i}" for i in range(RUNS)))

    def gate(self, *args: str):
        return self.verb(
            "gate", "--baseline", str(self.file), *args, *(f"now{i}" for i in range(AGAINST))
        )

    def test_a_point_that_is_not_held_decides_nothing(self):
        for now, status, words in (
            ({WILD: 0.5}, 0, "verdict: same; 2 of 3 points held"),
            ({WILD: 1.5}, 0, "verdict: same; 2 of 3 points held"),
            ({60: 0.93, WILD: 1.5}, 1, "by 7 %; 2 of 3 points held"),
            ({60: 1.07, WILD: 0.5}, 0, "verdict: better; 2 of 3 points held"),
        ):
            with self.subTest(now=now):
                self.fill({WILD: 0.125}, now)
                said = self.baseline().stdout
                self.assertIn("not held: frame_bytes=1514, rx_pps", said)
                self.assertIn("2 of 3 points held", said)
                done = self.gate()
                self.assertEqual((done.returncode, done.stderr), (status, ""), done.stdout)
                self.assertIn(words, done.stdout)
                self.assertIn("not held: 20 equal runs of the baseline scatter by 12.", done.stdout)

    def test_the_same_point_decides_where_it_is_held(self):
        self.fill({}, {WILD: 0.5})
        self.assertNotIn("held", self.baseline().stdout)
        done = self.gate()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertNotIn("held", done.stdout.splitlines()[-1])

    def test_a_machine_where_most_points_scatter_makes_no_baseline(self):
        self.fill({60: 0.1, WILD: 0.125}, {})
        self.assert_one_line(self.baseline(), 3, "only 1 of 3 points", "nobody else works")
        self.assertFalse(self.file.exists())

    def test_files_for_machines(self):
        self.fill({WILD: 0.125}, {WILD: 0.5})
        self.baseline()
        schemas.check(json.loads(self.file.read_text(encoding="utf-8")), "baseline", "testing")
        junit = self.folder / "junit.xml"
        found = json.loads(self.gate("--json", "--junit", str(junit)).stdout)
        schemas.check(found, "verdict", "testing")
        self.assertEqual([p["verdict"] for p in found["points"]], ["same", "same", "not held"])
        self.assertAlmostEqual(found["points"][2]["ratio"], 0.5, places=2)
        self.assertIn('failures="0" errors="0" skipped="1"', junit.read_text(encoding="utf-8"))

    def test_a_baseline_from_before_the_marks_holds_all(self):
        self.fill({WILD: 0.02}, {})
        self.baseline()
        found = json.loads(self.file.read_text(encoding="utf-8"))
        self.assertEqual([p["held"] for p in found["points"]], [True, True, False])
        for each in found["points"]:
            del each["held"], each["scatter"]
        self.file.write_text(json.dumps(found), encoding="utf-8")
        self.assertNotIn("held", self.gate().stdout)

    def test_a_mark_without_its_scatter_is_refused(self):
        self.fill({WILD: 0.125}, {})
        self.baseline()
        found = json.loads(self.file.read_text(encoding="utf-8"))
        del found["points"][2]["scatter"]
        self.file.write_text(json.dumps(found), encoding="utf-8")
        self.assert_one_line(self.gate(), 3, "scatter")

    def test_a_defect_of_the_report_is_no_verdict(self):
        self.fill({}, {WILD: 0.5})
        self.baseline()
        with mock.patch.object(gate, "describe", side_effect=AttributeError("gone")):
            self.assert_one_line(self.gate(), 8, "AttributeError: gone", "defect of ours")

    def test_a_file_that_cannot_be_written_is_no_verdict(self):
        self.fill({}, {WILD: 0.5})
        self.baseline()
        self.assert_one_line(self.gate("--junit", str(self.folder / "none" / "j.xml")), 4, "No such file")
