# SPDX-License-Identifier: BSD-2-Clause
"""The table, the page, and what changed of a stored matrix."""

import argparse
import sqlite3
import sys
from pathlib import Path

from .docs import write_docs
from .latest import latest
from .page import page
from .said import changes, circumstances, figures, reasons, summary, table, taken_over
from .stored import MISSING, Matrix, Problem, before, connect, find

OK, FAILED = 0, 1


def say(matrix: Matrix, old: Matrix | None, results: Path) -> None:
    folder = results / "matrix" / matrix.name
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "index.html"
    index.write_text(page(matrix, old, folder, results), encoding="utf-8")
    print(f"matrix {matrix.name} ({matrix.state}), commit {(matrix.commit or 'unknown')[:12]}")
    under = circumstances(matrix) + taken_over(matrix)
    parts = (table(matrix), reasons(matrix, results), figures(matrix), under, changes(matrix, old))
    for lines in parts:
        print("\n" + "\n".join(lines) if lines else "")
    print(f"\npage: {index}\n{summary(matrix)}")


def run(args: argparse.Namespace) -> int:
    db = connect(args.results)
    matrix = latest(db) if args.docs else find(db, args.run)
    if args.docs:
        write_docs(matrix, args.docs)
    else:
        say(matrix, before(db, matrix), args.results)
    return FAILED if matrix.count("failed") else OK


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="matrix-report", description=__doc__)
    parser.add_argument("run", nargs="?", help="name of a matrix; default the newest")
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the store")
    parser.add_argument(
        "--docs",
        type=Path,
        metavar="FILE",
        help="instead, write the latest of every cell, of whichever matrix, between the marks of that Markdown file",
    )
    args = parser.parse_args(argv)
    if args.run and args.docs:
        parser.error("--docs is of all matrices; leave the name away")
    try:
        return run(args)
    except Problem as why:
        print(f"matrix-report: {why}", file=sys.stderr)
        return why.status
    except (OSError, sqlite3.Error) as why:
        print(f"matrix-report: writing the report: {why}", file=sys.stderr)
        return MISSING
