# SPDX-License-Identifier: BSD-2-Clause
import csv
from urllib.parse import unquote

from cases import StoreCase, simple
from pages import Page
from stores import Maker, p2p

HOSTILE = """<script>alert(1)</script><b onclick="x">'"&amp;]]>--></style>"""


class PageTest(StoreCase):
    def test_it_is_well_formed_and_fetches_nothing(self):
        p2p(self.path)
        _, text = self.page()
        page = Page(text)
        self.assertEqual(page.errors, [])
        self.assertEqual(page.loads, [])
        self.assertNotIn("@import", page.style)
        self.assertNotIn("url(", page.style)
        self.assertEqual([link for link in page.links if "//" in link or link.startswith("/")], [])
        self.assertTrue({"h1", "svg", "table", "figure"} <= set(page.tags))

    def test_every_link_leads_to_a_file(self):
        logs = self.folder / "runs" / "20261122T171500Z-p2p-1a2b" / "raw logs"
        logs.mkdir(parents=True)
        (logs / "console #1.log").write_text("booting\n", encoding="utf-8")
        p2p(self.path)
        done = self.report("--format", "html")
        self.assertEqual(done.returncode, 0, done.stderr)
        folder = logs.parent / "report"
        page = Page((folder / "index.html").read_text(encoding="utf-8"))
        self.assertIn("../raw%20logs/console%20%231.log", page.links)
        self.assertEqual(
            [link for link in page.links if not (folder / unquote(link)).is_file()], []
        )
        self.assertGreaterEqual(len(page.links), 10)

    def test_no_id_is_given_twice(self):
        p2p(self.path)
        ids = Page(self.page()[1]).ids
        self.assertGreater(len(ids), 10)
        self.assertEqual(len(ids), len(set(ids)))

    def test_failures_and_warnings_come_before_any_figure(self):
        p2p(self.path, state="interrupted", reason="Ctrl-C")
        text = self.page()[1]
        for words in (
            "This run was interrupted: Ctrl-C",
            "guest went silent for 10 s",
            "BUG: soft lockup",
            "host load 3.1",
            "1 trial of 15 failed. No figure below includes them.",
        ):
            self.assertLess(text.index(words), text.index("<svg"))

    def test_a_failed_trial_is_no_number_anywhere(self):
        p2p(self.path)
        folder, text = self.page()
        self.assertNotIn("999", Page(text).text)
        for name in ("metrics.csv", "summary.csv", "table.txt", "throughput.dat"):
            self.assertNotIn("999", (folder / name).read_text(encoding="utf-8"), name)

    def test_hostile_strings_stay_text(self):
        m = Maker(self.path)
        hostile = {
            key: HOSTILE
            for key in (
                "scenario_title",
                "scenario",
                "scenario_yaml",
                "cpu_model",
                "reason",
                "host_kernel",
                "compiler",
                "accelerator_reason",
                "version",
                "kernel",
                "qemu",
                "commit",
            )
        }
        run = m.run(
            **hostile,
            state="failed",
            graph={"x": HOSTILE, "y": [HOSTILE], "x_unit": HOSTILE},
            overrides={HOSTILE: HOSTILE},
        )
        point = m.point(run, {HOSTILE: 1}, label=HOSTILE)
        m.trial(
            point,
            {HOSTILE: 1.0},
            {(HOSTILE, "tx_copies"): 9, (HOSTILE, HOSTILE + "_drop_"): 3},
            buckets=[[1, 2, 3], [2, 3, 1]],
        )
        m.trial(point, failed=HOSTILE, excerpt=HOSTILE)
        m.warn(run, HOSTILE)
        m.done()
        page = Page(self.page()[1])
        self.assertEqual(page.errors, [])
        self.assertEqual(set(page.tags) & {"script", "b"}, set())
        self.assertEqual(page.tags.count("style"), 1)
        self.assertIn(HOSTILE, page.text)

    def test_the_command_repeats_the_run(self):
        cases = (
            ({}, "make bench SCENARIO=p2p PLATFORM=native"),
            (
                {"overrides": {"set": {"frame_bytes": "60,1514", "burst": "32"}}},
                "make bench SCENARIO=p2p PLATFORM=native SET='frame_bytes=60,1514;burst=32'",
            ),
            (
                {"platform": "qemu", "accelerator": "kvm", "kernel": "6.1.0-44-amd64"},
                "make bench SCENARIO=p2p PLATFORM=qemu ACCEL=kvm KERNEL=6.1.0-44-amd64",
            ),
            (
                {"overrides": {"trials": 3, "duration": 0.5}},
                "make bench SCENARIO=p2p PLATFORM=native TRIALS=3 DURATION=0.5",
            ),
            ({"commit": "abc123", "dirty": 0}, "git checkout abc123\nmake bench SCENARIO=p2p"),
        )
        for changes, command in cases:
            with self.subTest(changes=changes):
                self.path.unlink(missing_ok=True)
                simple(self.path, [1e6], **changes)
                self.assertIn(command, Page(self.page()[1]).text)

    def test_bytes_of_a_log_that_are_no_text(self):
        m = Maker(self.path)
        trial = m.trial(m.point(m.run(), {"frame_bytes": 60}), failed="guest died", excerpt="x")
        m.db.execute(
            "UPDATE trials SET log_excerpt = CAST(X'6261642000FF206C6F67' AS TEXT) WHERE id = ?",
            (trial,),
        )
        m.done()
        page = Page(self.page()[1])
        self.assertEqual(page.errors, [])
        self.assertIn("bad \\x00\ufffd log", page.text)

    def test_a_changed_tree_is_said(self):
        simple(self.path, [1e6], dirty=1)
        text = Page(self.page()[1]).text
        self.assertIn("uncommitted changes", text)
        self.assertNotIn("git checkout", text)

    def test_it_has_styles_for_dark_print_and_small_screens(self):
        p2p(self.path)
        page = Page(self.page()[1])
        for part in (
            "prefers-color-scheme:dark",
            "@media print",
            "overflow-x:auto",
            "max-width:40rem",
        ):
            self.assertIn(part, page.style)
        self.assertEqual(page.style.count("{"), page.style.count("}"))

    def test_a_run_without_points_has_a_page(self):
        m = Maker(self.path)
        m.run(state="failed", reason="no guest", boot_ms=None, finished_at=None, memory_bytes=0)
        m.done()
        page = Page(self.page()[1])
        self.assertEqual(page.errors, [])
        self.assertIn("No point has been measured.", page.text)
        self.assertIn("This run failed: no guest", page.text)

    def test_csv_files_hold_what_was_stored(self):
        p2p(self.path)
        folder, _ = self.page()
        rows = {
            name: list(csv.DictReader((folder / name).open(encoding="utf-8", newline="")))
            for name in ("trials.csv", "metrics.csv", "samples.csv", "counters.csv", "summary.csv")
        }
        self.assertEqual(
            {name: len(found) for name, found in rows.items()},
            {
                "trials.csv": 15,
                "metrics.csv": 34,
                "samples.csv": 10,
                "counters.csv": 30,
                "summary.csv": 10,
            },
        )
        failed = [row for row in rows["trials.csv"] if row["state"] == "failed"]
        self.assertEqual([row["reason"] for row in failed], ["guest went silent for 10 s"])
        rate = next(
            row
            for row in rows["summary.csv"]
            if row["label"].startswith("frame_bytes=60") and row["metric"] == "rx_pps"
        )
        self.assertEqual(
            (rate["trials"], rate["unit"], float(rate["median"])), ("5", "pps", 30.2e6)
        )
