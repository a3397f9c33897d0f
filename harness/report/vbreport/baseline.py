# SPDX-License-Identifier: BSD-2-Clause
"""Baselines: the raw trial values of some runs of one scenario, as a JSON file that is kept in git.

Its format is results/schemas/baseline.json. A baseline of several runs also knows by how much equal
runs differ, which trials of one run cannot tell; points where that hides a change of TOLERANCE are marked
as not held.
"""

import argparse
import json
import re
from pathlib import Path

from . import held, schemas, sides
from .control import control_of, crowd
from .err import Exit, ReportError, one_line
from .records import Run
from .scatter import ALPHA
from .store import Store
from .units import is_counted
from .words import count

FORMAT = "valebench-baseline"
VERSION = 1
KEY = (
    "scenario",
    "scenario_hash",
    "measure",
    "machine_class",
    "platform",
    "accelerator",
    "kernel",
    "compiler",
)
TOLD = ("qemu", "host_kernel")
RUN_FACTS = ("name", "commit", "dirty", "started_at", "version")
RUNS_WANTED = 5
RUNS_AGAINST = 5


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="complete runs of one scenario, taken alike"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to write it (default: results/baselines/MACHINE_CLASS/PLATFORM/SCENARIO.json)",
    )
    parser.add_argument(
        "--against",
        type=_count,
        default=RUNS_AGAINST,
        metavar="N",
        help="so many runs will be held against it (default: %(default)s)",
    )
    family_option(parser)


def family_option(parser: argparse.ArgumentParser) -> None:
    """Adds what the gate and its baseline must be told alike."""
    parser.add_argument(
        "--family",
        type=_count,
        default=1,
        metavar="N",
        help="this gate is one of N that are asked together; the chance of a false alarm is shared among them",
    )


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return value


def make(runs: list[Run], against: int = RUNS_AGAINST, family: int = 1) -> dict:
    """The baseline of these runs, for so many runs to be held against it in one of so many gates. Raises
    ReportError(CANNOT_TELL) where they are not alike, failed or unfit, or most points could not be held.
    """
    _check(runs)
    first = runs[0]
    points = [
        {"label": label, "metric": metric, "unit": found.unit, "trials": found.by_run}
        for (label, metric), found in sides.samples_of(runs).items()
    ]
    try:
        held.mark(points, ALPHA / family, against)
    except ValueError as why:
        raise ReportError(
            Exit.CANNOT_TELL, f"making a baseline of {first.scenario}: {why}"
        ) from None
    return {
        "format": FORMAT,
        "version": VERSION,
        **{key: getattr(first, key) for key in (*KEY, *TOLD)},
        "runs": [{fact: getattr(run, fact) for fact in RUN_FACTS} for run in runs],
        "points": points,
        "control": [
            {"label": label, "trials": values} for label, values in control_of(runs).items()
        ],
    }


def _check(runs: list[Run]) -> None:
    first = runs[0]
    for key in KEY:
        values = {str(getattr(run, key)) for run in runs}
        if len(values) > 1:
            raise ReportError(
                Exit.CANNOT_TELL,
                f"making a baseline of {first.scenario}: the runs differ in {key.replace('_', ' ')}: "
                f"{', '.join(sorted(values))}; choose runs taken alike",
            )
    doubt = sides.doubts(runs, runs) or (None if _all_counted(runs) else crowd(runs))
    failed = [t for run in runs for t in run.trials() if not t.ok]
    if doubt or failed:
        raise ReportError(
            Exit.CANNOT_TELL,
            f"making a baseline of {first.scenario}: "
            f"{doubt or f'{len(failed)} trials failed: {failed[0].reason}'}; take the runs again",
        )


def _all_counted(runs: list[Run]) -> bool:
    return all(is_counted(samples.unit) for samples in sides.samples_of(runs).values())


def read(path: Path) -> dict:
    """The baseline in that file. Raises ReportError: MISSING, or CANNOT_TELL where it is none."""
    try:
        found = schemas.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(
            Exit.MISSING,
            f"reading the baseline {path}: there is no such file; make one with: valebench baseline",
        ) from None
    except (ValueError, UnicodeDecodeError) as why:
        raise ReportError(
            Exit.CANNOT_TELL, f"reading the baseline {path}: not JSON ({why}); restore it from git"
        ) from None
    schemas.check(found, "baseline", f"reading the baseline {path}")
    return found


def samples(found: dict) -> dict[tuple[str, str], sides.Samples]:
    """The baseline's values as a side of a comparison."""
    return {
        (p["label"], p["metric"]): sides.Samples(p["unit"], p["trials"]) for p in found["points"]
    }


def default_path(store: Store, run: Run) -> Path:
    """Where the gate looks for it."""
    folders = (
        re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "unknown"
        for name in (run.machine_class, run.platform)
    )
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", run.scenario).lstrip(".")
    return store.path.parent.joinpath("baselines", *folders, f"{name}.json")


def verb(store: Store, args: argparse.Namespace) -> tuple[str, Exit]:
    """Writes the baseline; says where, and whether it has too few runs."""
    runs = [store.load(name) for name in args.runs]
    found = make(runs, args.against, args.family)
    schemas.check(found, "baseline", f"making a baseline of {runs[0].scenario}")
    path = args.out or default_path(store, runs[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    schemas.replace(path, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    few = len(runs) < RUNS_WANTED and not all(is_counted(p["unit"]) for p in found["points"])
    advice = (
        f"; with {RUNS_WANTED} runs or more the gate knows how far equal runs differ" if few else ""
    )
    said = [f"baseline: {path}, of {count(len(runs), 'run')}{advice}", *held.told(found["points"])]
    return "\n".join(said) + "\n", Exit.OK
