-- SPDX-License-Identifier: BSD-2-Clause
-- The trial store: results/store.sqlite, written by harness/runner (WAL, one transaction a trial), read by harness/report.
-- Explained column by column in docs/results.md; results/migrations/N.sql leads a store of version N to the next. Times are ISO 8601 UTC; rates are packets or bits a second; times in ns.
PRAGMA user_version = 3;

CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,          -- e.g. 20261122T171500Z-smoke-1a2b, also the folder under results/runs/
  scenario TEXT NOT NULL,
  scenario_title TEXT NOT NULL,
  scenario_hash TEXT NOT NULL,        -- SHA-256 of the scenario file's bytes
  scenario_yaml TEXT NOT NULL,        -- the file itself
  overrides TEXT NOT NULL,            -- JSON object of what the command line changed
  state TEXT NOT NULL CHECK (state IN ('running','complete','failed','interrupted','partial')),
  reason TEXT,                        -- why failed, interrupted or partial
  started_at TEXT NOT NULL,
  finished_at TEXT,
  runner_pid INTEGER NOT NULL,
  runner_identity TEXT,               -- boot id and start time of that process: tells a living runner from a reused pid
  "commit" TEXT, dirty INTEGER,       -- of the source tree; dirty 0 or 1; NULL outside git
  version TEXT NOT NULL,
  platform TEXT NOT NULL,             -- native, qemu, uml, xen, xen-host, icount, host
  accelerator TEXT NOT NULL,          -- none, kvm, tcg
  accelerator_reason TEXT NOT NULL,   -- in words
  kernel TEXT, qemu TEXT,             -- guest kernel release, QEMU version; NULL on native
  host_kernel TEXT NOT NULL, cpu_model TEXT NOT NULL, cpus INTEGER NOT NULL, memory_bytes INTEGER NOT NULL,
  boot_ms INTEGER,                    -- start of the platform to the agent's hello
  graph TEXT NOT NULL,                -- JSON: {"x":"frame_bytes","y":["rx_pps"],"series":null,"log_x":true,"x_unit":"bytes"}
  measure TEXT NOT NULL DEFAULT 'throughput',  -- throughput (MRR), ndr_pdr, rfc2544, soak, back_to_back, latency, scaling, memory, instructions, boot
  machine_class TEXT NOT NULL DEFAULT '',      -- CPU model and number, as 'intel-xeon-6975p-c.2cpu': machines whose figures may be compared
  fit TEXT NOT NULL DEFAULT 'unknown' CHECK (fit IN ('fit','unfit','unknown')),
  comparison TEXT, side TEXT CHECK (side IN ('A','B')), -- the comparison that this run is half of, and which half; NULL otherwise
  compiler TEXT                       -- that made the programs, as '12.2.0'; NULL in runs of older stores
);

CREATE TABLE IF NOT EXISTS points (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  idx INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('measure','calibration')),
  label TEXT NOT NULL,                -- "frame_bytes=60 burst=512", or "copy frame_bytes=60", "ceiling frame_bytes=60"
  params TEXT NOT NULL,               -- JSON object
  UNIQUE (run_id, idx)
);

CREATE TABLE IF NOT EXISTS trials (
  id INTEGER PRIMARY KEY,
  point_id INTEGER NOT NULL REFERENCES points(id) ON DELETE CASCADE,
  idx INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ok','failed')),
  reason TEXT, log_excerpt TEXT,      -- of a failed trial
  started_at TEXT NOT NULL, duration_s REAL NOT NULL,
  load_before REAL, load_after REAL,  -- host load average over one minute
  UNIQUE (point_id, idx)
);

-- One value a trial and metric. Names: rx_pps, rx_bps, tx_pps, loss_ratio, copy_pps, ceiling_pps, boot_ms, latency_p50_ns ...
CREATE TABLE IF NOT EXISTS metrics (
  trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE,
  name TEXT NOT NULL, unit TEXT NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (trial_id, name)
);

-- Raw samples: what each program reported for each interval inside the measured window.
CREATE TABLE IF NOT EXISTS samples (
  trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE,
  program TEXT NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, value REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS samples_by_trial ON samples(trial_id);

CREATE TABLE IF NOT EXISTS histograms (
  trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE,
  name TEXT NOT NULL, unit TEXT NOT NULL,
  buckets TEXT NOT NULL,              -- JSON [[low, high, count], ...]
  PRIMARY KEY (trial_id, name)
);

-- Where packets went: counters of each port after the trial minus before it.
CREATE TABLE IF NOT EXISTS counters (
  trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE,
  port TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (trial_id, port, name)
);

-- Is the machine fit to measure? One row a check before the first point; the run's own verdict is runs.fit.
CREATE TABLE IF NOT EXISTS fitness (
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,                 -- ceiling, copy, loss_at_10pct, clock, steal, load
  unit TEXT NOT NULL, value REAL,     -- NULL: it could not be taken
  bound REAL,                         -- what the value was held against; NULL: it is only told
  ok INTEGER CHECK (ok IN (0,1)),     -- NULL: this check cannot tell
  text TEXT NOT NULL,                 -- in plain words
  PRIMARY KEY (run_id, name)
);

-- The path of a search: the bounds of each of its goals after each of its trials.
CREATE TABLE IF NOT EXISTS search_steps (
  trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,               -- order within the point, from 0
  goal TEXT NOT NULL,                 -- ndr, pdr, ...
  lower_pps REAL, upper_pps REAL,     -- NULL: no such bound is known yet
  PRIMARY KEY (trial_id, goal)
);

-- Results of a point that are not those of one trial: ndr_pps, pdr_pps, back_to_back_packets ...
CREATE TABLE IF NOT EXISTS outcomes (
  point_id INTEGER NOT NULL REFERENCES points(id) ON DELETE CASCADE,
  name TEXT NOT NULL, unit TEXT NOT NULL, value REAL NOT NULL,
  lower REAL, upper REAL,             -- the interval in which the true value lies; NULL: none is claimed
  PRIMARY KEY (point_id, name)
);

-- What was said aloud: warnings of the runner, shown beside every figure of the run.
CREATE TABLE IF NOT EXISTS warnings (
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  text TEXT NOT NULL
);
