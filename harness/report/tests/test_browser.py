# SPDX-License-Identifier: BSD-2-Clause
"""The pages in a real browser: they load without a complaint, graphs have a size, nothing sticks out
of a phone's screen, and paper gets all of it.
"""

import html
import json
import os
import re
import shutil
import struct
import subprocess
import unittest
from pathlib import Path

from cases import StoreCase
from stores import Maker, p2p

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LIMIT_S = 120
# Between the margins of A4 there are 718 pixels.
PHONE_PX, DESK_PX, PAPER_PX = 390, 1280, 718
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(21, 24, 28)"
PREFERS_DARK = "--blink-settings=preferredColorScheme=0"
# Runs in a copy of the page; the page itself has no script.
PROBE = """<script>addEventListener("load", () => {
 const size = e => { const r = e.getBoundingClientRect(); return [Math.round(r.width), Math.round(r.height)] };
 const root = document.documentElement;
 parent.postMessage(JSON.stringify({
  px: innerWidth,
  wide: root.scrollWidth - root.clientWidth,
  graphs: [...document.querySelectorAll("figure svg")].map(size),
  drawn: [...document.querySelectorAll("figure svg")].map(s => s.querySelectorAll("path").length),
  tables: document.querySelectorAll("table").length,
  ink: getComputedStyle(document.body).color,
  page: getComputedStyle(document.body).backgroundColor}), "*") })</script>"""
FRAMES = """<!DOCTYPE html><title>waiting</title><body>
<iframe src="screen.html" width="{phone}" height="800"></iframe><iframe src="screen.html" width="{desk}" height="800"></iframe>
<iframe src="paper.html" width="{paper}" height="800"></iframe>
<script>const told = []; onmessage = e => { told.push(JSON.parse(e.data));
 if (told.length == frames.length) document.title = JSON.stringify(told) }</script>"""


def searched(path: Path) -> Path:
    """A store of one searched run on an unfit machine, with histograms."""
    m = Maker(path)
    run = m.run(
        measure="ndr_pdr", fit="unfit", graph={"x": "frame_bytes", "y": ["ndr_pps"], "log_x": True}
    )
    m.check(run, "load", 0, "the load was 3.1 on 2 CPUs")
    for size in (60, 1514):
        point = m.point(run, {"frame_bytes": size})
        for i, (lower, upper) in enumerate(((None, 8e6), (4e6, 8e6), (4e6, 6e6), (5e6, 6e6))):
            trial = m.trial(
                point,
                {"offered_pps": upper, "rx_pps": 5e6},
                buckets=[[1000, 2000, 90], [2000, 4000, 9]],
            )
            m.step(trial, i, "ndr", lower, upper)
        m.outcome(point, "ndr_pps", 5e6, 5e6, 6e6)
    return m.done()


@unittest.skipUnless(CHROMIUM, "chromium is not installed; apt-get install chromium")
class Browser(StoreCase):
    def chromium(self, *args: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-sync",
                "--no-first-run",
                "--hide-scrollbars",
                f"--user-data-dir={self.folder / 'profile'}",
                "--enable-logging=stderr",
                "--virtual-time-budget=5000",
                *args,
            ],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
            env={**os.environ, "HOME": str(self.folder)},
        )

    def probe(self, page: Path, *args: str) -> dict[int, dict]:
        """What the browser says of the page on a phone, a desk and paper, by their width."""
        text = page.read_text(encoding="utf-8").replace("</body>", PROBE + "</body>")
        # What is for paper alone is looked at as if the screen were paper.
        paper = text.replace("@media screen and", "@media speech and").replace(
            "@media print", "@media all"
        )
        frames = FRAMES
        for name, px in (("phone", PHONE_PX), ("desk", DESK_PX), ("paper", PAPER_PX)):
            frames = frames.replace(f"{{{name}}}", str(px))
        for name, content in (("screen", text), ("paper", paper), ("frames", frames)):
            (page.parent / f"{name}.html").write_text(content, encoding="utf-8")
        address = (page.parent / "frames.html").as_uri()
        done = self.chromium("--window-size=2500,1000", "--dump-dom", *args, address)
        self.assertNotRegex(done.stderr, r"CONSOLE|ERR_FILE|Failed to load")
        found = re.search(r"<title>(.*?)</title>", done.stdout)
        self.assertIsNotNone(found, done.stderr[-2000:])
        self.assertTrue(found[1].startswith("["), found[1])
        told = {each["px"]: each for each in json.loads(html.unescape(found[1]))}
        self.assertEqual(sorted(told), sorted((PHONE_PX, DESK_PX, PAPER_PX)))
        return told

    def assert_sound(self, page: Path, graphs: int):
        """On a phone and on a desk, light and dark, and on paper, which is light always."""
        for args, ground in (((), LIGHT), ((PREFERS_DARK,), DARK)):
            for px, found in self.probe(page, *args).items():
                with self.subTest(px=px, ground=ground):
                    self.assertEqual(found["page"], LIGHT if px == PAPER_PX else ground)
                    self.assertNotEqual(found["ink"], found["page"])
                    self.assertEqual(len(found["graphs"]), graphs)
                    self.assertGreater(min(found["drawn"]), 5)
                    self.assertGreater(min(min(size) for size in found["graphs"]), 100)
                    self.assertLessEqual(found["wide"], 0)
                    self.assertGreater(found["tables"], 0)

    def test_it_can_be_printed(self):
        p2p(self.path)
        printed = self.folder / "page.pdf"
        self.chromium(f"--print-to-pdf={printed}", (self.page()[0] / "index.html").as_uri())
        self.assertEqual(printed.read_bytes()[:5], b"%PDF-")

    def test_the_page_of_a_run(self):
        p2p(self.path)
        self.assert_sound(self.page()[0] / "index.html", 3)

    def test_the_page_of_a_search(self):
        searched(self.path)
        self.assert_sound(self.page()[0] / "index.html", 4)

    def test_the_dashboard(self):
        m = Maker(self.path)
        for day in range(1, 13):
            run = m.run(name=f"r{day}", started_at=f"2026-11-{day:02d}T10:00:00Z", fit="fit")
            point = m.point(run, {"frame_bytes": 60})
            for i in range(3):
                m.trial(point, {"rx_pps": (5e6 if day < 7 else 4e6) + i})
        m.done()
        self.verb("trend", "--out", str(self.folder / "trend"))
        self.assert_sound(self.folder / "trend" / "index.html", 1)

    def test_a_picture_of_the_page_is_not_blank(self):
        p2p(self.path)
        picture = self.folder / "page.png"
        page = self.page()[0] / "index.html"
        self.chromium(f"--screenshot={picture}", "--window-size=900,1200", page.as_uri())
        data = picture.read_bytes()
        self.assertEqual(struct.unpack(">II", data[16:24]), (900, 1200))
        # A blank page of this size takes a few kilobytes.
        self.assertGreater(len(data), 40_000)
