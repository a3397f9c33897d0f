# SPDX-License-Identifier: BSD-2-Clause
import json
import sqlite3
import xml.etree.ElementTree as ET

from cases import StoreCase
from stores import Maker, p2p
from vbreport import schemas

HOSTILE = "a\"b'c<d>&e\x07\n\U0001f41f]]>"


class ExchangeCase(StoreCase):
    def export(self, *args: str) -> str:
        done = self.verb("export", *args)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def importing(self, text: str, store: str = "other.sqlite"):
        file = self.folder / "in.json"
        file.write_text(text, encoding="utf-8")
        mine, self.path = self.path, self.folder / store
        try:
            return self.verb("import", str(file))
        finally:
            self.path = mine

    def full(self) -> None:
        """A store with something in every table."""
        p2p(self.path)
        m = Maker.again(self.path)
        run = m.run(name="second", measure="ndr_pdr", fit="unfit", comparison="c", side="B")
        m.check(run, "load", 0, HOSTILE)
        m.warn(run, HOSTILE)
        point = m.point(run, {"frame_bytes": 60, "name": HOSTILE})
        trial = m.trial(point, {"rx_pps": 1e6 / 3}, buckets=[[1, 2, 3]])
        m.step(trial, 0, "ndr", None, 5e6)
        m.sample(trial, 0, 1.5)
        m.outcome(point, "ndr_pps", 5e6, 4e6, None)
        m.done()


class RoundTrip(ExchangeCase):
    def test_everything_arrives_and_leaves_again_alike(self):
        self.full()
        first = self.export("--all")
        done = self.importing(first)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("2 runs", done.stdout)
        self.path = self.folder / "other.sqlite"
        self.assertEqual(self.export("--all"), first)

    def test_every_column_of_every_table_is_carried(self):
        self.full()
        self.importing(self.export("--all"))
        keys = ("id", "run_id", "point_id", "trial_id", "runner_pid", "runner_identity")
        with sqlite3.connect(self.path) as a, sqlite3.connect(self.folder / "other.sqlite") as b:
            for (table,) in a.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                columns = [
                    r[1] for r in a.execute(f"PRAGMA table_info({table})") if r[1] not in keys
                ]
                quoted = ", ".join(f'"{column}"' for column in columns)
                sql = f"SELECT {quoted} FROM {table} ORDER BY rowid"
                rows = a.execute(sql).fetchall()
                self.assertGreater(len(rows), 0, table)
                if table not in ("runs", "points", "histograms"):
                    self.assertEqual(
                        sorted(map(repr, b.execute(sql))), sorted(map(repr, rows)), table
                    )

    def test_it_fits_its_schema_and_is_the_same_every_time(self):
        self.full()
        first = self.export("--all")
        schemas.check(json.loads(first), "results", "testing")
        self.assertEqual(self.export("--all"), first)

    def test_an_imported_run_can_be_reported(self):
        self.full()
        self.importing(self.export("--all"))
        self.path = self.folder / "other.sqlite"
        done = self.verb("compare", "second", "second")
        self.assertIn("not fit to measure", done.stdout)

    def test_a_file_of_a_release_that_knew_no_compilers(self):
        self.full()
        found = json.loads(self.export("--all"))
        for run in found["runs"]:
            del run["compiler"]
        done = self.importing(json.dumps(found))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_which_runs(self):
        self.full()
        for args, names in (
            ((), ["second"]),
            (("second", "second"), ["second"]),
            (("--all",), ["20261122T171500Z-p2p-1a2b", "second"]),
        ):
            found = json.loads(self.export(*args))
            self.assertEqual([r["name"] for r in found["runs"]], names)
        self.assert_one_line(self.verb("export", "--all", "second"), 2, "not both")
        self.assert_one_line(self.verb("export", "nope"), 2, "no run of that name")

    def test_a_run_under_way_is_not_exported(self):
        p2p(self.path, state="running")
        self.assert_one_line(self.verb("export"), 2, "has not finished")

    def test_into_a_file(self):
        self.full()
        out = self.folder / "out.json"
        self.assertIn("1 run", self.export("--out", str(out)))
        self.assertEqual(out.read_text(encoding="utf-8"), self.export())


