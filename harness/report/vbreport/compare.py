# SPDX-License-Identifier: BSD-2-Clause
"""The verb compare: is side B of two stored runs, or of a named comparison, better or worse than A?"""

import argparse

from . import answers, sides, verdicts
from .control import UNKNOWN_MARGIN, control_doubt, control_of, crowd
from .err import Exit, ReportError, one_line
from .judge import ALPHA, TOLERANCE, Judgement, judge
from .records import Run
from .store import Store


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "runs", nargs="*", metavar="RUN", help="RUN_A and RUN_B; several of a side joined by commas"
    )
    parser.add_argument(
        "--comparison",
        metavar="NAME",
        help="the runs that valebench compare stored under this name",
    )
    answers.options(parser)


def chosen(store: Store, args: argparse.Namespace) -> tuple[list[Run], list[Run]]:
    """The runs of both sides. Raises ReportError(USAGE) where the options name no two sides."""
    if args.comparison and args.runs:
        raise ReportError(Exit.USAGE, "comparing: give two runs or --comparison, not both")
    if args.comparison:
        names = store.comparison(args.comparison)
    elif len(args.runs) == 2:
        names = {side: text.split(",") for side, text in zip("AB", args.runs)}
    else:
        raise ReportError(
            Exit.USAGE, "comparing: give two runs, as in: valebench-report compare RUN_A RUN_B"
        )
    return tuple([store.load(name) for name in names[side]] for side in "AB")


def compare(a: list[Run], b: list[Run], tolerance: float = TOLERANCE) -> Judgement:
    """Judges every point of both sides. Halves of one comparison were taken trial by trial in turn and
    are paired. Others meet a machine that may have changed between them: they must be fit, the bare
    copy loop must agree, and only a change over UNKNOWN_MARGIN counts.
    """
    names = {r.comparison for r in [*a, *b]}
    in_turn = len(names) == 1 and None not in names
    before, after = sides.samples_of(a), sides.samples_of(b)
    doubt = sides.doubts(a, b) or (None if in_turn else _apart(a, b))
    found = sides.pairs(before, after, doubt, in_turn)
    if not in_turn:
        crowded = crowd(a) or crowd(b)
        for pair in found:
            pair.margin = 0.0 if pair.counted else UNKNOWN_MARGIN
            pair.crowded = crowded
    judged = judge(found, ALPHA, tolerance)
    judged.notes = sides.differences(a, b)
    if not in_turn:
        judged.notes.append(
            f"not taken in turn: only changes over {UNKNOWN_MARGIN:.0%} are told; "
            "valebench compare takes trials in turn"
        )
    return judged


def _apart(a: list[Run], b: list[Run]) -> str | None:
    unsure = [r.name for r in [*a, *b] if r.fit != "fit"]
    if unsure and any(r.measure != "instructions" for r in [*a, *b]):
        return (
            f"run {one_line(unsure[0])} does not say whether its machine was fit to measure, "
            "and the runs were not taken in turn"
        )
    return control_doubt(control_of(a), control_of(b))


def verb(store: Store, args: argparse.Namespace) -> tuple[str, Exit]:
    """What to print, and the exit status."""
    a, b = chosen(store, args)
    judged = compare(a, b, args.tolerance)
    about = {"a": [r.name for r in a], "b": [r.name for r in b], "scenario": a[0].scenario}
    table = verdicts.text(
        f"{one_line(a[0].scenario)}: B against A",
        [f"A  {sides.told(a)}", f"B  {sides.told(b)}"],
        judged,
    )
    return answers.answer(args, "comparison", about, judged, table)
