# SPDX-License-Identifier: BSD-2-Clause
"""Reads the trial store, results/store.sqlite, whose schema is results/schema.sql. Never writes to
it.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from .err import Exit, ReportError, one_line
from .records import Check, Outcome, Point, Run, Step, Trial

SCHEMA_VERSION = 3
BUSY_TIMEOUT_S = 10

RUN_COLUMNS = (
    "id",
    "name",
    "scenario",
    "scenario_title",
    "scenario_hash",
    "scenario_yaml",
    "overrides",
    "state",
    "reason",
    "started_at",
    "finished_at",
    "commit",
    "dirty",
    "version",
    "platform",
    "accelerator",
    "accelerator_reason",
    "kernel",
    "qemu",
    "host_kernel",
    "cpu_model",
    "cpus",
    "memory_bytes",
    "boot_ms",
    "graph",
    "measure",
    "machine_class",
    "fit",
    "comparison",
    "side",
    "compiler",
)
TRIAL_COLUMNS = (
    "id",
    "point_id",
    "idx",
    "state",
    "reason",
    "log_excerpt",
    "started_at",
    "duration_s",
    "load_before",
    "load_after",
)


class Store:
    """A store opened for reading. Raises ReportError where it is missing, of another version, or
    damaged.
    """

    def __init__(self, path: Path):
        self.path = Path(path)
        if not self.path.is_file():
            raise ReportError(
                Exit.MISSING,
                f"opening the trial store {path}: there is no such file; "
                "run a scenario first, as in: make bench SCENARIO=smoke",
            )
        with self._guard():
            self.db = sqlite3.connect(self._uri(), uri=True, timeout=BUSY_TIMEOUT_S)
            # Excerpts of logs may hold any bytes; one of them must not hide all the rest.
            self.db.text_factory = lambda text: text.decode("utf-8", "replace")
            version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            older = "`valebench results` brings it up to date"
            raise ReportError(
                Exit.CANNOT_TELL,
                f"opening the trial store {path}: its schema version is {version}, this "
                f"report reads {SCHEMA_VERSION}; "
                + (older if version < SCHEMA_VERSION else "use the report of the same release"),
            )

    def _uri(self) -> str:
        log = self.path.with_name(self.path.name + "-wal")
        # A reader of a WAL store makes a file beside it, which a folder of somebody else may refuse.
        alone = not os.access(self.path.parent, os.W_OK) and not log.exists()
        return f"file:{quote(str(self.path.resolve()))}?mode=ro" + ("&immutable=1" if alone else "")

    def close(self) -> None:
        self.db.close()

    def _guard(self) -> "_Guard":
        return _Guard(self.path)

    def _rows(self, sql: str, *args) -> list[tuple]:
        with self._guard():
            return self.db.execute(sql, args).fetchall()

    def run_names(self) -> list[str]:
        """Names of all runs, oldest first."""
        return [name for (name,) in self._rows("SELECT name FROM runs ORDER BY id")]

    def comparison(self, name: str) -> dict[str, list[str]]:
        """Names of the runs of that comparison by side, oldest first. Raises ReportError(USAGE) where
        the store does not hold both sides.
        """
        found: dict[str, list[str]] = {"A": [], "B": []}
        for side, run in self._rows(
            "SELECT side, name FROM runs WHERE comparison = ? AND side IS NOT NULL ORDER BY id",
            name,
        ):
            found[side].append(run)
        if found["A"] and found["B"]:
            return found
        raise ReportError(
            Exit.USAGE, f"comparing {one_line(name)}: the store does not hold both sides of it"
        )

    def run_facts(self, columns: tuple[str, ...]) -> list[dict]:
        """These columns of every complete run, its graph and its comparison, oldest first."""
        columns = tuple(dict.fromkeys((*columns, "graph", "comparison")))
        names = ", ".join(f'"{c}"' for c in columns)
        rows = self._rows(f"SELECT {names} FROM runs WHERE state = 'complete' ORDER BY id")
        found = [dict(zip(columns, row)) for row in rows]
        for facts in found:
            facts["graph"] = self._json(facts["graph"], "graph")
        return found

    def point_values(self) -> Iterator[tuple]:
        """(run id, label, params, metric, unit, whether an outcome, value) of every good trial's metric
        and every outcome of the points measured in complete runs.
        """
        inside = "p.kind = 'measure' AND r.state = 'complete'"
        yield from self.stream(
            "SELECT p.run_id, p.label, p.params, m.name, m.unit, 0, m.value FROM metrics m "
            "JOIN trials t ON t.id = m.trial_id JOIN points p ON p.id = t.point_id "
            f"JOIN runs r ON r.id = p.run_id WHERE {inside} AND t.state = 'ok' "
            "UNION ALL SELECT p.run_id, p.label, p.params, o.name, o.unit, 1, o.value FROM outcomes o "
            f"JOIN points p ON p.id = o.point_id JOIN runs r ON r.id = p.run_id WHERE {inside}"
        )

    def load(self, name: str) -> Run:
        """The run of that name; ReportError(USAGE) if the store has none."""
        columns = ", ".join(f'"{c}"' for c in RUN_COLUMNS)
        rows = self._rows(f"SELECT {columns} FROM runs WHERE name = ?", name)
        if not rows:
            raise ReportError(
                Exit.USAGE,
                f"reading run {name} from {self.path}: there is no run of that name; "
                "build/bin/valebench results lists them",
            )
        facts = dict(zip(RUN_COLUMNS, rows[0]))
        points = self._points(facts["id"])
        units = dict(
            self._rows(
                "SELECT DISTINCT m.name, m.unit FROM metrics m JOIN trials t ON t.id = m.trial_id "
                "JOIN points p ON p.id = t.point_id WHERE p.run_id = ?",
                facts["id"],
            )
        )
        units |= {name: found.unit for p in points for name, found in p.outcomes.items()}
        return Run(
            facts,
            self._json(facts["graph"], "graph"),
            self._json(facts["overrides"], "overrides"),
            [
                text
                for (text,) in self._rows("SELECT text FROM warnings WHERE run_id = ?", facts["id"])
            ],
            points,
            units,
            self._fitness(facts["id"]),
        )

    def _fitness(self, run_id: int) -> list[Check]:
        rows = self._rows(
            "SELECT name, unit, value, bound, ok, text FROM fitness WHERE run_id = ? ORDER BY rowid",
            run_id,
        )
        return [Check(*row[:4], None if row[4] is None else bool(row[4]), row[5]) for row in rows]

    def runs_beside(self, others: float) -> set[int]:
        """Ids of runs beside which others took more than this share of the processors."""
        rows = self._rows("SELECT run_id FROM fitness WHERE name = 'load' AND value > ?", others)
        return {run for (run,) in rows}

    def steps(self, point_id: int) -> list[Step]:
        """The path of the point's search, trial by trial; empty where none was made."""
        return [
            Step(*row)
            for row in self._rows(
                "SELECT s.trial_id, s.seq, s.goal, s.lower_pps, s.upper_pps FROM search_steps s "
                "JOIN trials t ON t.id = s.trial_id WHERE t.point_id = ? ORDER BY s.seq, s.goal",
                point_id,
            )
        ]

    def _json(self, text: str, what: str) -> dict:
        try:
            value = json.loads(text)
        except ValueError as why:
            raise ReportError(
                Exit.CANNOT_TELL, f"reading {what} from {self.path}: not JSON ({why})"
            ) from None
        if not isinstance(value, dict):
            raise ReportError(
                Exit.CANNOT_TELL, f"reading {what} from {self.path}: not a JSON object"
            )
        return value

    def _points(self, run_id: int) -> list[Point]:
        points = {
            row[0]: Point(*row[:4], self._json(row[4], "params"))
            for row in self._rows(
                "SELECT id, idx, kind, label, params FROM points WHERE run_id = ? ORDER BY idx",
                run_id,
            )
        }
        inside = "SELECT id FROM points WHERE run_id = ?"
        trials = {}
        for row in self._rows(
            f"SELECT {', '.join(TRIAL_COLUMNS)} FROM trials WHERE point_id IN ({inside}) "
            "ORDER BY point_id, idx",
            run_id,
        ):
            trial = trials[row[0]] = Trial(*row)
            points[trial.point_id].trials.append(trial)
        for trial_id, name, value in self._rows(
            "SELECT m.trial_id, m.name, m.value FROM metrics m JOIN trials t ON t.id = m.trial_id "
            f"WHERE t.state = 'ok' AND t.point_id IN ({inside})",
            run_id,
        ):
            trials[trial_id].metrics[name] = value
        for point_id, port, name, value in self._rows(
            "SELECT t.point_id, c.port, c.name, SUM(c.value) FROM counters c JOIN trials t ON t.id = c.trial_id "
            f"WHERE t.state = 'ok' AND t.point_id IN ({inside}) GROUP BY 1, 2, 3",
            run_id,
        ):
            points[point_id].counters[port, name] = value
        for point_id, name, *rest in self._rows(
            f"SELECT point_id, name, unit, value, lower, upper FROM outcomes WHERE point_id IN ({inside}) "
            "ORDER BY point_id, name",
            run_id,
        ):
            points[point_id].outcomes[name] = Outcome(*rest)
        return list(points.values())

    def stream(self, sql: str, *args) -> Iterator[tuple]:
        """Rows of a query, a few at a time: samples may be far larger than memory
        should hold.
        """
        with self._guard():
            # Not `yield from`: dropped half-way, that would close its cursor after the database.
            for row in self.db.execute(sql, args):
                yield row

    def histogram_names(self, run_id: int) -> dict[tuple[str, str], set[int]]:
        """(name, unit) -> the ids of the points that have such a histogram in a good trial."""
        found: dict[tuple[str, str], set[int]] = {}
        for name, unit, point_id in self._rows(
            "SELECT DISTINCT h.name, h.unit, t.point_id FROM histograms h JOIN trials t ON t.id = h.trial_id "
            "JOIN points p ON p.id = t.point_id WHERE p.run_id = ? AND t.state = 'ok'",
            run_id,
        ):
            found.setdefault((name, unit), set()).add(point_id)
        return found

    def histograms(self, point_id: int, name: str) -> list[list[tuple[float, float, int]]]:
        """The (low, high, count) buckets of the point's good trials, a list for each trial."""
        return [
            self._buckets(text)
            for (text,) in self._rows(
                "SELECT h.buckets FROM histograms h JOIN trials t ON t.id = h.trial_id "
                "WHERE t.point_id = ? AND h.name = ? AND t.state = 'ok'",
                point_id,
                name,
            )
        ]

    def _buckets(self, text: str) -> list:
        try:
            return [(float(low), float(high), int(count)) for low, high, count in json.loads(text)]
        except (ValueError, TypeError) as why:
            raise ReportError(
                Exit.CANNOT_TELL,
                f"reading a histogram from {self.path}: not a list of "
                f"[low, high, count] ({why})",
            ) from None


class _Guard:
    """Turns SQLite's errors into one clear line."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self):
        return self

    def __exit__(self, kind, why, trace):
        if isinstance(why, sqlite3.Error):
            raise ReportError(
                Exit.CANNOT_TELL,
                f"reading the trial store {self.path}: {why}; if it is damaged, move it "
                "away, or save what can be read with: sqlite3 FILE .recover",
            ) from None
        return False
