# SPDX-License-Identifier: BSD-2-Clause
"""The verb collection: the runs of a collection, held against its targets and shown as its tables, on a terminal, as Markdown,
JSON and a page.
"""

import argparse
import json
from pathlib import Path

from . import collection, growth, html, marks, words
from .err import Exit, ReportError, one_line
from .schemas import replace
from .store import Store
from .table import layout
from .targets import Answer, answers, show

HEADINGS = ["what", "target", "reached", "95 % interval", "rounds", "verdict"]


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="scenarios/collections/NAME.yaml")
    parser.add_argument(
        "--run",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=RUN",
        help="the stored run that stands for one of the collection (default: the newest such run)",
    )
    parser.add_argument(
        "--not-run", type=_pair, action="append", default=[], metavar="NAME=WHY", help=argparse.SUPPRESS
    )
    parser.add_argument("--check", action="store_true", help="only check the file")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write a page and JSON there too")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print JSON rather than tables")
    how.add_argument("--markdown", action="store_true", help="print Markdown rather than tables")
    how.add_argument(
        "--into",
        type=Path,
        metavar="DOCUMENT",
        help="put the Markdown into it, between the lines <!-- NAME: begin --> and <!-- NAME: end -->",
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, rest = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=...")
    return name, rest


def verb(path: Path, args: argparse.Namespace) -> tuple[str, Exit]:
    """What to print, and the exit status: 0 whatever the targets say."""
    read = collection.read(args.file)
    if args.check:
        return "", Exit.OK
    store = Store(path)
    try:
        found = collection.find(store, read, dict(args.run), dict(args.not_run))
    finally:
        store.close()
    judged = answers(read.targets, found)
    grown = growth.tables(read.tables, found)
    said = as_json(read, found, judged, grown)
    if args.out:
        _write(args.out, said, page(read, found, judged, grown))
    if args.json:
        return said, Exit.OK
    if args.into:
        marks.Place(args.into, read.name).put(as_markdown(read, found, judged, grown))
        return "", Exit.OK
    render = as_markdown if args.markdown else as_text
    return render(read, found, judged, grown), Exit.OK


def _write(folder: Path, said: str, drawn: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace(folder / "collection.json", said)
        replace(folder / "index.html", drawn)
    except OSError as why:
        raise ReportError(Exit.NO_SPACE, f"writing into {folder}: {why.strerror}") from None


def rows(judged: list[Answer]) -> list[list[str]]:
    return [
        [
            one_line(a.target["what"]),
            a.bound(),
            show(a.found.median, a.unit) if a.found else "–",
            _interval(a),
            str(a.found.n) if a.found else "–",
            one_line(a.verdict()),
        ]
        for a in judged
    ]


def _interval(a: Answer) -> str:
    if a.found is None or a.found.low is None:
        return "–"
    return f"{show(a.found.low, a.unit)} … {show(a.found.high, a.unit)}"


def places(found: collection.Found) -> list[str]:
    """A line for each run: which it is, where, on what."""
    lines = [f"{name}: {run.name}, {words.place(run)}; {words.fitness(run)}" for name, run in found.runs.items()]
    return lines + [f"{name}: not run: {why}" for name, why in found.missing.items()]


def machine(found: collection.Found) -> str:
    """The machine and the source of the runs, where all have the same."""
    said = {f"{words.machine(run)}; {words.source(run)}" for run in found.runs.values()}
    return said.pop() if len(said) == 1 else "several machines or sources: see the runs"


def as_text(read: collection.Collection, found: collection.Found, judged: list, grown: list) -> str:
    lines = [f"{one_line(read.name)}: {one_line(read.title)}", f"  {one_line(machine(found))}"]
    lines += [f"  {one_line(line)}" for line in places(found)]
    if judged:
        lines += ["", *layout(HEADINGS, rows(judged))]
    for table in grown:
        lines += ["", *growth.text(table)]
    return "\n".join(lines) + "\n"


def as_markdown(read: collection.Collection, found: collection.Found, judged: list, grown: list) -> str:
    lines = [f"{one_line(machine(found))}.", ""]
    lines += [f"- {one_line(line)}" for line in places(found)]
    if judged:
        lines += ["", *growth.markdown(HEADINGS, rows(judged))]
    for table in grown:
        lines += ["", f"### {table.title}", "", *(f"{note}." for note in table.notes)]
        if table.rows:
            lines += ["", *growth.markdown(table.headings, table.rows)]
    return "\n".join(lines) + "\n"


def page(read: collection.Collection, found: collection.Found, judged: list, grown: list) -> str:
    """One HTML document that needs nothing beside it."""
    body = [f"<h1>{html.text(read.title)}</h1>", f'<p class="soft">{html.text(machine(found))}</p>']
    if read.about:
        body.append(f"<p>{html.text(read.about)}</p>")
    if judged:
        body.append(html.table(HEADINGS, rows(judged), left={0, 5}))
    for table in grown:
        body += [f"<h2>{html.text(table.title)}</h2>", *(f"<p>{html.text(n)}</p>" for n in table.notes)]
        if table.rows:
            body.append(html.table(table.headings, table.rows, left={0}))
    items = "".join(f"<li>{html.text(line)}</li>" for line in places(found))
    return html.document(f"{read.name}: {read.title}", [*body, "<h2>Runs</h2>", f"<ul>{items}</ul>"])


def as_json(read: collection.Collection, found: collection.Found, judged: list, grown: list) -> str:
    """The same for programs."""
    said = {
        "format": "valebench-collection",
        "version": 1,
        "name": read.name,
        "runs": {name: run.name for name, run in found.runs.items()},
        "not_run": found.missing,
        "targets": [_target(a) for a in judged],
        "tables": [{"title": t.title, "notes": t.notes, "headings": t.headings, "rows": t.rows} for t in grown],
    }
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def _target(a: Answer) -> dict:
    found = a.found
    return {
        "what": a.target["what"],
        "source": a.target.get("source"),
        "run": a.target["run"],
        "at_least": a.target.get("at_least"),
        "at_most": a.target.get("at_most"),
        "unit": a.unit,
        "value": found.median if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "rounds": found.n if found else 0,
        "verdict": a.outcome.value,
        "why": a.why,
    }
