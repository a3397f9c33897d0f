# SPDX-License-Identifier: BSD-2-Clause
"""The verb gate: are these runs worse than the baseline?

Trials of one run scatter less than runs do: another boot, another layout of memory. A change counts
only beyond what equal runs differ by: a prediction interval of Student's t from the baseline's runs,
at the family's error rate over all points (Bonferroni), and never less than LEAST_MARGIN. The bare copy loop, which holds none of our
code, is the control: where it changed, the machine did.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy import stats as scipy_stats

from . import answers, baseline, sides, verdicts
from .control import UNKNOWN_MARGIN, control_doubt, control_of
from .err import Exit, ReportError, one_line
from .judge import TOLERANCE, Judgement, Pair, judge
from .records import Run
from .store import Store

ALPHA = 0.005
FEWEST_RUNS = 3
# Ten runs of one hour know nothing of a machine in another state.
LEAST_MARGIN = 0.03


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", metavar="RUN", help="runs of the baseline's scenario")
    parser.add_argument(
        "--baseline", type=Path, required=True, metavar="FILE", help="what to hold them against"
    )
    parser.add_argument(
        "--family",
        type=_count,
        default=1,
        metavar="N",
        help="this gate is one of N that are asked together; the chance of a false alarm is shared among them",
    )
    answers.options(parser)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return value


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


def margins(before: list[list[list[float]]], after_runs: int, alpha: float) -> list[float]:
    """For each point's values by run: the ratio minus 1 that equal runs stay under, all points together,
    with probability 1 - alpha; LEAST_MARGIN at least.
    """
    runs = min((len(point) for point in before), default=0)
    if runs < FEWEST_RUNS:
        return [UNKNOWN_MARGIN] * len(before)
    scatter = np.array([np.std(np.log([np.median(v) for v in p]), ddof=1) for p in before])
    # One point's few runs may agree by chance; the others say what this machine is like, and the
    # middle one of them is not the one that a single wild point makes of them all.
    scatter = np.maximum(scatter, np.median(scatter))
    quantile = scipy_stats.t.ppf(1 - alpha / (2 * len(before)), runs - 1)
    found = np.expm1(quantile * scatter * np.sqrt(1 / runs + 1 / after_runs))
    return [float(m) for m in np.maximum(found, LEAST_MARGIN)]


def gate(base: dict, runs: list[Run], family: int = 1, tolerance: float = TOLERANCE) -> Judgement:
    """Judges the runs against the baseline."""
    alpha = ALPHA / family
    before, after = baseline.samples(base), sides.samples_of(runs)
    found = sides.pairs(before, after, doubts(base, runs))
    set_margins(found, before, len(runs), alpha)
    judged = judge(found, alpha, tolerance)
    if any(p.margin == UNKNOWN_MARGIN for p in found):
        judged.notes.append(
            f"the baseline has under {FEWEST_RUNS} runs: only changes over {UNKNOWN_MARGIN:.0%} are told"
        )
    return judged


def set_margins(found: list[Pair], before: dict, after_runs: int, alpha: float) -> None:
    """Gives every pair that scatters the margin of its point; pairs are in the order of the baseline."""
    known = [(p, s.by_run) for p, s in zip(found, before.values()) if not p.counted and s.by_run]
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
