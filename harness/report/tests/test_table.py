# SPDX-License-Identifier: BSD-2-Clause
import json

from cases import StoreCase, simple
from stores import Maker, p2p
from vbreport.table import render


class Table(StoreCase):
    def text(self) -> str:
        return render(self.digest())

    def line(self, beginning: str) -> str:
        return next(line for line in self.text().splitlines() if line.startswith(beginning))

    def test_a_row_says_everything_of_its_point(self):
        p2p(self.path)
        for part in (
            " 5 ",
            "30.20",
            "0.662 %",
            "~ 30.00 … 30.40",
            "0.201",
            "80.00 Mpps",
            "2 %",
            "receive ring full at vale0:rxp",
        ):
            self.assertIn(part, self.line("frame_bytes=60"))

    def test_the_unit_stands_in_the_heading(self):
        p2p(self.path)
        self.assertIn("median Mpps", self.line("point"))

    def test_failed_trials_are_counted_and_named_but_never_averaged(self):
        p2p(self.path)
        text = self.text()
        self.assertIn("5 of 6", self.line("frame_bytes=1514"))
        self.assertIn("frame_bytes=1514 burst=512, trial 5: guest went silent for 10 s", text)
        self.assertLess(text.index("FAILED"), text.index("median"))
        self.assertNotIn("999", text)

    def test_a_point_without_good_trials_has_no_result(self):
        m = Maker(self.path)
        m.trial(m.point(m.run(), {"frame_bytes": 60}), failed="guest died")
        m.done()
        self.assertIn("0 of 1", self.line("frame_bytes=60"))
        self.assertIn("no result", self.line("frame_bytes=60"))

    def test_warnings_and_an_unfinished_state_stand_first(self):
        for state, words in (
            ("partial", "This run is partial"),
            ("interrupted", "was interrupted"),
            ("running", "not finished"),
            ("failed", "This run failed"),
        ):
            with self.subTest(state=state):
                self.path.unlink(missing_ok=True)
                p2p(self.path, state=state, reason="because")
                text = self.text()
                self.assertLess(text.index(words), text.index("median"))
                self.assertLess(text.index("host load 3.1"), text.index("median"))

    def test_loss_without_a_counter_is_not_attributed(self):
        m = Maker(self.path)
        m.trial(m.point(m.run(), {"frame_bytes": 60}), {"rx_pps": 1e6, "loss_ratio": 0.5})
        m.done()
        self.assertIn("50 %  not attributed", self.line("frame_bytes=60"))

    def test_a_comparison_says_what_each_packet_takes_longer(self):
        m = Maker(self.path)
        run = m.run(
            graph={
                "x": "module",
                "y": ["rx_pps"],
                "compare": {"parameter": "module", "baseline": "none"},
            }
        )
        for module, rate in (("none", 1e7), ("macs", 5e6)):
            m.trial(m.point(run, {"module": module}), {"rx_pps": rate})
        m.done()
        self.assertIn("ns/packet more", self.line("point"))
        self.assertIn("+100.0", self.line("module=macs"))

    def test_a_run_without_points_says_so(self):
        m = Maker(self.path)
        m.run(state="failed", reason="no guest")
        m.done()
        self.assertIn("No point has been measured.", self.text())

    def test_control_characters_cannot_drive_the_terminal(self):
        simple(self.path, [1e6], scenario_title="evil\x1b[2J\nname", cpu_model="a\rb")
        self.assertNotIn("\x1b", self.text())
        self.assertIn("evil\\x1b[2J\\x0aname", self.text())

    def test_latency_has_its_unit_and_no_columns_of_rates(self):
        m = Maker(self.path)
        m.trial(
            m.point(
                m.run(graph=json.dumps({"x": "frame_bytes", "y": ["latency_p99_ns"]})),
                {"frame_bytes": 60},
            ),
            {"latency_p99_ns": 2500.0},
        )
        m.done()
        self.assertIn("latency, 99th percentile (latency_p99_ns)", self.text())
        self.assertIn("median µs", self.line("point"))
        self.assertNotIn("copy loop", self.text())
