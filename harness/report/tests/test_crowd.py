# SPDX-License-Identifier: BSD-2-Clause
"""A timed loop beside other work is slower than it is: that is no verdict, and makes no baseline."""

import json

import numpy as np

from cases import StoreCase
from stores import Maker
from vbreport.judge import Pair, Verdict, judge

RUNS = [1.0, 1.004, 0.997, 1.003, 0.996, 1.002, 0.999, 1.001]
NOW = 5
FACTS = {"fit": "fit", "machine_class": "intel-x.2cpu", "measure": "cost"}
GRAPH = {"x": "frame_bytes", "y": ["cycles_per_packet"]}


class Judged(StoreCase):
    def test_a_change_cannot_be_told_and_its_absence_can(self):
        rng = np.random.default_rng(2)
        for factor, verdict in (
            (1.0, Verdict.SAME),
            (1.2, Verdict.CANNOT_TELL),
            (0.8, Verdict.CANNOT_TELL),
        ):
            a, b = rng.normal(1, 0.01, 30), factor * rng.normal(1, 0.01, 30)
            pairs = [Pair(f"p{i}", list(a), list(b), crowded="others worked") for i in range(2)]
            judged = judge(pairs)
            self.assertIs(judged.verdict, verdict)
            self.assertIs(judged.overall.verdict, verdict)
            if verdict is Verdict.CANNOT_TELL:
                self.assertEqual(judged.findings[0].why, "others worked")

    def test_counts_do_not_mind(self):
        pair = Pair("p", [500.0], [510.0], False, counted=True, crowded="others worked")
        self.assertIs(judge([pair]).verdict, Verdict.WORSE)


class Whole(StoreCase):
    def fill(self, factor: float, crowded: int, base_crowded: int = 0) -> None:
        self.path.unlink(missing_ok=True)
        m = Maker(self.path)
        for i, each in enumerate(RUNS):
            self.add(m, f"base{i}", each, i < base_crowded)
        for i in range(NOW):
            self.add(m, f"now{i}", factor * RUNS[i], i < crowded)
        m.done()

    def add(self, m: Maker, name: str, factor: float, crowded: bool) -> None:
        run = m.run(name=name, graph=GRAPH, **FACTS)
        m.check(run, "load", None, "other work", 0.9 if crowded else 0.02)
        for size in (60, 1514):
            at = m.point(run, {"frame_bytes": size})
            for i in range(7):
                m.trial(at, {"cycles_per_packet": (size + i / 50) * factor})

    def baseline(self):
        return self.verb("baseline", *(f"base{i}" for i in range(len(RUNS))))

    def gate(self):
        path = self.folder / "baselines" / "intel-x.2cpu" / "native" / "p2p.json"
        return self.verb("gate", "--baseline", str(path), *(f"now{i}" for i in range(NOW)))

    def test_the_gate(self):
        for factor, crowded, status in (
            (1.2, 0, 1),
            (1.2, 1, 1),
            (1.2, 2, 3),
            (0.8, 5, 3),
            (1.0, 5, 0),
        ):
            with self.subTest(factor=factor, crowded=crowded):
                self.fill(factor, crowded)
                self.assertEqual(self.baseline().returncode, 0)
                done = self.gate()
                self.assertEqual(done.returncode, status, done.stdout)
                if status == 3:
                    self.assertIn(f"in {crowded} of 5 runs, on up to 90 % of its", done.stdout)

    def test_a_baseline(self):
        for crowded, status in ((1, 0), (2, 3)):
            self.fill(1.0, 0, crowded)
            self.assertEqual(self.baseline().returncode, status)
        self.assert_one_line(self.baseline(), 3, "others worked on this machine in 2 of 8 runs")

    def test_runs_that_were_not_taken_in_turn(self):
        self.fill(1.3, 0)
        self.assertEqual(self.verb("compare", "base0", "now0").returncode, 1)
        self.fill(1.3, 1)
        self.assertEqual(self.verb("compare", "base0", "now0").returncode, 3)

    def test_the_trend_leaves_them_out(self):
        self.fill(1.0, 3)
        found = json.loads(self.verb("trend", "--json").stdout)["groups"][0]
        self.assertEqual(found["unfit_runs"], 3)
