# SPDX-License-Identifier: BSD-2-Clause
import json
from pathlib import Path

from cases import StoreCase
from stores import Maker
from vbreport import collection, growth, targets
from vbreport.collection import Found
from vbreport.err import ReportError

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
FILE = """
name: test
title: A test
runs:
  - {name: one, scenario: p2p, platform: native, set: ["burst=32,1024"], trials: 9}
targets:
  - what: a rate in shares of the copy loop
    run: one
    value: {metric: rx_pps, at: {burst: 1024}}
    over: {metric: copy_pps, at: {burst: 1024}}
    at_least: 0.5
tables:
  - {title: Burst, run: one, metric: rx_pps}
"""


def target(**changes) -> dict:
    wanted = {"what": "x", "run": "one", "value": {"metric": "rx_pps", "at": {"burst": 1024}}, "at_least": 0.5}
    return {key: value for key, value in {**wanted, **changes}.items() if value is not None}


RATIO = {"over": {"metric": "copy_pps", "at": {"burst": 1024}}}


class Collections(StoreCase):
    def make(self, rounds: int = 9, **changes) -> None:
        """burst 32 at half the rate of burst 1,024; the machine slows down by the round, and with it the
        copy loop."""
        facts = {"fit": "fit", "overrides": {"set": {"burst": "32,1024"}, "interleaved": True}}
        m = Maker(self.path)
        run = m.run(**{**facts, **changes})
        points = {burst: m.point(run, {"burst": burst}) for burst in (32, 1024)}
        for i in range(rounds):
            for burst, point in points.items():
                slow = 1 / (1 + i)
                m.trial(point, {"rx_pps": slow * (60 if burst == 1024 else 30), "copy_pps": slow * 100,
                                "ns_per_packet": 20 if burst == 1024 else 30})  # fmt: skip
        m.done()

    def answer(self, **changes) -> targets.Answer:
        store = self.open()
        found = Found({"one": store.load(store.run_names()[-1])})
        return targets.answer(target(**changes), found)

    def test_a_ratio_is_taken_within_each_round(self):
        self.make()
        answer = self.answer(**RATIO)
        self.assertAlmostEqual(answer.found.median, 0.6)
        self.assertEqual(answer.found.q1, answer.found.q3)
        self.assertEqual((answer.unit, answer.found.n), ("ratio", 9))

    def test_reached_and_missed(self):
        self.make()
        for bound, outcome in (
            ({"at_least": 0.6 - 1e-9}, "reached"),
            ({"at_least": 0.61}, "missed"),
            ({"at_least": None, "at_most": 0.59}, "missed"),
            ({"at_least": None, "at_most": 0.61}, "reached"),
            ({"at_least": None, "only_told": True}, "told"),
        ):
            with self.subTest(bound=bound):
                self.assertEqual(self.answer(**RATIO, **bound).verdict(), outcome)

    def test_what_more_packets_of_a_batch_cost(self):
        self.make()
        answer = self.answer(
            value={"metric": "ns_per_packet", "at": {"burst": 1024}},
            over={"metric": "ns_per_packet", "at": {"burst": 32}},
            marginal="burst",
        )
        self.assertAlmostEqual(answer.found.median, (1024 * 20 - 32 * 30) / (1024 - 32))
        self.assertEqual(answer.unit, "ns")

    def test_what_cannot_be_measured_is_never_missed(self):
        for made, wanted, why in (
            ({"fit": "unfit"}, {}, "not fit"),
            ({}, {"cpus": 3, "fewer": {"cpus": 3, "at_least": 0.1, "because": "y"}}, "3 CPUs are needed"),
            ({"rounds": 8}, {}, "8 rounds of 9"),
            ({}, {"cpus": 3}, "3 CPUs are needed, this machine has 2"),
            ({}, {"value": {"metric": "rx_pps", "at": {"burst": 7}}}, "0 points are burst=7"),
            ({}, {"value": {"metric": "rx_pps"}}, "2 points are the run"),
            ({}, {"value": {"metric": "latency_p50_ns", "at": {"burst": 32}}}, "no good trial"),
        ):
            with self.subTest(why=why):
                self.path.unlink(missing_ok=True)
                self.make(**made)
                answer = self.answer(at_least=1e9, **wanted)
                self.assertEqual(answer.outcome, targets.Outcome.CANNOT)
                self.assertIn(why, answer.why)

    def test_fewer_processors_are_asked_for_less(self):
        self.make()
        fewer = {"cpus": 2, "at_least": 0.5, "because": "two share one"}
        for bound, outcome in ((0.5, "reached"), (0.7, "missed")):
            answer = self.answer(**RATIO, at_least=1.8, cpus=4, fewer={**fewer, "at_least": bound})
            self.assertEqual(answer.verdict(), f"{outcome}: with 2 CPUs: two share one")
            self.assertEqual(answer.bound(), f"at least {bound} (1.8 with 4 CPUs)")
        answer = self.answer(**RATIO, at_least=0.6 - 1e-9, cpus=2, fewer={**fewer, "cpus": 1})
        self.assertEqual((answer.verdict(), answer.bound()), ("reached", "at least 0.6"))

    def test_a_machine_that_is_not_fit_tells_what_is_beyond_doubt(self):
        self.make(fit="unfit")
        answer = self.answer(**RATIO, at_least=0.5)
        self.assertEqual(answer.outcome, targets.Outcome.REACHED)
        self.assertEqual(answer.why, "beyond doubt, though the machine was not fit to measure")
        self.assertEqual(self.answer(**RATIO, at_least=0.7).outcome, targets.Outcome.CANNOT)
        # The median is enough, the interval is not.
        self.assertEqual(self.answer(at_least=10).outcome, targets.Outcome.CANNOT)

    def test_a_count_needs_neither_rounds_nor_a_quiet_machine(self):
        m = Maker(self.path)
        m.trial(m.point(m.run(fit="unfit"), {"case": "a"}), {"instructions_per_packet": 134})
        m.db.execute("UPDATE metrics SET unit = 'instructions'")
        m.done()
        answer = self.answer(
            value={"metric": "instructions_per_packet", "at": {"case": "a"}}, at_least=None, at_most=200
        )
        self.assertEqual(answer.verdict(), "reached")

    def test_a_run_that_was_not_taken_says_why(self):
        answer = targets.answer(target(**RATIO), Found({}, {"one": "no such platform"}))
        self.assertEqual(answer.verdict(), "cannot be measured here: no such platform")
        self.assertEqual(answer.bound(), "at least 0.5")

    def file(self, text: str = FILE) -> Path:
        path = self.folder / "test.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def test_the_verb_finds_the_newest_such_run(self):
        self.make()
        m = Maker.again(self.path)
        for name, changes in (
            ("20261122T181500Z-p2p-0001", {"overrides": {"set": {"burst": "32"}}}),
            ("20261122T181500Z-p2p-0002", {"overrides": {}}),
            ("20261122T181500Z-p2p-0003", {"platform": "uml", "overrides": {"set": {"burst": "32,1024"}}}),
        ):
            m.run(name=name, **changes)
        m.done()
        done = self.verb("collection", self.file(), "--json", "--out", self.folder / "page")
        self.assertEqual(done.returncode, 0)
        said = json.loads(done.stdout)
        self.assertEqual(said["runs"], {"one": "20261122T171500Z-p2p-1a2b"})
        self.assertEqual(said["targets"][0]["verdict"], "reached")
        self.assertEqual(json.loads((self.folder / "page" / "collection.json").read_text()), said)
        page = (self.folder / "page" / "index.html").read_text()
        for part in ("A test", "a rate in shares of the copy loop", "reached", "burst=1024"):
            self.assertIn(part, page)

    def test_text_and_markdown(self):
        self.make()
        text = self.verb("collection", self.file()).stdout
        self.assertRegex(text, r"a rate in shares of the copy loop +at least 0\.5 +0\.6 .* 9 +reached\n")
        marked = self.verb("collection", self.file(), "--markdown").stdout
        self.assertIn("| a rate in shares of the copy loop | at least 0.5 | 0.6 |", marked)
        self.assertIn("### Burst", marked)
        self.assertRegex(marked, r"\| burst=1024 \| .* \| 0\.50 \| 0\.600 \|")

    def test_into_a_document(self):
        self.make()
        document = self.folder / "doc.md"
        place = "above\n<!-- test: begin, by hand -->\n{}<!-- test: end -->\nbelow\n"
        document.write_text(place.format("old\n"), encoding="utf-8")
        for _ in ("once", "and again"):
            done = self.verb("collection", self.file(), "--into", document)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            marked = self.verb("collection", self.file(), "--markdown").stdout
            self.assertEqual(document.read_text(), place.format(f"\n{marked}\n"))

    def test_a_document_without_a_place_for_it_stays_as_it_is(self):
        self.make()
        document = self.folder / "doc.md"
        document.write_text("<!-- other: begin -->\n<!-- other: end -->\n", encoding="utf-8")
        for path, said in ((document, 'lacks the lines "<!-- test: begin'), (self.folder / "none.md", "No such file")):
            done = self.verb("collection", self.file(), "--into", path)
            self.assertEqual((done.returncode, done.stdout), (4, ""))
            self.assertIn(said, done.stderr)
        self.assertEqual(document.read_text(), "<!-- other: begin -->\n<!-- other: end -->\n")

    def test_runs_that_were_not_taken(self):
        self.make()
        done = self.verb("collection", self.file(), "--not-run", "one=the disk is full")
        self.assertEqual(done.returncode, 0)
        self.assertIn("cannot be measured here: the disk is full", done.stdout)
        self.assertIn("not run: the disk is full", done.stdout)

    def test_wrong_files(self):
        for change, said in (
            (("run: one", "run: two"), "there is no run two; there are: one"),
            (("at_least: 0.5", "at_leats: 0.5"), "at_leats"),
            (("    at_least: 0.5\n", ""), "at_least"),
            (("runs:", "runs: ["), "reading the collection"),
            (("at_least: 0.5", "at_least: 0.5\n    fewer: {cpus: 2, at_least: 1, because: y}"), "fewer cpus than"),
            (("at_least: 0.5", "at_least: 0.5\n    cpus: 4\n    fewer: {cpus: 2, at_most: 1, because: y}"), "kind of bound"),
        ):
            with self.subTest(said=said):
                with self.assertRaises(ReportError) as caught:
                    collection.read(self.file(FILE.replace(*change)))
                self.assertEqual(caught.exception.code, 2)
                self.assertIn(said, str(caught.exception))
                self.assertNotIn("\n", str(caught.exception))

    def test_the_collections_of_the_tree_name_scenarios_of_the_tree(self):
        files = sorted((SCENARIOS / "collections").glob("*.yaml"))
        self.assertGreaterEqual(len(files), 2)
        for path in files:
            read = collection.read(path)
            self.assertEqual(read.name, path.stem)
            names = [run["name"] for run in read.runs]
            self.assertEqual(len(names), len(set(names)))
            for run in read.runs:
                self.assertTrue((SCENARIOS / f"{run['scenario']}.yaml").is_file(), run["scenario"])
                self.assertTrue(all("=" in word for text in run.get("set", []) for word in text.split()))


class Growth(StoreCase):
    def test_costs_beside_the_first_of_their_series(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "flows", "y": ["rx_pps"], "series": "vary"}, fit="unfit")
        for vary, flows, rate in (("source", 1, 4e6), ("source", 100, 2e6), ("target", 1, 1e6), ("target", 100, 1e6)):
            m.trial(m.point(run, {"vary": vary, "flows": flows}), {"rx_pps": rate})
        m.done()
        store = self.open()
        found = Found({"one": store.load(store.run_names()[-1])})
        table = growth.tables([{"title": "T", "run": "one", "metric": "rx_pps"}], found)[0]
        self.assertEqual([row[3] for row in table.rows], ["250.0", "500.0", "1000.0", "1000.0"])
        self.assertEqual([row[4] for row in table.rows], ["1.00", "2.00", "1.00", "1.00"])
        self.assertIn("prove nothing", table.notes[0])
        empty = growth.tables([{"title": "T", "run": "one", "metric": "soak_pps"}], found)[0]
        self.assertEqual(empty.rows, [])

    def test_a_pipe_in_a_cell_does_not_split_it(self):
        self.assertEqual(growth.markdown(["a"], [["x|y"]])[2], "| x\\|y |")
