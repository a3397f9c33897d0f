# SPDX-License-Identifier: BSD-2-Clause
import json
import unittest

import numpy as np

from cases import StoreCase
from stores import Maker
from vbreport import schemas
from vbreport.control import UNKNOWN_MARGIN
from vbreport.scatter import LEAST_MARGIN, POWER, least_seen, margins

RUNS = [1.0, 1.004, 0.997, 1.003, 0.996, 1.002]
TRIALS = [1.0, 1.002, 0.998, 1.001, 0.999]
FACTS = {"fit": "fit", "machine_class": "intel-x.2cpu"}


class GateCase(StoreCase):
    """A store with runs base0.. and further ones; a baseline made by the verb."""

    def fill(self, factor: float = 1.0, copy: float = 2e8, runs: int = 6, **facts) -> None:
        m = Maker(self.path)
        for i in range(runs):
            self.add(m, f"base{i}", RUNS[i], 2e8, **FACTS)
        self.add(m, "now", factor, copy, **(FACTS | facts))
        m.done()

    def add(self, m: Maker, name: str, factor: float, copy: float, **facts) -> None:
        run = m.run(name=name, **facts)
        calibration = m.point(run, {"frame_bytes": 60}, "calibration", "copy frame_bytes=60")
        m.trial(calibration, {"copy_pps": copy})
        for size in (60, 1514):
            point = m.point(run, {"frame_bytes": size})
            for i, share in enumerate(TRIALS):
                m.trial(point, {"rx_pps": 1e7 * factor * share + size + i / 7})

    def baseline(self, *args: str, runs: int = 6):
        return self.verb("baseline", *args, *(f"base{i}" for i in range(runs)))

    def gate(self, *args: str):
        return self.verb("gate", "--baseline", str(self.file), *args, "now")

    @property
    def file(self):
        return self.folder / "baselines" / "intel-x.2cpu" / "native" / "p2p.json"


class Answers(GateCase):
    def test_exit_status_and_words(self):
        for factor, status, words in (
            (1.0, 0, "verdict: same"),
            (0.93, 1, "worse by 7.09 %"),
            (1.08, 0, "better by 7.89 %"),
            (0.984, 3, "equal runs differ by up to"),
        ):
            with self.subTest(factor=factor):
                self.path.unlink(missing_ok=True)
                self.fill(factor)
                self.assertEqual(self.baseline().returncode, 0)
                done = self.gate("--tolerance", "0.01")
                self.assertEqual((done.returncode, done.stderr), (status, ""), done.stdout)
                self.assertIn(words, done.stdout)

    def test_what_makes_any_verdict_impossible(self):
        for facts, words in (
            ({"machine_class": "amd.8cpu"}, "another machine class"),
            ({"platform": "qemu"}, "another platform"),
            ({"kernel": "6.12"}, "another kernel"),
            ({"compiler": "14.2.0"}, "another compiler"),
            ({"scenario_hash": "00"}, "another scenario hash"),
            ({"fit": "unfit"}, "not fit to measure"),
            ({"copy": 1.8e8}, "the bare copy loop"),
        ):
            with self.subTest(facts=facts):
                self.path.unlink(missing_ok=True)
                self.fill(0.5, **facts)
                self.baseline()
                done = self.gate()
                self.assertEqual(done.returncode, 3, done.stdout)
                self.assertIn(words, done.stdout)

    def test_a_timed_loop_is_controlled_by_what_it_copies_beside_and_by_its_core(self):
        for control, words in (
            ({}, "worse by 29.9 %"),
            (
                {"copy_cycles_per_frame": 36.0},
                "the bare copy loop, which holds none of our code, is 16.7% slower",
            ),
            ({"copy_cycles_per_frame": 30.9}, "worse by 29.9 %"),
            ({"core_hz": 2.5e9}, "an undisturbed core is 30.6% slower"),
        ):
            with self.subTest(control=control):
                self.path.unlink(missing_ok=True)
                m = Maker(self.path)
                for i in range(6):
                    self.add_loop(m, f"base{i}", RUNS[i])
                self.add_loop(m, "now", 1.3, **control)
                m.done()
                self.baseline()
                self.assertIn(words, self.gate().stdout)

    def add_loop(self, m: Maker, name: str, factor: float, **control) -> None:
        graph = {"x": "frame_bytes", "y": ["cycles_per_packet"]}
        run = m.run(name=name, graph=graph, measure="cost", **FACTS)
        beside = {"copy_cycles_per_frame": 30.0, "core_hz": 3.6e9} | control
        for size in (60, 1514):
            point = m.point(run, {"frame_bytes": size})
            for i, share in enumerate(TRIALS):
                m.trial(point, {"cycles_per_packet": 28 * factor * share + i / 1e6} | beside)

    def test_one_run_does_not_know_how_far_equal_runs_differ(self):
        for factor, status in ((0.94, 3), (0.85, 1)):
            self.path.unlink(missing_ok=True)
            self.fill(factor)
            self.assertIn("with 5 runs or more", self.baseline(runs=1).stdout)
            done = self.gate()
            self.assertEqual(done.returncode, status, done.stdout)
            self.assertIn("under 3 runs", done.stdout)

    def test_a_point_that_is_gone_is_no_pass(self):
        self.fill()
        self.baseline()
        m = Maker.again(self.path)
        m.db.execute("DELETE FROM points WHERE id = (SELECT MAX(id) FROM points)")
        m.done()
        done = self.gate()
        self.assertEqual(done.returncode, 3)
        self.assertIn("no good trial on B", done.stdout)

    def test_counted_instructions_need_one_run(self):
        m = Maker(self.path)
        for name, count in (("base0", 500.0), ("now", 506.0)):
            graph = {"x": "case", "y": ["instructions_per_packet"]}
            run = m.run(name=name, graph=graph, measure="instructions", **FACTS)
            m.trial(m.point(run, {"case": 1}), {"instructions_per_packet": count})
        m.db.execute("UPDATE metrics SET unit = 'instructions'")
        m.done()
        self.assertNotIn("runs or more", self.baseline(runs=1).stdout)
        done = self.gate()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("worse by 1.2 %", done.stdout)

    def test_json_says_the_same(self):
        self.fill(0.9)
        self.baseline()
        first, second = (self.gate("--json").stdout for _ in range(2))
        self.assertEqual(first, second)
        schemas.check(json.loads(first), "verdict", "testing")
        self.assertEqual(json.loads(first)["verdict"], "worse")


