-- SPDX-License-Identifier: BSD-2-Clause
-- A trial store of version 1 with three runs, as valebench 0.1 wrote them. Never to be changed.
PRAGMA user_version = 1;

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
  platform TEXT NOT NULL,             -- native, qemu, uml, xen
  accelerator TEXT NOT NULL,          -- none, kvm, tcg
  accelerator_reason TEXT NOT NULL,   -- in words
  kernel TEXT, qemu TEXT,             -- guest kernel release, QEMU version; NULL on native
  host_kernel TEXT NOT NULL, cpu_model TEXT NOT NULL, cpus INTEGER NOT NULL, memory_bytes INTEGER NOT NULL,
  boot_ms INTEGER,                    -- start of the platform to the agent's hello
  graph TEXT NOT NULL                 -- JSON: {"x":"frame_bytes","y":["rx_pps"],"series":null,"log_x":true,"x_unit":"bytes"}
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

CREATE TABLE IF NOT EXISTS metrics (
  trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE,
  name TEXT NOT NULL, unit TEXT NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (trial_id, name)
);

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

CREATE TABLE IF NOT EXISTS counters (
  trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE,
  port TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (trial_id, port, name)
);

CREATE TABLE IF NOT EXISTS warnings (
  run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  text TEXT NOT NULL
);

INSERT INTO runs VALUES
 (1,'20261122T171500Z-old-0001','old','Old','00','name: old
measure: throughput
trials: 2
','{}','complete',NULL,'2026-11-22T17:15:00Z','2026-11-22T17:16:00Z',77,'boot/1','abc',0,'0.1.0','native','none','',NULL,NULL,
 '6.1','Intel(R) Xeon(R) 6975P-C',2,1024,3,'{"x":"a","y":["rx_pps"]}'),
 (2,'20261122T171600Z-late-0002','late','Late','00','name: late
measure: latency
trials: 2
','{}','partial','the runner ended','2026-11-22T17:16:00Z',NULL,78,'boot/2',NULL,NULL,'0.1.0','qemu','tcg','','6.1','7.2',
 '6.1','AMD EPYC 7763 64-Core Processor',128,1024,9000,'{"x":"a","y":["latency_p50_ns"]}'),
 (3,'20261122T171700Z-idle-0003','idle','Idle','00','name: idle
measure: memory
','{}','complete',NULL,'2026-11-22T17:17:00Z','2026-11-22T17:18:00Z',79,'boot/2',NULL,NULL,'0.1.0','qemu','tcg','','6.1','7.2',
 '6.1','',2,1024,9000,'{"x":"a","y":["kernel_memory_mib"]}');
INSERT INTO points VALUES (1,1,0,'measure','a=1','{"a":1}');
INSERT INTO trials VALUES (1,1,0,'ok',NULL,NULL,'2026-11-22T17:15:01Z',1.5,0.5,0.75), (2,1,1,'failed','the guest died','x',
 '2026-11-22T17:15:03Z',0.5,0.5,0.75);
INSERT INTO metrics VALUES (1,'rx_pps','pps',1250000.5);
INSERT INTO samples VALUES (1,'rx',0,'pps','pps',1250000.5);
INSERT INTO histograms VALUES (1,'latency','ns','[[1,2,3]]');
INSERT INTO counters VALUES (1,'vale0:rxp','rx_packets',42);
INSERT INTO warnings VALUES (1,'the host was busy');
