# SPDX-License-Identifier: BSD-2-Clause
"""The verb gate: are these runs worse than the baseline?

A change counts only beyond what equal runs differ by (scatter.py). Points that the baseline does not
hold are told and not judged. The bare copy loop, which holds none of our code, is the control: where it
changed, the machine did. A machine may change where no control shows it, so a change is confirmed by a
comparison: the baseline's commit, built again, and this tree in turn.
"""

import argparse
from pathlib import Path

from . import answers, baseline, sides, verdicts
from .control import UNKNOWN_MARGIN, control_doubt, control_of, crowd
from .err import Exit, ReportError, one_line
from .judge import TOLERANCE, Judgement, Pair, Verdict, judge
from .records import Run
from .scatter import ALPHA, FEWEST_RUNS, margins
from .store import Store
from .units import percent


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="runs of the baseline's scenario")
    parser.add_argument(
        "--comparison",
        action="append",
        default=[],
        metavar="NAME",
        help="instead of RUNs: some of the baseline's commit (A) and of this tree (B) taken in turn; "
        "may be repeated",
    )
    parser.add_argument(
        "--changed",
        action="store_true",
        help="exit status 1 where they are better, too: what any change is confirmed by",
    )
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


def confirm(
    base: dict, a: list[Run], b: list[Run], family: int = 1, tolerance: float = TOLERANCE
) -> Judgement:
    """Judges B against A, runs of the baseline's commit taken in turn with it: as strictly as gate(), with
    what the baseline knows of its points, and nothing that time has changed since.
    """
    alpha = ALPHA / family
    known = baseline.samples(base)
    taken, after = sides.samples_of(a), sides.samples_of(b)
    before = {key: taken.get(key, sides.Samples(s.unit)) for key, s in known.items()}
    found = sides.pairs(before, after, _doubts_in_turn(a, b), interleaved=True)
    set_not_held(found, base)
    set_margins(found, known, len(b), alpha, len(a))
    judged = judge(found, alpha, tolerance)
    judged.notes = sides.differences(a, b) + drift(gate(base, a, family, tolerance))
    return judged


def _doubts_in_turn(a: list[Run], b: list[Run]) -> str | None:
    return sides.doubts(a, b) or control_doubt(control_of(a), control_of(b))


def drift(of_the_same: Judgement) -> list[str]:
    """What to say of a baseline that its own commit, measured today, does not reach or exceeds."""
    moved = [f for f in of_the_same.held if f.verdict in (Verdict.WORSE, Verdict.BETTER)]
    if not moved:
        return []
    said = ", ".join(f"{one_line(f.pair.name)} {verdicts.words(f)}" for f in moved)
    return [
        f"the machine changed since the baseline was taken, for its own commit is today: {said}; "
        "take it again with: valebench baseline"
    ]


def set_not_held(found: list[Pair], base: dict) -> None:
    """Takes the points that the baseline does not hold out of the verdict; pairs are in its order."""
    for pair, point in zip(found, base["points"]):
        if not point.get("held", True):
            pair.not_held = (
                f"{len(point['trials'])} equal runs of the baseline scatter by {percent(point['scatter'])}"
            )


def set_margins(
    found: list[Pair], before: dict, after_runs: int, alpha: float, before_runs: int | None = None
) -> None:
    """Gives every held pair that scatters the margin of its point; pairs are in the order of the
    baseline. before_runs: of the side that stands for it; None: all that it is made of.
    """
    judged = [(p, s) for p, s in zip(found, before.values()) if not p.counted and not p.not_held]
    known = [(p, s.by_run) for p, s in judged if s.by_run]
    usable = [(p, by_run) for p, by_run in known if min(min(v) for v in by_run) > 0]
    limits = margins([b for _, b in usable], after_runs, alpha, before_runs)
    for (pair, _), margin in zip(usable, limits):
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


def describe_confirmation(base: dict, a: list[Run], b: list[Run], judged: Judgement) -> str:
    """The same of runs taken in turn."""
    return verdicts.text(
        f"{base['scenario']}: B and the baseline's commit A, in turn",
        [f"{name}  {sides.told(runs)}" for name, runs in (("A", a), ("B", b))],
        judged,
    )


def of_scenario(runs: list[Run], base: dict, path: Path) -> list[Run]:
    """The runs. Raises ReportError(USAGE) where one is of another scenario than the baseline."""
    for run in runs:
        if run.scenario != base["scenario"]:
            raise ReportError(
                Exit.USAGE,
                f"judging {run.name}: it is of scenario {run.scenario}, and {path} of {base['scenario']}",
            )
    return runs


def judged_in_turn(
    store: Store, base: dict, args: argparse.Namespace
) -> tuple[dict[str, list[Run]], Judgement, str]:
    """Both sides of the comparison that the options name, the judgement, and it as a table."""
    taken = [store.comparison(name) for name in args.comparison]
    a, b = (
        of_scenario([store.load(n) for names in taken for n in names[side]], base, args.baseline)
        for side in "AB"
    )
    judged = confirm(base, a, b, args.family, args.tolerance)
    return {"a": a, "b": b}, judged, describe_confirmation(base, a, b, judged)


def verb(store: Store, args: argparse.Namespace) -> tuple[str, Exit]:
    """What to print, and the exit status: 0 same or better, 1 worse, 3 cannot tell."""
    if bool(args.comparison) == bool(args.runs):
        raise ReportError(
            Exit.USAGE,
            "judging: give runs or --comparison, one of both; as in: gate --baseline FILE RUN",
        )
    base = baseline.read(args.baseline)
    if args.comparison:
        taken, judged, table = judged_in_turn(store, base, args)
        about = {side: [r.name for r in runs] for side, runs in taken.items()}
    else:
        runs = of_scenario([store.load(name) for name in args.runs], base, args.baseline)
        judged = gate(base, runs, args.family, args.tolerance)
        table = describe(args.baseline, base, runs, judged)
        about = {"a": [r["name"] for r in base["runs"]], "b": [r.name for r in runs]}
    about["scenario"] = base["scenario"]
    said, status = answers.answer(args, "gate", about, judged, table)
    return said, Exit.FAILED if args.changed and judged.verdict is Verdict.BETTER else status
