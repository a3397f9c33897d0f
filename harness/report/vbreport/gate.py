# SPDX-License-Identifier: BSD-2-Clause
"""The verb gate: are these runs worse than the baseline?

A change counts only beyond what equal runs differ by (scatter.py). Points that the baseline does not
hold are told and not judged. The bare copy loop, which holds none of our code, is the control: where it
changed, the machine did.
"""

import argparse
from pathlib import Path

from . import answers, baseline, sides, verdicts
from .control import UNKNOWN_MARGIN, control_doubt, control_of, crowd
from .err import Exit, ReportError, one_line
from .judge import TOLERANCE, Judgement, Pair, judge
from .records import Run
from .scatter import ALPHA, FEWEST_RUNS, margins
from .store import Store
from .units import percent


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", metavar="RUN", help="runs of the baseline's scenario")
    parser.add_argument(
        "--baseline", type=Path, required=True, metavar="FILE", help="what to hold them against"
    )
    baseline.family_option(parser)
    answers.options(parser)


def doubts(base: dict, runs: list[Run]) -> str | None:
    """Why these runs cannot be held against this baseline, or None."""
    for key in baseline.KEY:
        for run in runs:
            if str(getattr(run, key)) != str(base[key]):
                return (
                    f"the baseline is of another {key.replace('_', ' ')}: {one_line(base[key])}, "
                    f"not {one_line(getattr(run, key))}"
                )
    return sides.doubts(runs, runs) or control_doubt(
        {c["label"]: c["trials"] for c in base["control"]}, control_of(runs)
    )


def gate(base: dict, runs: list[Run], family: int = 1, tolerance: float = TOLERANCE) -> Judgement:
    """Judges the runs against the baseline."""
    alpha = ALPHA / family
    before, after = baseline.samples(base), sides.samples_of(runs)
    found = sides.pairs(before, after, doubts(base, runs))
    set_not_held(found, base)
    crowded = crowd(runs)
    for pair in found:
        pair.crowded = crowded
    set_margins(found, before, len(runs), alpha)
    judged = judge(found, alpha, tolerance)
    if any(p.margin == UNKNOWN_MARGIN for p in found):
        judged.notes.append(
            f"the baseline has under {FEWEST_RUNS} runs: only changes over {UNKNOWN_MARGIN:.0%} are told"
        )
    return judged


def set_not_held(found: list[Pair], base: dict) -> None:
    """Takes the points that the baseline does not hold out of the verdict; pairs are in its order."""
    for pair, point in zip(found, base["points"]):
        if not point.get("held", True):
            pair.not_held = (
                f"{len(point['trials'])} equal runs of the baseline scatter by {percent(point['scatter'])}"
            )


def set_margins(found: list[Pair], before: dict, after_runs: int, alpha: float) -> None:
    """Gives every held pair that scatters the margin of its point; pairs are in the order of the
    baseline.
    """
    judged = [(p, s) for p, s in zip(found, before.values()) if not p.counted and not p.not_held]
    known = [(p, s.by_run) for p, s in judged if s.by_run]
    usable = [(p, by_run) for p, by_run in known if min(min(v) for v in by_run) > 0]
    for (pair, _), margin in zip(usable, margins([b for _, b in usable], after_runs, alpha)):
        pair.margin = margin


def against_baseline(store: Store, run: Run) -> str:
    """The run against the baseline of its scenario and class of machine, as text; empty where there is
    none, and one line where it cannot be read.
    """
    path = baseline.default_path(store, run)
    if not path.is_file():
        return ""
    try:
        base = baseline.read(path)
        return describe(path, base, [run], gate(base, [run]))
    except ReportError as why:
        return f"baseline: {one_line(why)}\n"


def describe(path: Path, base: dict, runs: list[Run], judged: Judgement) -> str:
    """The judgement as a table."""
    commits = dict.fromkeys(str(r["commit"])[:12] for r in base["runs"])
    return verdicts.text(
        f"{base['scenario']}: B against the baseline A",
        [
            f"A  {path} ({len(base['runs'])} runs of {', '.join(commits)})",
            f"B  {', '.join(r.name for r in runs)}",
        ],
        judged,
    )


def verb(store: Store, args: argparse.Namespace) -> tuple[str, Exit]:
    """What to print, and the exit status: 0 same or better, 1 worse, 3 cannot tell."""
    base = baseline.read(args.baseline)
    runs = [store.load(name) for name in args.runs]
    if any(run.scenario != base["scenario"] for run in runs):
        raise ReportError(
            Exit.USAGE,
            f"judging {runs[0].name}: it is of scenario {runs[0].scenario}, and {args.baseline} of {base['scenario']}",
        )
    judged = gate(base, runs, args.family, args.tolerance)
    about = {
        "a": [r["name"] for r in base["runs"]],
        "b": [r.name for r in runs],
        "scenario": base["scenario"],
    }
    return answers.answer(args, "gate", about, judged, describe(args.baseline, base, runs, judged))
