# SPDX-License-Identifier: BSD-2-Clause
"""The verbs of valebench-report beside plain reporting: each has its options and a function from the
store to what is printed and the exit status.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import baseline, collection_verb, compare, export_verbs, gate, trend
from .err import Exit
from .store import Store


@dataclass(frozen=True, slots=True)
class Verb:
    """help: one line; options(parser) adds arguments; run(store, args) -> (text, status), or
    run(path, args) where the verb opens the store itself.
    """

    help: str
    options: Callable
    run: Callable
    opens_store: bool = True


VERBS = {
    "compare": Verb("is run B better or worse than run A?", compare.options, compare.verb),
    "baseline": Verb(
        "keep runs as the baseline of their scenario and machine class",
        baseline.options,
        baseline.verb,
    ),
    "export": Verb(
        "runs as JSON, CSV, JUnit XML or benchmark JSON", export_verbs.options, export_verbs.verb
    ),
    "import": Verb(
        "runs that export wrote, into the store",
        export_verbs.import_options,
        export_verbs.import_verb,
        opens_store=False,
    ),
    "trend": Verb(
        "how every series went, where it changed, and the dashboard", trend.options, trend.verb
    ),
    "collection": Verb(
        "the runs of a collection against its targets, and as its tables",
        collection_verb.options,
        collection_verb.verb,
        opens_store=False,
    ),
    "gate": Verb("are runs worse than the baseline?", gate.options, gate.verb),
}


def run(name: str, argv: list[str], parser_class: type) -> Exit:
    """Runs the verb with its own command line and prints what it says."""
    chosen = VERBS[name]
    parser = parser_class(prog=f"valebench-report {name}", description=chosen.help)
    add_store(parser)
    chosen.options(parser)
    args = parser.parse_args(argv)
    if chosen.opens_store:
        store = Store(args.store)
        try:
            said, status = chosen.run(store, args)
        finally:
            store.close()
    else:
        said, status = chosen.run(args.store, args)
    sys.stdout.write(said)
    sys.stdout.flush()
    return status


def add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        type=Path,
        default=Path("results/store.sqlite"),
        help="trial store (default: %(default)s)",
    )