class Files(GateCase):
    def test_a_baseline_holds_raw_values_and_fits_its_schema(self):
        self.fill()
        self.baseline()
        found = json.loads(self.file.read_text(encoding="utf-8"))
        schemas.check(found, "baseline", "testing")
        self.assertEqual([len(p["trials"]) for p in found["points"]], [6, 6])
        self.assertEqual(found["points"][0]["trials"][0][0], 1e7 + 60)

    def test_damaged_and_foreign_files(self):
        self.fill()
        self.baseline()
        sound = self.file.read_text(encoding="utf-8")
        for text, words in (
            ("", "not JSON"),
            (sound[: len(sound) // 2], "not JSON"),
            ("{}", "required property"),
            (sound.replace('"version": 1,', '"version": 2,', 1), "version"),
            (sound.replace("10000060.0", "NaN", 1), "NaN"),
            (sound.replace("10000060.0", '"x"', 1), "points/0/trials/0/0"),
        ):
            with self.subTest(words):
                self.file.write_text(text, encoding="utf-8")
                self.assert_one_line(self.gate(), 3, "reading the baseline", words)
        self.file.unlink()
        self.assert_one_line(self.gate(), 4, "no such file")

    def test_runs_that_make_no_baseline(self):
        self.fill(fit="unfit")
        m = Maker.again(self.path)
        m.run(name="other", **(FACTS | {"platform": "qemu"}))
        m.done()
        for runs, words in (
            (("base0", "other"), "differ in platform"),
            (("now",), "not fit"),
        ):
            done = self.verb("baseline", *runs)
            self.assert_one_line(done, 3, words)
        self.assertFalse(self.file.exists())

    def test_wrong_words(self):
        self.fill()
        self.baseline()
        self.assert_one_line(self.gate("--family", "0"), 2, "below 1")
        self.assert_one_line(self.verb("gate", "now"), 2, "--baseline")


class Margins(unittest.TestCase):
    def test_known_values(self):
        # Two runs' worth of scatter 1 %: Student's t with 4 degrees at 99.5 % is 4.604.
        runs = [[np.exp(x)] for x in (-0.01, 0.01, 0.0, -0.01, 0.01)]
        (found,) = margins([runs], 1, 0.01)
        self.assertAlmostEqual(found, np.expm1(4.6041 * 0.01 * np.sqrt(1.2)), places=4)

    def test_more_points_and_fewer_runs_ask_for_more(self):
        runs = [[1.0 + 0.01 * (i % 3)] for i in range(9)]
        self.assertLess(margins([runs], 1, 0.01)[0], margins([runs] * 5, 1, 0.01)[0])
        self.assertLess(margins([runs], 3, 0.01)[0], margins([runs], 1, 0.01)[0])
        self.assertLess(margins([runs], 1, 0.01)[0], margins([runs[:4]], 1, 0.01)[0])
        self.assertEqual(margins([runs[:2]], 1, 0.01), [UNKNOWN_MARGIN])

    def test_runs_of_one_hour_do_not_know_the_machine(self):
        self.assertEqual(margins([[[1.0]] * 10], 5, 0.005), [LEAST_MARGIN])

    def test_a_point_whose_runs_agree_by_chance_learns_from_the_others(self):
        wild = [[1.0 + 0.05 * (i % 3)] for i in range(9)]
        self.assertGreater(margins([[[1.0]] * 9, wild], 1, 0.01)[0], 0.05)


class Confirmed(GateCase):
    """A change of the runs is judged by pairs of runs in turn: the baseline's commit, and this tree."""

    def pairs(self, *factors: tuple[float, float], first: float = 0.9, **facts) -> None:
        """The baseline, a run that differs from it, and pairs c0, c1 ... of these factors."""
        self.fill(first)
        m = Maker.again(self.path)
        for i, pair in enumerate(factors):
            for side, factor in zip("AB", pair):
                told = FACTS | facts | {"comparison": f"c{i}", "side": side}
                self.add(m, f"{side}{i}", factor, 2e8, **told)
        m.done()
        self.baseline()

    def confirm(self, *names: str, words: tuple[str, ...] = ()):
        chosen = [word for name in names for word in ("--comparison", name)]
        return self.verb("gate", "--baseline", str(self.file), *chosen, *words)

    def test_what_the_pairs_say(self):
        for old, new, status, words in (
            (1.0, 0.93, 1, "verdict: worse; frame_bytes=60, rx_pps by 7"),
            (0.9, 0.837, 1, "verdict: worse"),
            (0.93, 0.93, 0, "verdict: same"),
            (1.0, 1.08, 0, "verdict: better"),
        ):
            with self.subTest(old=old, new=new):
                self.path.unlink(missing_ok=True)
                self.pairs(*[(old * r, new * r) for r in RUNS])
                done = self.confirm(*(f"c{i}" for i in range(len(RUNS))))
                self.assertEqual((done.returncode, done.stderr), (status, ""), done.stdout)
                self.assertIn(words, done.stdout)
                drifted = "its own commit is today" in done.stdout
                self.assertEqual(drifted, abs(old - 1) > 0.05, done.stdout)

    def test_fewer_runs_in_turn_see_less(self):
        runs = [[[r**4] for r in RUNS]]
        few, as_many, usual = (margins(runs, 3, 0.005, n)[0] for n in (1, len(RUNS), None))
        self.assertGreater(few, 1.3 * as_many)
        self.assertEqual(as_many, usual)

    def test_a_change_is_told_by_the_status_where_it_is_asked_for(self):
        self.fill(1.08)
        self.baseline()
        self.assertEqual(self.gate().returncode, 0)
        self.assertEqual(self.gate("--changed").returncode, 1)

    def test_what_confirms_nothing(self):
        self.pairs((1.0, 0.9), fit="unfit")
        done = self.confirm("c0")
        self.assertEqual(done.returncode, 3)
        self.assertIn("not fit to measure", done.stdout)
        self.assert_one_line(self.confirm("none"), 2, "does not hold both sides")
        self.assert_one_line(self.confirm("c0", words=("now",)), 2, "one of both")
        self.assert_one_line(self.confirm(), 2, "one of both")
