# SPDX-License-Identifier: BSD-2-Clause
"""The verbs export and import."""

import argparse
import sys
from pathlib import Path

from . import ci_formats, exchange, export
from .digest import digest
from .err import Exit, ReportError
from .schemas import replace
from .store import Store
from .words import count

FORMATS = ("json", "csv", "junit", "bigger", "smaller")


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="which runs (default: the newest)")
    parser.add_argument("--all", action="store_true", help="every run of the store")
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="json",
        help="json: whole runs, for import; csv: raw data, into a folder; junit: XML for CI systems; bigger, smaller: "
        "customBiggerIsBetter and customSmallerIsBetter of continuous-benchmark actions (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="PATH",
        help="a file, or for csv a folder (default: standard output)",
    )


def chosen(store: Store, args: argparse.Namespace) -> list[str]:
    names = store.run_names()
    if args.all and args.runs:
        raise ReportError(Exit.USAGE, "exporting: give runs or --all, not both")
    if not names:
        raise ReportError(Exit.USAGE, f"exporting from {store.path}: the store holds no run yet")
    return list(dict.fromkeys(args.runs)) or (names if args.all else names[-1:])


def verb(store: Store, args: argparse.Namespace) -> tuple[str, Exit]:
    """Writes the file, or returns what to print."""
    names = chosen(store, args)
    if args.format == "csv":
        return _csv(store, names, args.out), Exit.OK
    pieces = exchange.dump(store, names) if args.format == "json" else [_for_ci(store, names, args)]
    if args.out:
        replace(args.out, "".join(pieces))
        return f"export: {args.out}, {count(len(names), 'run')}\n", Exit.OK
    for piece in pieces:
        sys.stdout.write(piece)
    return "", Exit.OK


def _for_ci(store: Store, names: list[str], args: argparse.Namespace) -> str:
    found = [digest(store.load(name)) for name in names]
    if args.format == "junit":
        return ci_formats.junit(found)
    return ci_formats.benchmark_action(found, args.format == "bigger")


def _csv(store: Store, names: list[str], out: Path | None) -> str:
    if out is None:
        raise ReportError(
            Exit.USAGE, "exporting csv: it is several files; give their folder with --out"
        )
    for name in names:
        folder = out / name if len(names) > 1 else out
        folder.mkdir(parents=True, exist_ok=True)
        export.write_all(store, digest(store.load(name)), folder)
    return f"export: {out}, {count(len(names), 'run')}\n"


def import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what export wrote as json")


def import_verb(path: Path, args: argparse.Namespace) -> tuple[str, Exit]:
    """Adds the runs of the file to the store at path, all or none."""
    runs = exchange.read(args.file)
    exchange.put(path, runs, f"importing {args.file}")
    return f"import: {count(len(runs), 'run')} from {args.file}\n", Exit.OK
