# SPDX-License-Identifier: BSD-2-Clause
"""Whole runs as JSON, and back into a store: how results move between machines.

The format is results/schemas/results.json. Everything of a run is in it but the number of its runner's
process, which means nothing elsewhere.
"""

import json
import math
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from . import schemas
from .err import Exit, ReportError, one_line
from .store import BUSY_TIMEOUT_S, RUN_COLUMNS, TRIAL_COLUMNS, Store

FORMAT = "valebench-results"
VERSION = 1
RUN_FIELDS = tuple(c for c in RUN_COLUMNS if c != "id")
JSON_FIELDS = ("overrides", "graph", "params")
POINT_FIELDS = ("idx", "kind", "label", "params")
TRIAL_FIELDS = tuple(c for c in TRIAL_COLUMNS if c not in ("id", "point_id"))
OF_RUN = {"fitness": ("name", "unit", "value", "bound", "ok", "text"), "warnings": ("text",)}
OF_POINT = {"outcomes": ("name", "unit", "value", "lower", "upper")}
OF_TRIAL = {
    "metrics": ("name", "unit", "value"),
    "samples": ("program", "seq", "name", "unit", "value"),
    "histograms": ("name", "unit", "buckets"),
    "counters": ("port", "name", "value"),
    "search_steps": ("seq", "goal", "lower_pps", "upper_pps"),
}
OWNER = {"runs": "run_id", "points": "point_id", "trials": "trial_id"}
MAX_INTEGER = 2**63


