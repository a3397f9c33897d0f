# SPDX-License-Identifier: BSD-2-Clause
import csv
import json

import numpy as np

from cases import StoreCase
from pages import Page
from stores import Maker
from vbreport import schemas

RUNS = 24
CHANGED = 12


class TrendCase(StoreCase):
    def fill(self, factor: float = 0.9, runs: int = RUNS, **facts) -> Maker:
        """Runs of one scenario whose point at 60 bytes changes; the one at 1514 does not."""
        m, rng = Maker(self.path), np.random.default_rng(11)
        for i in range(runs):
            after = i >= CHANGED
            self.add(m, i, rng, factor if after else 1.0, after, **facts)
        return m

    def add(self, m: Maker, i: int, rng, factor: float, after: bool, **facts) -> int:
        run = m.run(
            **{
                "name": f"run-{i:02}",
                "started_at": f"2026-11-{1 + i:02}T10:00:00Z",
                "commit": ("b" if after else "a") * 40,
                "machine_class": "m.2cpu",
                "host_kernel": "6.2" if after else "6.1",
                **facts,
            }
        )
        for size in (60, 1514):
            point = m.point(run, {"frame_bytes": size})
            for share in rng.normal(1, 0.004, 3):
                m.trial(point, {"rx_pps": 1e7 * share * (factor if size == 60 else 1)})
        return run

    def trend(self, *args: str) -> str:
        done = self.verb("trend", *args)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout


class Said(TrendCase):
    def test_marks_and_what_changed_there(self):
        self.fill().done()
        said = self.trend("--no-page")
        self.assertRegex(
            said,
            r"frame_bytes=60, rx_pps: worse by (9|10).* from 2026-11-13T10:00:00Z \(run run-12\)",
        )
        self.assertIn(f"commit {'a' * 12} to {'b' * 12}", said)
        self.assertIn("host kernel 6.1 to 6.2", said)
        self.assertNotIn("frame_bytes=1514, rx_pps: ", said)

    def test_lower_latency_is_better(self):
        m = self.fill(graph={"x": "frame_bytes", "y": ["rx_pps"]})
        m.db.execute("UPDATE metrics SET name = 'latency_p50_ns', unit = 'ns'")
        m.db.execute('UPDATE runs SET graph = \'{"y": ["latency_p50_ns"]}\'')
        m.done()
        self.assertIn("latency_p50_ns: better by", self.trend("--no-page"))

    def test_machines_and_platforms_are_kept_apart(self):
        for other in (
            {"machine_class": "other.8cpu"},
            {"platform": "qemu"},
            {"accelerator": "tcg"},
            {"kernel": "6.12"},
            {"scenario": "q2q"},
        ):
            with self.subTest(other=other):
                self.path.unlink(missing_ok=True)
                m, rng = Maker(self.path), np.random.default_rng(1)
                for i in range(RUNS):
                    self.add(
                        m,
                        i,
                        rng,
                        1.0 if i < CHANGED else 0.5,
                        False,
                        **(other if i >= CHANGED else {}),
                    )
                m.done()
                found = json.loads(self.trend("--json"))
                self.assertEqual(
                    [len(s["values"]) for g in found["groups"] for s in g["series"]], [12] * 4
                )
                self.assertEqual(
                    [s["changes"] for g in found["groups"] for s in g["series"]], [[]] * 4
                )

    def test_runs_that_do_not_count(self):
        for facts in ({"fit": "unfit"}, {"comparison": "c", "side": "A"}, {"state": "interrupted"}):
            with self.subTest(facts=facts):
                self.path.unlink(missing_ok=True)
                m, rng = self.fill(runs=CHANGED), np.random.default_rng(2)
                for i in range(CHANGED, RUNS):
                    self.add(m, i, rng, 0.5, True, **facts)
                m.done()
                said = self.trend("--no-page")
                self.assertNotIn("worse", said)
                self.assertEqual("12 runs left out" in said, "fit" in facts)

    def test_one_scenario(self):
        self.fill().done()
        self.assertIn("no complete run", self.trend("--no-page", "--scenario", "nope"))

    def test_json_fits_its_schema_and_is_the_same_every_time(self):
        self.fill().done()
        first, second = (self.trend("--json") for _ in range(2))
        self.assertEqual(first, second)
        found = json.loads(first)
        schemas.check(found, "trend", "testing")
        (change,) = [c for g in found["groups"] for s in g["series"] for c in s["changes"]]
        self.assertEqual((change["run"], change["previous_run"]), ("run-12", "run-11"))
        self.assertAlmostEqual(change["gain"], -0.1, places=2)


class Dashboard(TrendCase):
    def page(self) -> Page:
        self.assertIn(str(self.folder / "trend" / "index.html"), self.trend())
        return Page((self.folder / "trend" / "index.html").read_text(encoding="utf-8"))

    def test_it_is_whole_and_its_links_lead_somewhere(self):
        self.fill().done()
        report = self.folder / "runs" / "run-23" / "report"
        report.mkdir(parents=True)
        (report / "index.html").write_text("x", encoding="utf-8")
        page = self.page()
        self.assertEqual((page.errors, page.loads), ([], []))
        self.assertIn("../runs/run-23/report/index.html", page.links)
        missing = [link for link in page.links if not (self.folder / "trend" / link).is_file()]
        self.assertEqual(missing, [])
        self.assertIn("svg", page.tags)
        self.assertIn("worse by", page.text)
        self.assertEqual(len(page.ids), len(set(page.ids)))

    def test_every_median_is_in_its_data(self):
        self.fill().done()
        self.page()
        with (self.folder / "trend" / "series.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 2 * RUNS)
        self.assertEqual([r["run"] for r in rows if r["changed"] == "1"], ["run-12"])

    def test_hostile_strings_stay_text(self):
        hostile = "<script>alert(1)</script>'\"&"
        self.fill(
            scenario_title=hostile, scenario=hostile, machine_class=hostile, qemu=hostile
        ).done()
        page = self.page()
        self.assertEqual((page.errors, set(page.tags) & {"script"}), ([], set()))
        self.assertIn(hostile, page.text)

    def test_a_store_without_runs(self):
        Maker(self.path).done()
        self.assertIn("no complete run", self.page().text)
