# SPDX-License-Identifier: BSD-2-Clause
"""Makes stores from results/schema.sql for the tests: every row that a test reads is one that it
wrote.
"""

import json
import sqlite3
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[3] / "results" / "schema.sql"
UNITS = {
    "rx_pps": "pps",
    "tx_pps": "packets/s",
    "copy_pps": "pps",
    "ceiling_pps": "pps",
    "rx_bps": "bps",
    "loss_ratio": "ratio",
    "ns_per_packet": "ns",
}

RUN = {
    "name": "20261122T171500Z-p2p-1a2b",
    "scenario": "p2p",
    "scenario_title": "Port to port",
    "scenario_hash": "ab" * 32,
    "scenario_yaml": "name: p2p\n",
    "overrides": "{}",
    "state": "complete",
    "reason": None,
    "started_at": "2026-11-22T17:15:00Z",
    "finished_at": "2026-11-22T17:16:10Z",
    "runner_pid": 4242,
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "dirty": 0,
    "version": "0.1",
    "platform": "native",
    "accelerator": "none",
    "accelerator_reason": "no guest",
    "kernel": None,
    "qemu": None,
    "host_kernel": "6.1.0-44-amd64",
    "cpu_model": "Testing Processor 9000",
    "cpus": 2,
    "memory_bytes": 8 << 30,
    "boot_ms": 12,
    "graph": json.dumps(
        {"x": "frame_bytes", "y": ["rx_pps"], "series": None, "log_x": True, "x_unit": "bytes"}
    ),
}


def unit_of(metric: str) -> str:
    return UNITS.get(metric, "ns" if metric.endswith("_ns") else "1")


class Maker:
    """A store under construction. Use: m = Maker(path); run = m.run(); p = m.point(run, ...);
    m.trial(p, ...).
    """

    def __init__(self, path: Path):
        self.path = Path(path)
        self.db = sqlite3.connect(path)
        self.db.executescript(SCHEMA.read_text(encoding="utf-8"))

    @classmethod
    def again(cls, path: Path) -> "Maker":
        """Goes on with a store that is there."""
        m = cls.__new__(cls)
        m.path, m.db = Path(path), sqlite3.connect(path)
        return m

    def run(self, **changes) -> int:
        row = {**RUN, **changes}
        for key in ("graph", "overrides"):
            row[key] = row[key] if isinstance(row[key], str) else json.dumps(row[key])
        columns = ", ".join(f'"{c}"' for c in row)
        return self.db.execute(
            f"INSERT INTO runs ({columns}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        ).lastrowid

    def point(self, run: int, params: dict, kind: str = "measure", label: str | None = None) -> int:
        idx = self.db.execute("SELECT COUNT(*) FROM points WHERE run_id = ?", (run,)).fetchone()[0]
        label = label if label is not None else " ".join(f"{k}={v}" for k, v in params.items())
        return self.db.execute(
            "INSERT INTO points (run_id, idx, kind, label, params) VALUES (?, ?, ?, ?, ?)",
            (run, idx, kind, label, json.dumps(params)),
        ).lastrowid

    def trial(
        self,
        point: int,
        metrics: dict | None = None,
        counters: dict | None = None,
        buckets: list | None = None,
        failed: str | None = None,
        excerpt: str | None = None,
    ) -> int:
        idx = self.db.execute(
            "SELECT COUNT(*) FROM trials WHERE point_id = ?", (point,)
        ).fetchone()[0]
        trial = self.db.execute(
            "INSERT INTO trials (point_id, idx, state, reason, log_excerpt, started_at, duration_s, "
            "load_before, load_after) VALUES (?, ?, ?, ?, ?, '2026-11-22T17:15:01Z', 1.0, 0.1, 0.9)",
            (point, idx, "failed" if failed else "ok", failed, excerpt),
        ).lastrowid
        self.db.executemany(
            "INSERT INTO metrics VALUES (?, ?, ?, ?)",
            [(trial, k, unit_of(k), v) for k, v in (metrics or {}).items()],
        )
        self.db.executemany(
            "INSERT INTO counters VALUES (?, ?, ?, ?)",
            [(trial, port, name, v) for (port, name), v in (counters or {}).items()],
        )
        if buckets:
            self.db.execute(
                "INSERT INTO histograms VALUES (?, 'latency', 'ns', ?)",
                (trial, json.dumps(buckets)),
            )
        return trial

    def sample(self, trial: int, seq: int, pps: float) -> None:
        self.db.execute(
            "INSERT INTO samples VALUES (?, 'rx0', ?, 'pps', 'pps', ?)", (trial, seq, pps)
        )

    def outcome(
        self, point: int, name: str, value: float, lower: float | None, upper: float | None
    ) -> None:
        self.db.execute(
            "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?)",
            (point, name, "pps", value, lower, upper),
        )

    def step(
        self, trial: int, seq: int, goal: str, lower: float | None, upper: float | None
    ) -> None:
        self.db.execute(
            "INSERT INTO search_steps VALUES (?, ?, ?, ?, ?)", (trial, seq, goal, lower, upper)
        )

    def check(
        self, run: int, name: str, ok: int | None, text: str, value: float | None = 0.5
    ) -> None:
        self.db.execute(
            "INSERT INTO fitness VALUES (?, ?, 'ratio', ?, 0.1, ?, ?)", (run, name, value, ok, text)
        )

    def warn(self, run: int, text: str) -> None:
        self.db.execute("INSERT INTO warnings VALUES (?, ?)", (run, text))

    def done(self) -> Path:
        self.db.commit()
        self.db.close()
        return self.path


def p2p(path: Path, **changes) -> Path:
    """Two sizes of five trials with both calibrations, loss at the receiver's ring, and one failed
    trial at 1514.
    """
    m = Maker(path)
    run = m.run(**changes)
    for size, copy, ceiling in ((60, 150e6, 80e6), (1514, 20e6, 60e6)):
        m.trial(
            m.point(run, {"frame_bytes": size}, "calibration", f"copy frame_bytes={size}"),
            {"copy_pps": copy},
        )
        m.trial(
            m.point(run, {"frame_bytes": size}, "calibration", f"ceiling frame_bytes={size}"),
            {"ceiling_pps": ceiling},
        )
    for size, base in ((60, 30e6), (1514, 11e6)):
        point = m.point(run, {"frame_bytes": size, "burst": 512})
        for i in range(5):
            trial = m.trial(
                point,
                {"rx_pps": base + i * 1e5, "tx_pps": base * 1.02, "loss_ratio": 0.02},
                {
                    ("vale0:txp", "tx_copies"): 1000,
                    ("vale0:rxp", "rx_packets"): 980,
                    ("vale0:rxp", "rx_drop_ring_full"): 20,
                },
            )
            m.sample(trial, 0, base)
        if size == 1514:
            m.trial(
                point,
                {"rx_pps": 999e6},
                failed="guest went silent for 10 s",
                excerpt="watchdog: BUG: soft lockup",
            )
    m.warn(run, "host load 3.1 on 2 CPUs before the run")
    return m.done()
