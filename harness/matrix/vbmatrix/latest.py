# SPDX-License-Identifier: BSD-2-Clause
"""The latest of every cell, whichever matrix it was run in: what is known of the kernels today."""

import sqlite3

from .stored import LOCAL, RUN, Cell, Matrix, find, load


def _whole(db: sqlite3.Connection) -> Matrix:
    """The newest matrix that asked for every kernel and item, or the newest."""
    row = db.execute(
        RUN + " WHERE replace(selection, ' ', '') = ? ORDER BY id DESC LIMIT 1",
        ('{"kernels":[],"drivers":[],"items":[]}',),
    ).fetchone()
    return load(db, row) if row else find(db, None)


# A cell that was taken over keeps the time of its end, and is the newest where its copy is.
NEWEST = """
SELECT c.kernel, c.item, c.state, c.reason, c.log, c.duration_s, o.load, o.jobs,
  w.name, substr(w."commit", 1, 12) || iif(w.dirty, ' with changes', ''), max(c.finished_at || printf('%012d', c.run_id))
FROM matrix_cells c JOIN matrix_runs r ON r.id = c.run_id
JOIN matrix_kernels k ON k.run_id = c.run_id AND k.name = c.kernel
LEFT JOIN matrix_origins o ON o.run_id = c.run_id AND o.kernel = c.kernel AND o.item = c.item
JOIN matrix_runs w ON w.name = coalesce(o.from_run, r.name)
WHERE k.name = ? AND k.release IS ? AND k.version IS ? AND k.suite = ? AND k.suite <> ?
GROUP BY c.kernel, c.item
"""


def latest(db: sqlite3.Connection) -> Matrix:
    """Kernels and items are those of the newest whole matrix; each cell says which one it is of."""
    found = _whole(db)
    items = {name for name, _ in found.items}
    for k in found.kernels:
        rows = db.execute(NEWEST, (k.name, k.release, k.version, k.suite, LOCAL)).fetchall()
        for kernel, item, *rest, run, commit, _ in rows:
            if item in items:
                found.cells[kernel, item] = Cell(*rest, origin=(run, commit))
    return found