class Refused(ExchangeCase):
    def test_damaged_and_foreign_files_change_nothing_and_it_is_said_why(self):
        self.full()
        sound = self.export()
        run = json.loads(sound)["runs"][0]
        trial = run["points"][0]["trials"][0]

        def changed(**changes) -> str:
            return json.dumps(
                {"format": "valebench-results", "version": 1, "runs": [{**run, **changes}]}
            )

        def points(**changes) -> str:
            return changed(points=[{**run["points"][0], "trials": [{**trial, **changes}]}])

        for name, text, words in (
            ("empty", "", "not JSON"),
            ("cut short", sound[:-20], "not JSON"),
            ("another program's", '[{"name": "x"}]', "the whole"),
            ("another version", sound.replace('"version": 1', '"version": 2', 1), "version"),
            ("a folder elsewhere", changed(name="../../etc"), "runs/0/name"),
            ("an unknown field", changed(more=1), "more"),
            ("a state that is none", changed(state="running"), "runs/0/state"),
            ("a rate that is text", points(metrics=[["rx_pps", "pps", "9"]]), "metrics/0/2"),
            ("no number", points(metrics=[["rx_pps", "pps", float("nan")]]), "NaN"),
            (
                "too great",
                points(duration_s=1).replace('"duration_s": 1', '"duration_s": 1e999'),
                "too great",
            ),
            ("a great integer", points(idx=10**30), "too great"),
            (
                "a metric twice",
                points(metrics=[["rx_pps", "pps", 1], ["rx_pps", "pps", 2]]),
                "UNIQUE",
            ),
            ("half a character", changed(reason="\ud800"), "surrogates"),
            ("deep", "[" * 100000, "not JSON"),
        ):
            with self.subTest(name):
                self.assert_one_line(self.importing(text), 3, "importing", words)
                self.assertEqual([p.name for p in self.folder.glob("*other*")], [])

    def test_one_bad_run_keeps_out_the_good_one(self):
        self.full()
        found = json.loads(self.export("--all"))
        found["runs"][0]["name"] = "new"
        before = self.path.read_bytes()
        done = self.importing(json.dumps(found), self.path.name)
        self.assert_one_line(done, 2, "run second already", "nothing was changed")
        self.assertEqual(self.path.read_bytes(), before)

    def test_a_store_that_is_none(self):
        self.full()
        sound = self.export()
        (self.folder / "other.sqlite").write_text("hello" * 1000, encoding="utf-8")
        self.assert_one_line(self.importing(sound), 3, "not a database")

    def test_a_missing_file(self):
        self.full()
        self.assert_one_line(self.verb("import", str(self.folder / "nope")), 4, "no such file")


class ForCi(ExchangeCase):
    def test_junit_counts_points_and_says_why_one_failed(self):
        p2p(self.path)
        suite = ET.fromstring(self.export("--format", "junit")).find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("6", "1"))
        (failure,) = suite.iter("failure")
        self.assertIn("guest went silent", failure.get("message"))

    def test_junit_of_hostile_strings_is_well_formed(self):
        m = Maker(self.path)
        m.trial(
            m.point(m.run(scenario=HOSTILE, commit=HOSTILE), {"x": 1}, label=HOSTILE),
            failed=HOSTILE,
        )
        m.done()
        (failure,) = ET.fromstring(self.export("--format", "junit")).iter("failure")
        self.assertIn("\U0001f41f]]>", failure.get("message"))

    def test_junit_of_a_verdict(self):
        m = Maker(self.path)
        for name, times in (("a", 1.0), ("b", 0.9)):
            run = m.run(name=name, comparison="c", side=name.upper(), scenario=HOSTILE)
            for size, wild in ((60, 0.001), (1514, 0.3)):
                point = m.point(run, {"frame_bytes": size})
                for i in range(12):
                    m.trial(point, {"rx_pps": 1e7 * times * (1 + wild * (i * 7 % 12 - 6) / 6)})
        m.done()
        file = self.folder / "verdict.xml"
        self.verb("compare", "a", "b", "--junit", str(file))
        suite = ET.parse(file).getroot().find("testsuite")
        kinds = {case.get("name"): [part.tag for part in case] for case in suite.iter("testcase")}
        self.assertEqual(kinds["frame_bytes=60, rx_pps"], ["failure"])
        self.assertEqual(kinds["frame_bytes=1514, rx_pps"], ["skipped"])

    def test_benchmark_actions_read_bigger_and_smaller_apart(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "frame_bytes", "y": ["rx_pps", "latency_p50_ns"]})
        point = m.point(run, {"frame_bytes": 60})
        for i in range(5):
            m.trial(point, {"rx_pps": 1e6 + i, "latency_p50_ns": 900.0 + i})
        m.done()
        for kind, name, unit, value in (
            ("bigger", "p2p: frame_bytes=60, rx_pps", "pps", 1e6 + 2),
            ("smaller", "p2p: frame_bytes=60, latency_p50_ns", "ns", 902.0),
        ):
            (entry,) = json.loads(self.export("--format", kind))
            self.assertEqual((entry["name"], entry["unit"], entry["value"]), (name, unit, value))
            self.assertEqual(set(entry), {"name", "unit", "value", "range", "extra"})
            self.assertTrue(entry["range"].startswith("± "))

    def test_csv_goes_into_a_folder(self):
        p2p(self.path)
        self.assert_one_line(self.verb("export", "--format", "csv"), 2, "--out")
        self.export("--format", "csv", "--out", str(self.folder / "csv"))
        self.assertTrue((self.folder / "csv" / "metrics.csv").is_file())
