# SPDX-License-Identifier: BSD-2-Clause
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from unittest import mock

from cases import LIMIT_S, PROGRAM, StoreCase, simple
from stores import Maker, p2p
from vbreport import gnuplot
from vbreport.err import Exit, ReportError
from vbreport.export import EXPORTS, SUMMARY
from vbreport.rates import rate_graphs

TRIALS = 10_000
LIMIT_BYTES = 300 << 20


def copy_of_program(folder: Path) -> Path:
    """The program and its modules in a folder that any user may read."""
    shutil.copytree(
        PROGRAM.parent, folder / "copy", ignore=shutil.ignore_patterns("tests", "__pycache__")
    )
    return folder / "copy" / PROGRAM.name


class BadInput(StoreCase):
    def test_a_missing_store(self):
        self.assert_one_line(self.report(), 4, str(self.path), "no such file", "make bench")

    def test_an_empty_store(self):
        Maker(self.path).done()
        for args in ((), ("--last",), ("--all",)):
            self.assert_one_line(self.report(*args), 2, "holds no run yet")

    def test_a_run_that_is_not_there(self):
        p2p(self.path)
        self.assert_one_line(self.report("--run", "nope\n"), 2, "no run of that name", "nope\\x0a")

    def test_files_that_are_no_store(self):
        for name, data in (
            ("text", b"hello\n" * 1000),
            ("empty file", b""),
            ("header only", b"SQLite format 3\x00" + bytes(84)),
        ):
            with self.subTest(name):
                self.path.write_bytes(data)
                self.assert_one_line(self.report(), 3, str(self.path))

    def test_a_store_cut_short(self):
        p2p(self.path)
        data = self.path.read_bytes()
        self.path.write_bytes(data[: len(data) // 2])
        self.assert_one_line(
            self.report("--format", "text"), 3, "reading the trial store", ".recover"
        )

    def test_a_store_of_another_version(self):
        p2p(self.path)
        with sqlite3.connect(self.path) as db:
            db.execute("PRAGMA user_version = 99")
        self.assert_one_line(self.report(), 3, "version is 99")

    def test_columns_that_should_hold_json(self):
        for column, text in (("graph", "{"), ("graph", "[]"), ("overrides", "no")):
            with self.subTest(column=column, text=text):
                self.path.unlink(missing_ok=True)
                simple(self.path, [1.0], **{column: text})
                self.assert_one_line(self.report("--format", "text"), 3, column)

    def test_a_histogram_that_is_none(self):
        m = Maker(self.path)
        m.trial(m.point(m.run(), {"frame_bytes": 60}), {"rx_pps": 1.0}, buckets=[["x"]])
        m.done()
        self.assert_one_line(
            self.report("--format", "svg", "--out", str(self.folder / "out")), 3, "histogram"
        )

    def test_wrong_options(self):
        p2p(self.path)
        for args in (
            ["--format", "pdf"],
            ["--format", ""],
            ["--nope"],
            ["--last", "--all"],
            ["--run"],
        ):
            with self.subTest(args=args):
                self.assert_one_line(self.report(*args), 2, "--help")

    def test_without_gnuplot(self):
        p2p(self.path)
        done = subprocess.run(
            [PROGRAM, "--store", self.path, "--format", "svg", "--out", self.folder / "out"],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            env={"PATH": str(self.folder)},
            check=False,
        )
        self.assert_one_line(done, 4, "gnuplot", "apt-get install gnuplot-nox")

    def fake_gnuplot(self, script: str) -> dict[str, str]:
        """An environment in which gnuplot is this shell script."""
        program = self.folder / "bin" / "gnuplot"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        return {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}

    def test_a_gnuplot_that_fails(self):
        p2p(self.path)
        done = subprocess.run(
            [PROGRAM, "--store", self.path, "--format", "svg", "--out", self.folder / "out"],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
            env=self.fake_gnuplot("echo 'line 3: no such terminal' >&2; exit 1"),
        )
        self.assert_one_line(done, 8, "throughput", "line 3: no such terminal")

    def test_a_gnuplot_that_hangs(self):
        p2p(self.path)
        with mock.patch.dict(os.environ, self.fake_gnuplot("exec sleep 60")), mock.patch.object(
            gnuplot, "LIMIT_S", 0.3
        ):
            with self.assertRaises(ReportError) as caught:
                gnuplot.draw(rate_graphs(self.digest())[0], self.folder, ["svg"])
        self.assertEqual(caught.exception.code, Exit.TIMEOUT)
        self.assertIn("gnuplot took over 0.3 s", str(caught.exception))

    def test_control_c(self):
        p2p(self.path)
        started = self.folder / "started"
        child = subprocess.Popen(
            [PROGRAM, "--store", self.path, "--format", "svg", "--out", self.folder / "out"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.fake_gnuplot(f"touch '{started}'; exec sleep 60"),
        )
        until = time.monotonic() + LIMIT_S
        while not started.exists() and time.monotonic() < until:
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=LIMIT_S)
        self.assertEqual((child.returncode, said), (7, "valebench-report: interrupted\n"))

    def test_a_folder_that_cannot_be_made(self):
        p2p(self.path)
        (self.folder / "file").write_text("in the way", encoding="utf-8")
        self.assert_one_line(
            self.report("--format", "svg", "--out", str(self.folder / "file" / "out")),
            4,
            "Not a directory",
        )

    def test_a_full_disk(self):
        p2p(self.path)
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(
                [PROGRAM, "--store", self.path, "--format", "text"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=LIMIT_S,
                check=False,
            )
        self.assert_one_line(done, 5, "No space left")


class Choosing(StoreCase):
    def setUp(self):
        super().setUp()
        m = Maker(self.path)
        for name in ("run-a", "run-b"):
            m.trial(m.point(m.run(name=name), {"frame_bytes": 60}), {"rx_pps": 1e6})
        m.done()

    def runs_in(self, *args: str) -> list[str]:
        done = self.report("--format", "text", *args)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("  run ")]

    def test_the_last_the_named_or_all(self):
        for args, names in (
            ((), ["run-b"]),
            (("--last",), ["run-b"]),
            (("--run", "run-a"), ["run-a"]),
            (("--all",), ["run-a", "run-b"]),
        ):
            with self.subTest(args=args):
                self.assertEqual(self.runs_in(*args), names)

    def test_pages_go_beside_the_logs_of_their_run(self):
        done = self.report("--all", "--format", "html")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("run-a", "run-b"):
            self.assertTrue((self.folder / "runs" / name / "report" / "index.html").is_file())
            self.assertIn(str(self.folder / "runs" / name / "report" / "index.html"), done.stdout)

    def test_with_all_and_out_each_run_has_a_folder(self):
        self.report("--all", "--format", "svg", "--out", str(self.folder / "out"))
        self.assertEqual(
            sorted(p.name for p in (self.folder / "out").iterdir()), ["run-a", "run-b"]
        )

    def test_text_alone_writes_nothing(self):
        before = sorted(self.folder.rglob("*"))
        self.runs_in()
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_the_store_is_read_while_a_run_writes_it(self):
        writer = sqlite3.connect(self.path)
        self.addCleanup(writer.close)
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE runs SET state = 'running'")
        self.assertEqual(self.runs_in(), ["run-b"])

    def test_a_store_in_a_folder_of_somebody_else(self):
        with sqlite3.connect(self.path) as db:
            db.execute("PRAGMA journal_mode = WAL")
        db.close()
        copy = copy_of_program(self.folder)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        done = subprocess.run(
            [copy, "--store", self.path, "--format", "text"],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
            # Root may write everywhere, so it becomes nobody.
            user=65534 if os.geteuid() == 0 else None,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("run-b", done.stdout)

    def test_a_terminal_without_utf_8(self):
        done = subprocess.run(
            [PROGRAM, "--store", self.path, "--format", "text"],
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"1.000", done.stdout)

    def test_a_reader_that_leaves_is_no_error(self):
        done = subprocess.run(
            f"'{PROGRAM}' --store '{self.path}' --all --format text | head -n 1",
            shell=True,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=True,
        )
        self.assertEqual(done.stderr, "")


class Speed(StoreCase):
    def test_ten_thousand_trials_in_ten_seconds_and_300_mib(self):
        m = Maker(self.path)
        run = m.run()
        for i in range(TRIALS // 5):
            point = m.point(run, {"frame_bytes": 60 + i % 50, "burst": 1 + i // 50})
            for k in range(5):
                trial = m.trial(
                    point,
                    {name: 1e6 + i + k for name in ("rx_pps", "tx_pps", "rx_bps", "latency_p99_ns")}
                    | {"loss_ratio": 0.1},
                    {("a", "tx_copies"): 100, ("b", "rx_drop_ring_full"): 10},
                    buckets=[[1 << s, 2 << s, 5] for s in range(20)],
                )
                for seq in range(10):
                    m.sample(trial, seq, 1e6)
        m.done()
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = self.report("--out", str(self.folder / "out"))
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertEqual(done.returncode, 0, done.stderr)
        cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        # Processor time, so that a busy machine does not fail the test; the wall only guards
        # against waiting.
        self.assertLess(cpu, 10)
        self.assertLess(time.monotonic() - start, LIMIT_S)
        self.assertLess(used.ru_maxrss * 1024, LIMIT_BYTES)
        print(f"({cpu:.1f} s of processor, {used.ru_maxrss >> 10} MiB) ", end="")


class Installed(StoreCase):
    def test_it_works_from_a_copy_that_may_not_be_written(self):
        p2p(self.path)
        copy = copy_of_program(self.folder)
        done = self.report("--format", "text", program=copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([p for p in copy.parent.rglob("__pycache__")], [])

    def test_the_query_that_the_document_shows(self):
        p2p(self.path)
        text = (PROGRAM.parents[2] / "docs" / "results.md").read_text(encoding="utf-8")
        command = re.search(r"^sqlite3 .*$", text, re.M)[0].replace(
            "results/store.sqlite", f"'{self.path}'"
        )
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        self.assertEqual(
            (done.stdout, done.stderr), ("20261122T171500Z-p2p-1a2b|complete|native|none\n", "")
        )

    def test_every_column_and_file_is_in_the_document(self):
        text = (PROGRAM.parents[2] / "docs" / "results.md").read_text(encoding="utf-8")
        p2p(self.path)
        with sqlite3.connect(self.path) as db:
            for (table,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                part = text.partition(f"### {table}:")[2].partition("\n### ")[0]
                for column in (row[1] for row in db.execute(f"PRAGMA table_info({table})")):
                    self.assertIn(f"`{column}`", part, f"{table}.{column}")
        for made in (*EXPORTS, SUMMARY):
            line = next((found for found in text.splitlines() if f"`{made.name}`" in found), "")
            for column in made.columns:
                self.assertIn(f"`{column}`", line, made.name)

    def test_exit_statuses_are_those_of_all_programs(self):
        header = (PROGRAM.parents[1] / "common" / "err.h").read_text(encoding="utf-8")
        self.assertEqual(
            {name: int(value) for name, value in re.findall(r"VB_(\w+) = (\d+)", header)},
            {status.name: int(status) for status in Exit},
        )
        self.assertTrue(os.access(PROGRAM, os.X_OK))
