# SPDX-License-Identifier: BSD-2-Clause
from cases import StoreCase, simple
from stores import Maker
from vbreport.oddities import outliers, sentences
from vbreport.searches import MAX_PATHS, search_graphs
from vbreport.table import render

STEADY = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8]


class Oddities(StoreCase):
    def test_which_trials_stand_out(self):
        for name, values, wanted in (
            ("none", STEADY, []),
            ("one", [*STEADY, 50.0], [7]),
            ("the first", [50.0, *STEADY], [0]),
            ("wide but even", [50.0, 80.0, 100.0, 120.0, 150.0], []),
            ("too few", [1.0, 1.0, 50.0], []),
            ("equal", [1.0] * 9, []),
            ("equal but one", [1.0] * 9 + [2.0], []),
        ):
            with self.subTest(name):
                self.assertEqual(outliers(values), wanted)

    def test_they_are_said(self):
        for values, words in (
            ([50.0, *STEADY], "the first trial is unlike the rest"),
            ([*STEADY, 50.0], "1 trial of 8 stand out"),
        ):
            self.path.unlink(missing_ok=True)
            simple(self.path, values)
            found = self.digest()
            self.assertIn(words, sentences(found)[0])
            self.assertIn(f"NOTE     frame_bytes=60, rx_pps: {words}", render(found))


class Fitness(StoreCase):
    def fill(self, fit: str) -> None:
        m = Maker(self.path)
        run = m.run(fit=fit, machine_class="m.2cpu")
        m.check(run, "load", int(fit == "fit"), "the load was <3.1>")
        m.trial(m.point(run, {"frame_bytes": 60}), {"rx_pps": 1e6})
        m.done()

    def test_it_stands_beside_the_figures(self):
        for fit, words in (
            ("fit", "machine fit to measure"),
            ("unfit", "MACHINE NOT FIT TO MEASURE"),
            ("unknown", "fitness of the machine unknown"),
        ):
            self.path.unlink(missing_ok=True)
            self.fill(fit)
            folder, page = self.page()
            for text in (
                page,
                (folder / "table.txt").read_text(),
                (folder / "throughput.svg").read_text(),
            ):
                self.assertIn(words, text)
            self.assertEqual("figures of this run prove nothing" in page, fit == "unfit")
            self.assertIn("the load was &lt;3.1&gt;", page)
            self.assertTrue((folder / "fitness.csv").is_file())

    def test_every_graph_says_how_to_make_it_again(self):
        self.fill("fit")
        _, page = self.page()
        self.assertEqual(page.count("again: <code>make bench SCENARIO=p2p"), page.count("<figure>"))


class Searches(StoreCase):
    def fill(self, points: int) -> None:
        m = Maker(self.path)
        run = m.run(measure="ndr_pdr", graph={"x": "frame_bytes", "y": ["ndr_pps"]})
        for i in range(points):
            point = m.point(run, {"frame_bytes": 60 + i})
            for seq, (lower, upper) in enumerate(((None, 8e6), (4e6, 8e6), (4e6, 6e6))):
                trial = m.trial(point, {"offered_pps": upper - 1e6, "loss_ratio": 0.3})
                m.step(trial, seq, "ndr", lower, upper)
            m.outcome(point, "ndr_pps", 4e6, 4e6, 6e6)
        m.done()

    def test_the_path_of_a_search(self):
        self.fill(1)
        store = self.open()
        (graph,) = search_graphs(store, store.load(store.run_names()[0]))
        self.assertEqual(
            {c.title: [p[:2] for p in c.points] for c in graph.curves},
            {
                "offered": [(1, 7.0), (2, 7.0), (3, 5.0)],
                "NDR, lower bound": [(2, 4.0), (3, 4.0)],
                "NDR, upper bound": [(1, 8.0), (2, 8.0), (3, 6.0)],
            },
        )

    def test_many_points_are_cut_and_it_is_said(self):
        self.fill(MAX_PATHS + 3)
        store = self.open()
        graphs = search_graphs(store, store.load(store.run_names()[0]))
        self.assertEqual(len(graphs), MAX_PATHS)
        self.assertIn(f"of {MAX_PATHS + 3}", graphs[0].notes[-1])

    def test_the_table_shows_what_was_found_and_its_bounds(self):
        self.fill(1)
        text = render(self.digest())
        self.assertIn("bounds of the search", text)
        self.assertRegex(text, r"frame_bytes=60 +3 +4\.000 +– +4\.000 … 6\.000")
        self.assertNotIn("30 %", text)
