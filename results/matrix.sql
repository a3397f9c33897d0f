-- SPDX-License-Identifier: BSD-2-Clause
-- Tables of the kernel matrix in results/store.sqlite, made by its first run, written by harness/matrix, explained in
-- docs/matrix.md. Each cell is stored when it ends, so that an interrupted run can go on. Times are ISO 8601 UTC.
CREATE TABLE IF NOT EXISTS matrix_runs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,          -- e.g. 20261122T201500Z-matrix-1a2b, also the folder under results/matrix/
  selection TEXT NOT NULL,            -- JSON object of what the command line chose: kernels, drivers, items
  source TEXT NOT NULL,               -- commit and digest of what differs from it: only the same source goes on
  state TEXT NOT NULL CHECK (state IN ('running','complete','interrupted')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  runner_pid INTEGER NOT NULL,
  runner_identity TEXT,
  "commit" TEXT, dirty INTEGER,       -- of the source tree; NULL outside git
  version TEXT NOT NULL,
  host_kernel TEXT NOT NULL, cpu_model TEXT NOT NULL, cpus INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS matrix_kernels (
  run_id INTEGER NOT NULL REFERENCES matrix_runs(id) ON DELETE CASCADE,
  idx INTEGER NOT NULL,
  name TEXT NOT NULL,                 -- as in ci/kernels.yaml
  suite TEXT NOT NULL, flavour TEXT NOT NULL,
  release TEXT, version TEXT,         -- NULL: no suite carried it
  trouble TEXT,                       -- why not
  PRIMARY KEY (run_id, idx)
);

CREATE TABLE IF NOT EXISTS matrix_items (
  run_id INTEGER NOT NULL REFERENCES matrix_runs(id) ON DELETE CASCADE,
  idx INTEGER NOT NULL,
  name TEXT NOT NULL, about TEXT NOT NULL,
  PRIMARY KEY (run_id, idx)
);

CREATE TABLE IF NOT EXISTS matrix_cells (
  run_id INTEGER NOT NULL REFERENCES matrix_runs(id) ON DELETE CASCADE,
  kernel TEXT NOT NULL, item TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ok','failed','not run')),
  reason TEXT,                        -- of a cell that failed or was not run
  log TEXT,                           -- path below the folder of results
  finished_at TEXT NOT NULL, duration_s REAL NOT NULL,
  PRIMARY KEY (run_id, kernel, item)
);

CREATE TABLE IF NOT EXISTS matrix_figures (
  run_id INTEGER NOT NULL REFERENCES matrix_runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  about TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
);

-- What a figure of a cell was had under, and which matrix it is taken over from (--again); NULL: it is this one's own.
CREATE TABLE IF NOT EXISTS matrix_origins (
  run_id INTEGER NOT NULL REFERENCES matrix_runs(id) ON DELETE CASCADE,
  kernel TEXT NOT NULL, item TEXT NOT NULL,
  load REAL,                          -- of the host when the cell ended: the mean number of tasks of the last minute
  jobs INTEGER NOT NULL,              -- cells side by side
  from_run TEXT, from_commit TEXT,
  PRIMARY KEY (run_id, kernel, item)
);
