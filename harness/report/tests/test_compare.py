# SPDX-License-Identifier: BSD-2-Clause
import json

from cases import StoreCase
from stores import Maker
from vbreport import schemas

STEADY = [1.0, 1.004, 0.996, 1.002, 0.998, 1.003, 0.997, 1.001, 0.999, 1.005]


class SidesCase(StoreCase):
    """Stores of runs "a" and "b" of one scenario with two points."""

    def fill(self, factor: float = 1.0, both: dict | None = None, b: dict | None = None) -> None:
        m = Maker(self.path)
        for name, times, side in (("a", 1.0, "A"), ("b", factor, "B")):
            facts = {"comparison": "c", "side": side, "fit": "fit", "machine_class": "m.2cpu"}
            facts |= (both or {}) | ((b or {}) if name == "b" else {})
            run = m.run(name=name, **facts)
            m.trial(m.point(run, {"frame_bytes": 60}, "calibration", "copy"), {"copy_pps": 2e8})
            for size in (60, 1514):
                point = m.point(run, {"frame_bytes": size})
                for i, share in enumerate(STEADY):
                    m.trial(point, {"rx_pps": 1e7 * times * share + size + i})
        m.done()

    def compare(self, *args: str):
        return self.verb("compare", *(args or ("a", "b")))


class Answers(SidesCase):
    def test_exit_status_and_words(self):
        cases = ((0.95, 1, "worse by 5 %"), (1.05, 0, "better by 5 %"), (1.0, 0, "verdict: same"))
        for factor, status, words in cases:
            with self.subTest(factor=factor):
                self.path.unlink(missing_ok=True)
                self.fill(factor)
                done = self.compare()
                self.assertEqual((done.returncode, done.stderr), (status, ""))
                self.assertIn(words, done.stdout)
                self.assertTrue(done.stdout.splitlines()[-1].startswith("verdict: "))

    def test_a_named_comparison(self):
        self.fill(0.95)
        self.assertEqual(self.compare("--comparison", "c").stdout, self.compare().stdout)
        self.assert_one_line(self.compare("--comparison", "d"), 2, "both sides")

    def test_what_makes_any_verdict_impossible(self):
        cases = (
            ({"platform": "qemu"}, "differ in platform"),
            ({"accelerator": "tcg"}, "differ in accelerator"),
            ({"machine_class": "other.8cpu"}, "differ in machine class"),
            ({"fit": "unfit"}, "not fit to measure"),
            ({"state": "interrupted"}, "is interrupted"),
        )
        for change, words in cases:
            with self.subTest(change=change):
                self.path.unlink(missing_ok=True)
                self.fill(0.5, b=change)
                done = self.compare()
                self.assertEqual(done.returncode, 3, done.stdout)
                self.assertIn(words, done.stdout)

    def test_runs_not_taken_in_turn_need_fit_machines_and_great_changes(self):
        apart = {"comparison": None, "side": None}
        for factor, both, status, words in (
            (0.95, apart, 3, "equal runs differ by up to 10 %"),
            (0.85, apart, 1, "worse by 15 %"),
            (0.85, apart | {"fit": "unknown"}, 3, "does not say whether"),
        ):
            with self.subTest(factor=factor, both=both):
                self.path.unlink(missing_ok=True)
                self.fill(factor, both)
                done = self.compare()
                self.assertEqual(done.returncode, status, done.stdout)
                self.assertIn(words, done.stdout)

    def test_what_else_differs_is_told(self):
        self.fill(b={"kernel": "6.12.1", "version": "0.2"})
        self.assertIn("kernel: A None; B 6.12.1", self.compare().stdout)

    def test_a_failed_trial_leaves_its_point_without_verdict(self):
        self.fill(0.95)
        m = Maker.again(self.path)
        (point,) = m.db.execute("SELECT MAX(id) FROM points").fetchone()
        m.trial(point, failed="guest died")
        m.done()
        done = self.compare()
        self.assertIn("1 trial failed on B: guest died", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_json_is_whole_and_the_same_every_time(self):
        self.fill(0.95)
        first, second = (self.compare("--json", "a", "b").stdout for _ in range(2))
        self.assertEqual(first, second)
        found = json.loads(first)
        schemas.check(found, "verdict", "testing")
        self.assertEqual((found["format"], found["verdict"]), ("valebench-comparison", "worse"))
        self.assertEqual([p["verdict"] for p in found["points"]], ["worse", "worse"])

    def test_outcomes_of_a_search_are_not_its_trials(self):
        m = Maker(self.path)
        for name in ("a", "b"):
            run = m.run(name=name, measure="ndr_pdr", comparison="c", side=name.upper())
            point = m.point(run, {"frame_bytes": 60})
            m.trial(point, {"rx_pps": 1.0 if name == "a" else 2.0})
            m.outcome(point, "ndr_pps", 5e6, 4.9e6, 5.1e6)
        m.done()
        found = json.loads(self.compare("--json", "a", "b").stdout)
        self.assertEqual([p["name"] for p in found["points"]], ["frame_bytes=60, ndr_pps"])


class BadInput(SidesCase):
    def test_wrong_words(self):
        self.fill()
        for args in (("a",), ("a", "b", "c"), ("--comparison", "c", "a", "b")):
            self.assert_one_line(self.compare(*args), 2, "compar")
        self.assert_one_line(self.compare("a", "nope"), 2, "no run of that name")
        self.assert_one_line(self.compare("a", "b", "--tolerance", "5"), 2, "not between")
