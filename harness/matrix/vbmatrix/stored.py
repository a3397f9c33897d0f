# SPDX-License-Identifier: BSD-2-Clause
"""A matrix as the store has it: results/matrix.sql."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

USAGE, MISSING = 2, 4
LOCAL = "local"  # the suite of kernels of the user's own


@dataclass(slots=True)
class Cell:
    """
    One item on one kernel: state is ok, failed or not run; log a path below the results. The load is the host's, as it
    ended, with so many (jobs) side by side; origin is the matrix it is taken over from, with its commit.
    """

    state: str
    reason: str | None
    log: str | None
    seconds: float
    load: float | None = None
    jobs: int | None = None
    origin: tuple[str, str | None] | None = None


@dataclass(slots=True)
class Kernel:
    name: str
    release: str | None
    version: str | None
    suite: str


@dataclass(slots=True)
class Matrix:
    """A stored run; cells by (kernel, item), figures of the source as (value, meaning) by name."""

    id: int
    name: str
    state: str
    started_at: str
    commit: str | None
    dirty: int | None
    selection: str
    host: str
    kernels: list[Kernel] = field(default_factory=list)
    items: list[tuple[str, str]] = field(default_factory=list)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    figures: dict[str, tuple[int, str]] = field(default_factory=dict)

    def red(self) -> list[tuple[str, str, Cell]]:
        return [
            (k.name, item, self.cells[k.name, item])
            for k in self.kernels
            for item, _ in self.items
            if (k.name, item) in self.cells and self.cells[k.name, item].state == "failed"
        ]

    def count(self, state: str) -> int:
        return sum(cell.state == state for cell in self.cells.values())


class Problem(Exception):
    """What was being done, why it failed, with the exit status."""

    def __init__(self, status: int, text: str):
        super().__init__(text)
        self.status = status


def one_line(text: object) -> str:
    return "".join(c if c.isprintable() else " " for c in str(text))


def has_table(db: sqlite3.Connection, name: str) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None


def connect(results: Path) -> sqlite3.Connection:
    store = results / "store.sqlite"
    if not store.is_file():
        raise Problem(MISSING, f"reading {store}: there is no store; `make matrix` makes it")
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)
    if not has_table(db, "matrix_runs"):
        raise Problem(MISSING, f"reading {store}: no matrix was run yet; run `make matrix`")
    return db


RUN = (
    'SELECT id, name, state, started_at, "commit", dirty, selection,'
    " cpu_model || ', ' || cpus || ' CPUs, kernel ' || host_kernel FROM matrix_runs"
)


def load_origins(db: sqlite3.Connection, matrix: Matrix) -> None:
    for kernel, item, load_average, jobs, run, commit in db.execute(
        "SELECT kernel, item, load, jobs, from_run, from_commit FROM matrix_origins WHERE run_id = ?", (matrix.id,)
    ):
        cell = matrix.cells.get((kernel, item))
        if cell:
            cell.load, cell.jobs, cell.origin = load_average, jobs, (run, commit) if run else None


def load(db: sqlite3.Connection, row: tuple) -> Matrix:
    found = Matrix(*row)
    found.kernels = [
        Kernel(*k)
        for k in db.execute(
            "SELECT name, release, version, suite FROM matrix_kernels WHERE run_id = ? ORDER BY idx",
            (found.id,),
        )
    ]
    found.items = db.execute(
        "SELECT name, about FROM matrix_items WHERE run_id = ? ORDER BY idx", (found.id,)
    ).fetchall()
    for kernel, item, *rest in db.execute(
        "SELECT kernel, item, state, reason, log, duration_s FROM matrix_cells WHERE run_id = ?",
        (found.id,),
    ):
        found.cells[kernel, item] = Cell(*rest)
    if has_table(db, "matrix_origins"):
        load_origins(db, found)
    if has_table(db, "matrix_figures"):
        found.figures = {
            name: (value, about)
            for name, value, about in db.execute(
                "SELECT name, value, about FROM matrix_figures WHERE run_id = ? ORDER BY rowid", (found.id,)
            )
        }
    return found


def find(db: sqlite3.Connection, name: str | None) -> Matrix:
    query = RUN + (" WHERE name = ?" if name else " ORDER BY id DESC LIMIT 1")
    row = db.execute(query, (name,) if name else ()).fetchone()
    if not row:
        raise Problem(USAGE, f"no matrix of the store is called '{one_line(name)}'" if name else "no matrix is stored")
    return load(db, row)


def before(db: sqlite3.Connection, matrix: Matrix) -> Matrix | None:
    """The newest complete matrix before this one that asked for the same."""
    row = db.execute(
        RUN + " WHERE id < ? AND selection = ? AND state = 'complete' ORDER BY id DESC LIMIT 1",
        (matrix.id, matrix.selection),
    ).fetchone()
    return load(db, row) if row else None
