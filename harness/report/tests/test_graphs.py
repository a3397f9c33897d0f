# SPDX-License-Identifier: BSD-2-Clause
import struct
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter

from cases import StoreCase, simple
from stores import Maker, p2p
from vbreport.graph import MAX_CURVES, MAX_RAW
from vbreport.rates import rate_graphs
from vbreport.stacks import MAX_PLACES, loss_graph
from vbreport.tails import tail, tail_graphs

HOSTILE = """a'b"c<d>&`id` $(id) @x {y} _z ^2 \\n % \x07 """


def texts(svg: str) -> list[str]:
    """What a reader sees written in an SVG."""
    return [
        e.text
        for e in ET.fromstring(svg.encode()).iter("{http://www.w3.org/2000/svg}text")
        if e.text
    ]


class Drawn(StoreCase):
    def draw(self, formats: str = "svg,png") -> dict[str, bytes]:
        done = self.report("--format", formats, "--out", str(self.folder / "out"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}

    def test_svg_names_axes_units_platform_and_kernel(self):
        p2p(self.path, platform="qemu", accelerator="tcg", kernel="6.1.0-44-amd64")
        seen = texts(self.draw()["throughput.svg"].decode())
        for text in (
            "Port to port",
            "Frame size (bytes)",
            "Delivered packets (Mpps)",
            "generator's own ceiling",
            "60",
            "1514",
            "qemu with TCG, guest kernel 6.1.0-44-amd64; fitness of the machine unknown",
        ):
            self.assertIn(text, seen)
        self.assertTrue(any("1 failed trial not drawn" in text for text in seen), seen)

    def test_png_is_one_and_large_enough_to_print(self):
        p2p(self.path)
        data = self.draw()["throughput.png"]
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", data[16:24]), (1760, 1080))

    def test_every_good_trial_and_no_failed_one_is_in_the_data(self):
        p2p(self.path)
        blocks = self.draw()["throughput.dat"].decode().split("\n\n\n")
        raw = [line for line in blocks[1].splitlines() if not line.startswith("#")]
        self.assertEqual(len(raw), 10)
        self.assertNotIn("999", blocks[1])
        self.assertIn("60 30.2 30.1 30.3", blocks[0])

    def test_losses_are_drawn_by_cause(self):
        p2p(self.path)
        seen = texts(self.draw()["loss.svg"].decode())
        self.assertIn("receive ring full", seen)
        self.assertIn("Lost of the packets offered (%)", seen)

    def test_only_the_formats_asked_for_are_made(self):
        p2p(self.path)
        kinds = {name.rpartition(".")[2] for name in self.draw("svg")}
        self.assertEqual(kinds, {"gp", "dat", "svg"})

    def test_hostile_strings_are_drawn_literally(self):
        simple(
            self.path,
            [1e6, 2e6],
            scenario_title=HOSTILE,
            cpu_model=HOSTILE,
            graph={"x": "frame_bytes", "y": ["rx_pps"], "x_unit": HOSTILE},
        )
        seen = texts(self.draw()["throughput.svg"].decode())
        self.assertIn(
            """a'b"c<d>&`id` $(id) @x {y} _z ^2 \\n % \\x07""", [text.strip() for text in seen]
        )

    def test_a_latency_histogram_is_drawn_as_a_tail(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "load", "y": ["latency_p50_ns"], "x_unit": "%"})
        for load in (10, 90):
            m.trial(
                m.point(run, {"load": load}),
                {"latency_p50_ns": 1500.0 + load},
                buckets=[[1000, 2000, 900], [2000, 4000, 99], [4000, 9000, 1]],
            )
        m.done()
        files = self.draw()
        seen = texts(files["latency-tail.svg"].decode())
        for text in (
            "Time",
            "1 µs",
            "2 µs",
            "5 µs",
            "Frames slower than that (% of frames)",
            "0.1 %",
            "100 %",
            "Load (%)",
            "90",
        ):
            self.assertIn(text, seen)
        self.assertIn("Latency, median (µs)", texts(files["latency.svg"].decode()))

    def test_words_on_the_x_axis_become_named_bars(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "switch", "y": ["rx_pps"]})
        for name, rate in (("vale", 3e6), ("bridge", 1e5)):
            m.trial(m.point(run, {"switch": name}), {"rx_pps": rate})
        m.done()
        seen = texts(self.draw()["throughput.svg"].decode())
        for text in ("Switch", "vale", "bridge"):
            self.assertIn(text, seen)

    def test_a_run_where_everything_failed_has_no_graph(self):
        m = Maker(self.path)
        m.trial(m.point(m.run(state="failed"), {"frame_bytes": 60}), failed="guest died")
        m.done()
        self.assertEqual(self.draw(), {})

    def test_a_histogram_from_zero_and_with_one_bucket(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "load", "y": ["rx_pps"]})
        for load, buckets in ((1, [[0, 0, 5]]), (2, [[0, 63, 5], [64, 127, 1]])):
            m.trial(m.point(run, {"load": load}), {"rx_pps": 1e6}, buckets=buckets)
        m.done()
        self.assertIn("100 ns", texts(self.draw()["latency-tail.svg"].decode()))

    def test_a_long_title_becomes_small_and_then_short(self):
        for length, shown in ((80, 80), (500, 106)):
            with self.subTest(length=length):
                self.path.unlink(missing_ok=True)
                simple(self.path, [1e6], scenario_title="x" * length)
                self.assertIn(
                    shown, [len(text) for text in texts(self.draw()["throughput.svg"].decode())]
                )

    def test_the_script_draws_again_by_itself(self):
        p2p(self.path)
        first = self.draw("svg")["throughput.svg"]
        (self.folder / "out" / "throughput.svg").unlink()
        subprocess.run(
            ["gnuplot", "throughput.gp"], cwd=self.folder / "out", check=True, timeout=60
        )
        again = (self.folder / "out" / "throughput.svg").read_bytes()
        self.assertEqual(texts(again.decode()), texts(first.decode()))


