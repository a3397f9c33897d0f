# SPDX-License-Identifier: BSD-2-Clause
"""What the verbs that end in a verdict have in common: their options, and how they answer."""

import argparse
from pathlib import Path

from . import ci_formats, verdicts
from .err import Exit
from .judge import TOLERANCE, Judgement
from .schemas import replace


def options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that all of them take."""
    parser.add_argument(
        "--junit", type=Path, metavar="FILE", help="write the verdicts as JUnit XML too"
    )
    parser.add_argument("--json", action="store_true", help="print JSON rather than a table")
    parser.add_argument(
        "--tolerance",
        type=_share,
        default=TOLERANCE,
        metavar="SHARE",
        help="the change that the verdict same rules out (default: %(default)s)",
    )


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def answer(
    args: argparse.Namespace, kind: str, about: dict, judged: Judgement, table: str
) -> tuple[str, Exit]:
    """What to print, after JUnit XML was written if wanted, and the exit status."""
    if args.junit:
        replace(args.junit, ci_formats.junit_verdict(about["scenario"], judged))
    said = verdicts.as_json(kind, about, judged) if args.json else table
    return said, verdicts.STATUS[judged.verdict]
