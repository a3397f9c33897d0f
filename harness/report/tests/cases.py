# SPDX-License-Identifier: BSD-2-Clause
"""What the tests share: a folder of their own, a store in it, and the report run as a person runs
it.
"""

import contextlib
import io
import subprocess
import tempfile
import unittest
from pathlib import Path

import stores
from vbreport import cli
from vbreport.digest import Digest, digest
from vbreport.store import Store

PROGRAM = Path(__file__).resolve().parents[1] / "valebench-report"
# Against hanging: a machine that is busy with others takes its time.
LIMIT_S = 240


class StoreCase(unittest.TestCase):
    """Each test has self.folder; self.path is where its store goes."""

    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)
        self.path = self.folder / "store.sqlite"

    def open(self) -> Store:
        store = Store(self.path)
        self.addCleanup(store.close)
        return store

    def digest(self) -> Digest:
        store = self.open()
        return digest(store.load(store.run_names()[-1]))

    def report(self, *args: str, program: Path = PROGRAM) -> subprocess.CompletedProcess:
        return subprocess.run(
            [program, "--store", self.path, *args],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def verb(self, name: str, *args: str) -> subprocess.CompletedProcess:
        """Runs a verb on the store, in this process: starting SciPy takes longer than most verbs."""
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
        with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
            try:
                status = cli.main([name, "--store", str(self.path), *map(str, args)])
            except SystemExit as why:
                status = why.code
        said = []
        for stream in streams:
            stream.flush()
            said.append(stream.buffer.getvalue().decode("utf-8"))
        return subprocess.CompletedProcess([name, *args], int(status), *said)

    def page(self, *args: str) -> tuple[Path, str]:
        """Makes the page of the last run; returns its folder and text."""
        done = self.report("--format", "html", "--out", str(self.folder / "out"), *args)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.folder / "out", (self.folder / "out" / "index.html").read_text(encoding="utf-8")

    def assert_one_line(self, done: subprocess.CompletedProcess, status: int, *words: str):
        """Failed with that status and one line on stderr that holds the words."""
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)


def simple(path: Path, values: list[float], **changes) -> Path:
    """A store of one run with one point whose trials have these rates."""
    m = stores.Maker(path)
    point = m.point(m.run(**changes), {"frame_bytes": 60})
    for value in values:
        m.trial(point, {"rx_pps": value})
    return m.done()
