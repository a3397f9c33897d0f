# SPDX-License-Identifier: BSD-2-Clause
import os
import time
from unittest import mock

from cases import StoreCase
from stores import Maker, p2p
from test_gate import GateCase
from vbreport.gnuplot import in_terminal
from vbreport.rates import rate_graphs

SAMPLES = 1_000_000


class Graphs(StoreCase):
    def test_a_graph_of_characters_keeps_within_the_terminal(self):
        p2p(self.path)
        graph = rate_graphs(self.digest())[0]
        for width in (60, 120):
            with mock.patch.dict(os.environ, {"COLUMNS": str(width), "LINES": "30"}):
                drawn = in_terminal(graph)
            self.assertLessEqual(max(map(len, drawn.splitlines())), width + 1)
            for words in ("Delivered packets (Mpps)", "Frame size (bytes)", "1514"):
                self.assertIn(words, drawn)

    def test_on_request(self):
        p2p(self.path)
        self.assertNotIn("Frame size (bytes)", self.report("--format", "text").stdout)
        done = self.report("--format", "graph")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Frame size (bytes)", done.stdout)


class Baseline(GateCase):
    def test_the_table_says_how_the_run_stands_to_its_baseline(self):
        self.fill(0.9)
        self.assertNotIn("baseline", self.report("--format", "text").stdout)
        self.baseline()
        self.assertIn("worse by 10.1 %", self.report("--format", "text").stdout)

    def test_a_damaged_baseline_is_said_and_hides_nothing(self):
        self.fill()
        self.baseline()
        self.file.write_text("{", encoding="utf-8")
        done = self.report("--format", "text")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("baseline: reading the baseline", done.stdout)
        self.assertIn("frame_bytes=1514", done.stdout)


class Size(StoreCase):
    def test_a_million_samples_open_at_once(self):
        m = Maker(self.path)
        run = m.run()
        for i in range(10):
            point = m.point(run, {"frame_bytes": 60 + i})
            trial = m.trial(point, {"rx_pps": 1e6 + i})
            m.db.executemany(
                "INSERT INTO samples VALUES (?, 'rx', ?, 'pps', 'pps', 1.0)",
                ((trial, seq) for seq in range(SAMPLES // 10)),
            )
        m.done()
        start = time.process_time()
        self.digest()
        self.verb("trend", "--no-page")
        used = time.process_time() - start
        print(f"({used:.2f} s of processor) ", end="")
        self.assertLess(used, 1.0)

    def test_the_trend_of_ten_thousand_trials(self):
        m = Maker(self.path)
        for i in range(200):
            run = m.run(name=f"run-{i:03}", started_at=f"2026-11-22T{i // 60:02}:{i % 60:02}:00Z")
            for size in range(10):
                point = m.point(run, {"frame_bytes": 60 + size})
                for k in range(5):
                    m.trial(point, {"rx_pps": (1e6 if i < 100 else 9e5) + (i * 7 + k * 3) % 11})
        m.done()
        start = time.process_time()
        said = self.verb("trend", "--no-page").stdout
        self.assertLess(time.process_time() - start, 10.0)
        self.assertEqual(said.count("worse by 10 %"), 10)
