# SPDX-License-Identifier: BSD-2-Clause
"""The command line of valebench-report."""

import argparse
import errno
import os
import sys
import traceback
from pathlib import Path

from . import digest, export, gate, gnuplot, html, page, table, verbs, words
from .err import Exit, ReportError, one_line
from .graph import Graph
from .rates import rate_graphs
from .records import Run
from .searches import search_graphs
from .stacks import loss_graph
from .store import Store
from .tails import tail_graphs

FORMATS = ("text", "html", "svg", "png")
ON_REQUEST = ("graph",)
PAGE = "index.html"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        self.exit(
            Exit.USAGE, f"valebench-report: {one_line(message)}; see valebench-report --help\n"
        )


def parse(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="valebench-report",
        description="Tables, graphs and an HTML page of stored runs. Other verbs, each with its own --help: "
        + "; ".join(f"{name}: {verb.help}" for name, verb in verbs.VERBS.items()),
        epilog="Exit status: 0 done; 2 wrong option, unknown run or empty store; 3 damaged store; 4 no store or "
        "no gnuplot; 5 no space; 6 gnuplot took too long; 7 interrupted; 8 a defect of this program.",
    )
    verbs.add_store(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--run", metavar="NAME", help="report this run")
    which.add_argument("--last", action="store_true", help="report the newest run (default)")
    which.add_argument("--all", action="store_true", help="report every run")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where the files go (default: runs/NAME/report beside the store; with --all a folder for each run)",
    )
    parser.add_argument(
        "--format",
        type=_formats,
        default=list(FORMATS),
        metavar="LIST",
        help="some of text,html,svg,png (default: all); html brings svg with it; graph draws in the terminal",
    )
    return parser.parse_args(argv)


def _formats(text: str) -> list[str]:
    chosen = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [part for part in chosen if part not in FORMATS + ON_REQUEST]
    if unknown or not chosen:
        raise argparse.ArgumentTypeError(
            f"no format {unknown[0] if unknown else text!r}; choose from {','.join(FORMATS + ON_REQUEST)}"
        )
    return chosen


def chosen_runs(store: Store, args: argparse.Namespace) -> list[str]:
    """The names that the options choose. Raises ReportError(USAGE) for an empty store."""
    if args.run:
        return [args.run]
    names = store.run_names()
    if not names:
        raise ReportError(
            Exit.USAGE,
            f"choosing a run from {store.path}: the store holds no run yet; run a scenario first, "
            "as in: make bench SCENARIO=smoke",
        )
    return names if args.all else names[-1:]


def folder_of(store: Store, run: str, args: argparse.Namespace) -> Path:
    if args.out is None:
        return store.path.parent / "runs" / run / "report"
    return args.out / run if args.all else args.out


def report(store: Store, name: str, args: argparse.Namespace) -> None:
    """Prints and writes what the formats ask for; the last line says where the page or the graphs
    are.
    """
    found = digest.digest(store.load(name))
    if "text" in args.format:
        sys.stdout.write(table.render(found))
        judged = gate.against_baseline(store, found.run)
        sys.stdout.write(f"\n{judged}" if judged else "")
    if "graph" in args.format:
        sys.stdout.writelines(gnuplot.in_terminal(graph) for graph in _graphs(store, found))
    images = [
        f for f in ("svg", "png") if f in args.format or (f == "svg" and "html" in args.format)
    ]
    if not images:
        return
    folder = folder_of(store, name, args)
    folder.mkdir(parents=True, exist_ok=True)
    figures = [
        _draw(graph, folder, images, words.repeat_command(found.run))
        for graph in _graphs(store, found)
    ]
    if "html" in args.format:
        (folder / "table.txt").write_text(table.render(found), encoding="utf-8")
        links = page.Links(
            [("table.txt", "the table as text"), *export.write_all(store, found, folder)],
            _logs(store, name, folder),
        )
        (folder / PAGE).write_text(page.render(found, figures, links), encoding="utf-8")
    print(f"report: {folder / PAGE if 'html' in args.format else folder}")


def _graphs(store: Store, found: digest.Digest) -> list[Graph]:
    loss = loss_graph(found)
    graphs = [
        *rate_graphs(found),
        *tail_graphs(store, found.run),
        *([loss] if loss else []),
        *search_graphs(store, found.run),
    ]
    for graph in graphs:
        _sign(graph, found.run)
    return graphs


def _sign(graph: Graph, run: Run) -> None:
    """A graph leaves its page: it must say by itself where its figures come from."""
    graph.place = f"{words.place(run)}; {words.fitness(run)}"
    graph.origin = f"{run.cpu_model}; run {run.name}"


def _draw(graph: Graph, folder: Path, images: list[str], command: str) -> html.Figure:
    files = gnuplot.draw(graph, folder, images)
    svg = folder / f"{graph.stem}.svg"
    text = svg.read_text(encoding="utf-8") if "svg" in images else ""
    return html.Figure(
        text, f"{graph.title}, {graph.y_title} by {graph.x_title}", [f.name for f in files], command
    )


def _logs(store: Store, run: str, folder: Path) -> list[tuple[str, str]]:
    """The raw logs in the run's own folder, as paths relative to the report."""
    home = store.path.parent / "runs" / run
    if not home.is_dir():
        return []
    return [
        (os.path.relpath(path, folder), "")
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and path.stat().st_size
        and not {folder, home / "report"} & set(path.parents)
    ]


def _report_all(args: argparse.Namespace) -> None:
    store = Store(args.store)
    try:
        for name in chosen_runs(store, args):
            report(store, name, args)
        sys.stdout.flush()
    finally:
        store.close()


def main(argv: list[str]) -> int:
    """Runs the command line; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without UTF-8 gets question marks in place of lines, not an error.
        stream.reconfigure(errors="replace")
    try:
        if argv and argv[0] in verbs.VERBS:
            return verbs.run(argv[0], argv[1:], _Parser)
        _report_all(parse(argv))
    except ReportError as why:
        return _say(why.code, str(why))
    except BrokenPipeError:
        # The reader has what it wanted; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except OSError as why:
        return _say(
            _status_of(why),
            f"writing the report: {why.strerror}: {why.filename or 'standard output'}",
        )
    except KeyboardInterrupt:
        return _say(Exit.INTERRUPTED, "interrupted")
    except Exception as why:  # Python itself would end with 1, which to a gate means worse.
        place = traceback.extract_tb(why.__traceback__)[-1]
        return _say(
            Exit.INTERNAL,
            f"{argv[0] if argv else 'reporting'}: {type(why).__name__}: {why} ({Path(place.filename).name}:"
            f"{place.lineno}); this is a defect of ours, please report it",
        )
    return Exit.OK


def _status_of(why: OSError) -> Exit:
    """Never FAILED, which to a gate means worse."""
    if why.errno in (errno.ENOSPC, errno.EDQUOT):
        return Exit.NO_SPACE
    return Exit.MISSING if why.errno in (errno.ENOENT, errno.ENOTDIR) else Exit.USAGE


def _say(code: Exit, text: str) -> int:
    print(f"valebench-report: {one_line(text)}", file=sys.stderr)
    return code
