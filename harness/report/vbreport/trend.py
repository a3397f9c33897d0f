# SPDX-License-Identifier: BSD-2-Clause
"""The verb trend: how every series of the store went, and where it changed."""

import argparse
import json
from pathlib import Path

from . import dashboard
from .err import Exit, one_line
from .series import Group, Series, between, groups
from .store import Store
from .table import layout
from .units import percent, quantity
from .words import count

HEADINGS = ["point", "runs", "first", "last", "changes"]


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenario", metavar="NAME", help="this scenario alone")
    parser.add_argument("--json", action="store_true", help="print JSON rather than text")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where the dashboard goes (default: trend beside the store)",
    )
    parser.add_argument("--quiet", action="store_true", help="print only where the dashboard is")
    parser.add_argument("--no-page", action="store_true", help="write no dashboard")


def place_words(place: dict) -> str:
    """Where a group ran."""
    accelerator = "" if place["accelerator"] == "none" else f" with {place['accelerator'].upper()}"
    kernel = f", guest kernel {place['kernel']}" if place["kernel"] else ""
    return one_line(
        f"{place['platform']}{accelerator}{kernel}, {place['machine_class'] or 'unknown machine'}"
    )


def change_words(series: Series, change) -> str:
    """ "worse by 5.1 % from 2026-11-22T17:15:00Z (run NAME)"."""
    gain = series.gain(change)
    run = series.runs[change.at]
    word = "better" if gain > 0 else "worse"
    return f"{word} by {percent(abs(gain))} from {one_line(run['started_at'])} (run {one_line(run['name'])})"


def explanation(series: Series, change) -> list[str]:
    """What else changed there, each as "QEMU: 7.2 to 8.1"."""
    told = [
        f"{key} {one_line(a)} to {one_line(b)}" for key, (a, b) in between(series, change).items()
    ]
    return told or ["nothing else that the store knows of"]


def text(found: list[Group]) -> str:
    """All groups as tables, each with its marks beneath."""
    lines = []
    for group in found:
        lines += [
            f"{one_line(group.place['scenario'])}: {one_line(group.title)}",
            f"  {place_words(group.place)}",
        ]
        if group.unfit:
            lines.append(
                f"  {count(group.unfit, 'run')} left out: the machine was not fit to measure"
            )
        rows = [
            [
                f"{one_line(s.label or 'the point')}, {one_line(s.metric)}",
                str(len(s.values)),
                quantity(s.values[0], s.unit),
                quantity(s.values[-1], s.unit),
                str(len(s.changes)) if s.changes else "none",
            ]
            for s in group.series
        ]
        lines += ["", *layout(HEADINGS, rows)] if rows else []
        for s in group.series:
            for change in s.changes:
                lines.append(
                    f"  {one_line(s.label)}, {one_line(s.metric)}: {change_words(s, change)}"
                )
                lines += [f"      changed there: {why}" for why in explanation(s, change)]
        lines.append("")
    return "\n".join(lines) or "The store holds no complete run yet.\n"


def as_json(found: list[Group]) -> str:
    """The same as one JSON object; results/schemas/trend.json describes it."""
    data = {
        "format": "valebench-trend",
        "version": 1,
        "groups": [
            {
                **group.place,
                "unfit_runs": group.unfit,
                "series": [_series(s) for s in group.series],
            }
            for group in found
        ],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _series(s: Series) -> dict:
    return {
        "label": s.label,
        "metric": s.metric,
        "unit": s.unit,
        "runs": [r["name"] for r in s.runs],
        "values": s.values,
        "changes": [
            {
                "run": s.runs[c.at]["name"],
                "previous_run": s.runs[c.at - 1]["name"],
                "before": c.before,
                "after": c.after,
                "gain": s.gain(c),
                "p": c.p,
                "changed": between(s, c),
            }
            for c in s.changes
        ],
    }


def verb(store: Store, args: argparse.Namespace) -> tuple[str, Exit]:
    """What to print; writes the dashboard unless told not to."""
    found = groups(store, args.scenario)
    said = "" if args.quiet else as_json(found) if args.json else text(found)
    if not args.no_page and not args.json:
        folder = args.out or store.path.parent / "trend"
        said += f"trend: {dashboard.write(store, found, folder)}\n"
    return said, Exit.OK