def dump(store: Store, names: list[str]) -> Iterator[str]:
    """The runs as one JSON document, a piece for each run, so that memory holds one at a time."""
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "runs": ['
    for i, name in enumerate(names):
        yield ("," if i else "") + "\n" + json.dumps(_run(store, name), ensure_ascii=False)
    yield "\n]}\n"


def _run(store: Store, name: str) -> dict:
    facts = store.load(name).facts
    if facts["state"] == "running":
        raise ReportError(
            Exit.USAGE, f"exporting run {name}: it has not finished; export it when it has"
        )
    found = {field: facts[field] for field in RUN_FIELDS}
    found |= {key: json.loads(found[key]) for key in JSON_FIELDS if key in found}
    for table, fields in OF_RUN.items():
        found[table] = _rows(store, table, fields, "run_id", facts["id"])
    points = _keyed(store, "points", POINT_FIELDS, "run_id = ?", facts["id"])
    found["points"] = list(points.values())
    inside = "point_id IN (SELECT id FROM points WHERE run_id = ?)"
    trials = _keyed(store, "trials", ("point_id", *TRIAL_FIELDS), inside, facts["id"])
    _hang(store, OF_POINT, "point_id", points, facts["id"])
    for point in points.values():
        point["trials"] = []
    for trial in trials.values():
        points[trial.pop("point_id")]["trials"].append(trial)
    _hang(store, OF_TRIAL, "trial_id", trials, facts["id"])
    return found


def _rows(store: Store, table: str, fields: tuple, owner: str, value: int) -> list[list]:
    sql = f"SELECT {', '.join(fields)} FROM {table} WHERE {owner} = ? ORDER BY rowid"
    return [list(row) for row in store.stream(sql, value)]


def _keyed(store: Store, table: str, fields: tuple, where: str, run_id: int) -> dict[int, dict]:
    """Rows of points or trials by their id, as objects."""
    found = {}
    sql = f"SELECT id, {', '.join(fields)} FROM {table} WHERE {where} ORDER BY "
    for key, *values in store.stream(
        sql + ("idx" if table == "points" else "point_id, idx"), run_id
    ):
        found[key] = dict(zip(fields, values))
        if "params" in fields:
            found[key]["params"] = json.loads(found[key]["params"])
    return found


def _hang(store: Store, tables: dict, owner: str, owners: dict, run_id: int) -> None:
    """Gives each point or trial its rows of the tables, as lists of lists."""
    inside = "SELECT id FROM points WHERE run_id = ?"
    if owner == "trial_id":
        inside = f"SELECT id FROM trials WHERE point_id IN ({inside})"
    for table, fields in tables.items():
        for one in owners.values():
            one[table] = []
        sql = f"SELECT {owner}, {', '.join(fields)} FROM {table} WHERE {owner} IN ({inside}) ORDER BY rowid"
        for key, *values in store.stream(sql, run_id):
            if table == "histograms":
                values[2] = json.loads(values[2])
            owners[key][table].append(values)


def read(path: Path) -> list[dict]:
    """The runs of that file. Raises ReportError where it is missing or not what the schema says."""
    doing = f"importing {path}"
    try:
        found = schemas.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(Exit.MISSING, f"{doing}: there is no such file") from None
    except (ValueError, RecursionError) as why:
        raise ReportError(
            Exit.CANNOT_TELL, f"{doing}: not JSON ({one_line(why)}); nothing was changed"
        ) from None
    schemas.check(found, "results", doing)
    _finite(found, doing)
    return found["runs"]


def _finite(value: object, doing: str) -> None:
    """JSON has numbers that SQLite has not: 1e999, or an integer of a hundred digits."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            rest += one.values()
        elif isinstance(one, list):
            rest += one
        elif isinstance(one, float) and not math.isfinite(one):
            raise ReportError(
                Exit.CANNOT_TELL, f"{doing}: a number is too great; nothing was changed"
            )
        elif isinstance(one, int) and abs(one) >= MAX_INTEGER:
            raise ReportError(
                Exit.CANNOT_TELL, f"{doing}: an integer is too great; nothing was changed"
            )


def put(path: Path, runs: list[dict], doing: str) -> None:
    """Adds the runs to the store, all or none; makes the store where there is none yet."""
    if path.exists():
        Store(path).close()
        _put_all(path, runs, doing)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made aside and renamed: no store is better than an empty one.
    with tempfile.TemporaryDirectory(prefix=".import-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        db = sqlite3.connect(made)
        db.executescript((schemas.FOLDER.parent / "schema.sql").read_text(encoding="utf-8"))
        db.close()
        _put_all(made, runs, doing)
        made.rename(path)


def _put_all(path: Path, runs: list[dict], doing: str) -> None:
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        with db:
            db.execute("BEGIN IMMEDIATE")
            for run in runs:
                _put_run(db, run, doing)
    except (sqlite3.Error, UnicodeEncodeError) as why:
        raise ReportError(
            Exit.CANNOT_TELL, f"{doing}: {one_line(why)}; nothing was changed"
        ) from None
    finally:
        db.close()


def _put_run(db: sqlite3.Connection, run: dict, doing: str) -> None:
    if db.execute("SELECT 1 FROM runs WHERE name = ?", (run["name"],)).fetchone():
        raise ReportError(
            Exit.USAGE, f"{doing}: the store has run {run['name']} already; nothing was changed"
        )
    run_id = _insert(db, "runs", {**{f: run.get(f) for f in RUN_FIELDS}, "runner_pid": 0})
    _put_rows(db, OF_RUN, "runs", run_id, run)
    for point in run["points"]:
        point_id = _insert(db, "points", {"run_id": run_id, **{f: point[f] for f in POINT_FIELDS}})
        _put_rows(db, OF_POINT, "points", point_id, point)
        for trial in point["trials"]:
            facts = {"point_id": point_id, **{f: trial[f] for f in TRIAL_FIELDS}}
            _put_rows(db, OF_TRIAL, "trials", _insert(db, "trials", facts), trial)


def _insert(db: sqlite3.Connection, table: str, row: dict) -> int:
    for key in JSON_FIELDS:
        if key in row:
            row[key] = json.dumps(row[key], ensure_ascii=False)
    names = ", ".join(f'"{name}"' for name in row)
    sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})"
    return db.execute(sql, tuple(row.values())).lastrowid


def _put_rows(db: sqlite3.Connection, tables: dict, owner: str, key: int, holder: dict) -> None:
    for table, fields in tables.items():
        rows = holder[table]
        if table == "histograms":
            rows = [[name, unit, json.dumps(buckets)] for name, unit, buckets in rows]
        names = ", ".join((OWNER[owner], *fields))
        sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * (1 + len(fields)))})"
        db.executemany(sql, [(key, *row) for row in rows])