class Chosen(StoreCase):
    def test_series_come_apart_into_curves(self):
        m = Maker(self.path)
        run = m.run(
            graph={
                "x": "frame_bytes",
                "y": ["rx_pps"],
                "series": "switch",
                "log_x": True,
                "log_y": True,
            }
        )
        for name in ("vale", "bridge"):
            for size in (60, 1514):
                m.trial(m.point(run, {"frame_bytes": size, "switch": name}), {"rx_pps": 1e6})
        m.done()
        (graph,) = rate_graphs(self.digest())
        self.assertEqual(
            [(c.title, [p[0] for p in c.points]) for c in graph.curves],
            [("switch vale", [60.0, 1514.0]), ("switch bridge", [60.0, 1514.0])],
        )
        self.assertTrue(graph.log_x and graph.log_y)

    def test_metrics_of_one_unit_share_a_graph(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "load", "y": ["latency_p50_ns", "latency_p99_ns", "rx_pps"]})
        m.trial(
            m.point(run, {"load": 1}), {"latency_p50_ns": 1e3, "latency_p99_ns": 9e3, "rx_pps": 1e6}
        )
        m.done()
        self.assertEqual(
            [(g.stem, len(g.curves)) for g in rate_graphs(self.digest())],
            [("latency", 2), ("throughput", 1)],
        )

    def test_a_logarithmic_axis_needs_values_above_zero(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "load", "y": ["rx_pps"], "log_x": True, "log_y": True})
        for load in (0, 10):
            m.trial(m.point(run, {"load": load}), {"rx_pps": 0.0})
        m.done()
        (graph,) = rate_graphs(self.digest())
        self.assertFalse(graph.log_x or graph.log_y)

    def test_too_many_curves_and_trials_are_cut_and_it_is_said(self):
        m = Maker(self.path)
        run = m.run(graph={"x": "frame_bytes", "y": ["rx_pps"]})
        for burst in range(MAX_CURVES + 4):
            point = m.point(run, {"frame_bytes": 60, "burst": burst})
            for i in range(400):
                m.trial(point, {"rx_pps": 1e6 + i})
        m.done()
        (graph,) = rate_graphs(self.digest())
        graph.limit()
        self.assertEqual(len(graph.curves), MAX_CURVES)
        self.assertLessEqual(sum(len(c.raw) for c in graph.curves), MAX_RAW)
        self.assertIn(f"first {MAX_CURVES} of {MAX_CURVES + 4} curves drawn", graph.notes)
        self.assertIn("one of 2 trials drawn", graph.notes)

    def test_layers_of_loss_stand_on_each_other(self):
        m = Maker(self.path)
        m.trial(
            m.point(m.run(), {"frame_bytes": 60}),
            {"rx_pps": 1e6},
            {
                ("a", "tx_copies"): 200,
                ("b", "rx_drop_ring_full"): 20,
                ("b", "rx_drop_not_ready"): 10,
            },
        )
        m.done()
        graph = loss_graph(self.digest())
        self.assertEqual(
            [(c.title, c.points[0][1:3]) for c in graph.curves],
            [("receive ring full", (10.0, 0.0)), ("receiver not ready", (15.0, 10.0))],
        )

    def test_of_many_points_the_worst_losses_are_drawn(self):
        m = Maker(self.path)
        run = m.run()
        for i in range(MAX_PLACES + 6):
            m.trial(
                m.point(run, {"frame_bytes": 60 + i}),
                {"rx_pps": 1e6},
                {("a", "tx_copies"): 1000, ("b", "rx_drop_ring_full"): i + 1},
            )
        m.done()
        graph = loss_graph(self.digest())
        self.assertEqual(
            [name for _, name in graph.x_ticks], [str(60 + i) for i in range(6, MAX_PLACES + 6)]
        )

    def test_without_loss_there_is_no_loss_graph(self):
        simple(self.path, [1e6])
        self.assertIsNone(loss_graph(self.digest()))

    def test_a_tail_falls_from_one_and_never_reaches_zero(self):
        points = tail(Counter({(1000.0, 2000.0): 90, (2000.0, 4000.0): 9, (4000.0, 8000.0): 1}))
        for found, wanted in zip(
            points, [(1000, 1), (2000, 0.1), (4000, 0.01), (8000, 0.01)], strict=True
        ):
            self.assertAlmostEqual(found[0], wanted[0])
            self.assertAlmostEqual(found[1], wanted[1])

    def test_histograms_of_failed_trials_are_left_out(self):
        m = Maker(self.path)
        point = m.point(m.run(), {"frame_bytes": 60})
        m.trial(point, buckets=[[1, 2, 5]], failed="guest died")
        m.done()
        store = self.open()
        self.assertEqual(tail_graphs(store, store.load(store.run_names()[0])), [])
