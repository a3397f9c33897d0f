# SPDX-License-Identifier: BSD-2-Clause
import subprocess
import xml.etree.ElementTree as ET

from cases import LIMIT_S, PROGRAM, StoreCase
from stores import RUN, Maker, p2p

UPDATE = PROGRAM.parents[2] / "ci" / "readme-results"
MARKS = "<!-- results: begin, written by ci/readme-results -->", "<!-- results: end -->"


class Readme(StoreCase):
    def update(self, text: str, run: str = RUN["name"]) -> subprocess.CompletedProcess:
        (self.folder / "README.md").write_text(text, encoding="utf-8")
        return subprocess.run(
            [UPDATE, run, "--store", self.path, "--root", self.folder],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def readme(self) -> str:
        return (self.folder / "README.md").read_text(encoding="utf-8")

    def test_graph_and_table_of_the_run_stand_between_the_marks(self):
        p2p(self.path)
        done = self.update(f"above\n{MARKS[0]}\nold\n{MARKS[1]}\nbelow\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        text = self.readme()
        self.assertTrue(text.startswith("above\n") and text.endswith(f"{MARKS[1]}\nbelow\n"))
        self.assertIn("30.20", text)
        self.assertIn("(docs/img/p2p.svg)", text)
        self.assertNotIn("old", text)
        ET.parse(self.folder / "docs" / "img" / "p2p.svg")

    def test_twice_is_as_once(self):
        p2p(self.path)
        self.update("\n".join(MARKS))
        first = self.readme()
        self.update(first)
        self.assertEqual(self.readme(), first)

    def test_a_readme_without_marks_and_a_run_that_is_not_there_change_nothing(self):
        p2p(self.path)
        for text, run in (("no marks\n", RUN["name"]), ("\n".join(MARKS), "no-run")):
            done = self.update(text, run)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertEqual(self.readme(), text)

    def test_a_run_without_a_graph_is_refused(self):
        m = Maker(self.path)
        m.trial(m.point(m.run(), {"frame_bytes": 60}), failed="guest died")
        m.done()
        done = self.update("\n".join(MARKS))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("has no graph", done.stderr)
