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
PHONE_PX = 390
# Runs in a copy of the page; the page itself has no script.
PROBE = """<script>addEventListener("load", () => {
 const size = e => { const r = e.getBoundingClientRect(); return [Math.round(r.width), Math.round(r.height)] };
 const root = document.documentElement;
 parent.postMessage(JSON.stringify({
  wide: root.scrollWidth - root.clientWidth,
  graphs: [...document.querySelectorAll("figure svg")].map(size),
  drawn: [...document.querySelectorAll("figure svg")].map(s => s.querySelectorAll("path").length),
  tables: document.querySelectorAll("table").length,
  ink: getComputedStyle(document.body).color,
  page: getComputedStyle(document.body).backgroundColor}), "*") })</script>"""
FRAME = """<!DOCTYPE html><title>waiting</title><body><iframe src="probed.html" width="{width}" height="800"></iframe>
<script>onmessage = e => { document.title = e.data }</script>"""


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

    def probe(self, page: Path, width: int, *args: str) -> dict:
        """What the browser says of the page in a frame of that width."""
        text = page.read_text(encoding="utf-8")
        (page.parent / "probed.html").write_text(
            text.replace("</body>", PROBE + "</body>"), encoding="utf-8"
        )
        frame = page.parent / "frame.html"
        frame.write_text(FRAME.replace("{width}", str(width)), encoding="utf-8")
        done = self.chromium("--window-size=1400,1000", "--dump-dom", *args, frame.as_uri())
        self.assertNotRegex(done.stderr, r"CONSOLE|ERR_FILE|Failed to load")
        found = re.search(r"<title>(.*?)</title>", done.stdout)
        self.assertIsNotNone(found, done.stderr[-2000:])
        self.assertTrue(found[1].startswith("{"), found[1])
        return json.loads(html.unescape(found[1]))

    def assert_sound(self, found: dict, graphs: int):
        self.assertEqual(len(found["graphs"]), graphs)
        self.assertGreater(min(found["drawn"]), 5)
        self.assertGreater(min(min(size) for size in found["graphs"]), 100)
        self.assertLessEqual(found["wide"], 0)
        self.assertGreater(found["tables"], 0)

    def test_the_page_of_a_run(self):
        p2p(self.path)
        folder, _ = self.page()
        for width in (PHONE_PX, 1200):
            self.assert_sound(self.probe(folder / "index.html", width), 3)

    def test_the_page_of_a_search_and_the_dashboard(self):
        searched(self.path)
        folder, _ = self.page()
        self.assert_sound(self.probe(folder / "index.html", PHONE_PX), 4)
        self.verb("trend", "--out", str(self.folder / "trend"))
        found = self.probe(self.folder / "trend" / "index.html", PHONE_PX)
        self.assertLessEqual(found["wide"], 0)

    def test_light_dark_and_paper(self):
        p2p(self.path)
        page = self.page()[0] / "index.html"
        light = self.probe(page, 1200)
        dark = self.probe(page, 1200, "--blink-settings=preferredColorScheme=0")
        self.assertEqual((light["page"], dark["page"]), ("rgb(255, 255, 255)", "rgb(21, 24, 28)"))
        self.assertNotEqual(light["ink"], dark["ink"])
        paper = self.folder / "page.pdf"
        self.chromium(f"--print-to-pdf={paper}", page.as_uri())
        self.assertEqual(paper.read_bytes()[:5], b"%PDF-")

    def test_a_picture_of_the_page_is_not_blank(self):
        p2p(self.path)
        picture = self.folder / "page.png"
        page = self.page()[0] / "index.html"
        self.chromium(f"--screenshot={picture}", "--window-size=900,1200", page.as_uri())
        data = picture.read_bytes()
        self.assertEqual(struct.unpack(">II", data[16:24]), (900, 1200))
        # A blank page of this size takes a few kilobytes.
        self.assertGreater(len(data), 40_000)
