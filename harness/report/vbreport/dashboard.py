# SPDX-License-Identifier: BSD-2-Clause
"""The dashboard of a store: one page with every series, its marks, and the newest runs."""

import csv
import os
from pathlib import Path
from urllib.parse import quote

from . import gnuplot, html, trend
from .graph import Graph
from .series import ALPHA, Group
from .store import Store
from .trends import trend_graphs
from .units import quantity
from .words import count

PAGE = "index.html"
DATA = "series.csv"
COLUMNS = (
    "scenario",
    "platform",
    "accelerator",
    "kernel",
    "machine_class",
    "label",
    "metric",
    "unit",
    "run",
    "started_at",
    "commit",
    "median",
    "changed",
)
# Newest groups are drawn, all are listed; newest runs are listed, all are in the data.
MAX_DRAWN = 24
MAX_RUNS = 30
METHOD = (
    "A mark is a change point: E-divisive (Matteson and James, 2014), in windows as in Hunter "
    "(2023), judged by the exact Mann-Whitney test. The chance that a group without any change shows "
    f"one is under {100 * ALPHA:g} %. Marks say when a series changed, never why; docs/methodology.md "
    "says more."
)


def write(store: Store, found: list[Group], folder: Path) -> Path:
    """Writes the page, its graphs and its data; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    _data(folder / DATA, found)
    body = [
        "<h1>Trend of all runs</h1>",
        f'<p class="soft">{html.text(METHOD)}</p>',
        f'<p>All medians: <a href="{DATA}">{DATA}</a>. Made by <code>make trend</code>.</p>',
        _marks(found),
        _newest(store, found, folder),
    ]
    drawn = 0
    for i, group in enumerate(found):
        body += _group(group, folder, f"trend-{i}", i < MAX_DRAWN, drawn)
        drawn += len(group.series)
    if not found:
        body.append("<p>The store holds no complete run yet.</p>")
    page = folder / PAGE
    page.write_text(html.document("valebench: trend of all runs", body), encoding="utf-8")
    return page


def _data(path: Path, found: list[Group]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for group in found:
            for s in group.series:
                marked = {change.at for change in s.changes}
                for i, (run, value) in enumerate(zip(s.runs, s.values)):
                    writer.writerow(
                        [
                            *group.place.values(),
                            s.label,
                            s.metric,
                            s.unit,
                            run["name"],
                            run["started_at"],
                            run["commit"],
                            value,
                            int(i in marked),
                        ]
                    )


def _marks(found: list[Group]) -> str:
    """Every change of the store, newest first."""
    rows = []
    for group in found:
        for s in group.series:
            for change in s.changes:
                rows.append(
                    [
                        f"{group.place['scenario']}, {s.label or 'the point'}, {s.metric}",
                        s.runs[change.at]["started_at"],
                        trend.change_words(s, change).partition(" from ")[0],
                        "; ".join(trend.explanation(s, change)),
                        trend.place_words(group.place),
                    ]
                )
    if not rows:
        return "<h2>Changes</h2>\n<p>No series has changed.</p>"
    rows.sort(key=lambda row: row[1], reverse=True)
    headings = ["series", "from", "change", "what else changed there", "where"]
    return "<h2>Changes</h2>\n" + html.table(headings, rows, {3, 4})


def _newest(store: Store, found: list[Group], folder: Path) -> str:
    runs = {r["name"]: (r, g) for g in found for s in g.series for r in s.runs}
    newest = sorted(runs.values(), key=lambda pair: pair[0]["started_at"], reverse=True)[:MAX_RUNS]
    items = []
    for run, group in newest:
        page = store.path.parent / "runs" / run["name"] / "report" / PAGE
        name = html.text(run["name"])
        link = (
            f'<a href="{quote(os.path.relpath(page, folder))}">{name}</a>'
            if page.is_file()
            else name
        )
        where = html.text(f"{trend.place_words(group.place)}; machine {run['fit']}")
        items.append(f"<li>{link} – {where}</li>")
    if not items:
        return ""
    title = f"The newest {count(len(items), 'run')}" + (
        f" of {len(runs)}" if len(runs) > len(items) else ""
    )
    return f"<details><summary>{title}</summary>\n<ul>\n" + "\n".join(items) + "\n</ul></details>"


def _group(group: Group, folder: Path, stem: str, wanted: bool, first: int) -> list[str]:
    place = trend.place_words(group.place)
    parts = [
        f"<h2>{html.text(group.title or group.place['scenario'])}</h2>",
        f'<p class="soft">Scenario <code>{html.text(group.place["scenario"])}</code>, {html.text(place)}'
        + (
            f"; {count(group.unfit, 'run')} left out: the machine was not fit to measure"
            if group.unfit
            else ""
        )
        + "</p>",
    ]
    if not group.series:
        return parts
    graphs = trend_graphs(group, stem, place) if wanted else []
    parts += [html.figure(f"{first}-{i}", _draw(g, folder)) for i, g in enumerate(graphs)]
    rows = [
        [
            f"{s.label or 'the point'}, {s.metric}",
            str(len(s.values)),
            quantity(s.values[0], s.unit),
            quantity(s.values[-1], s.unit),
            "; ".join(trend.change_words(s, c) for c in s.changes) or "no change",
        ]
        for s in group.series
    ]
    return [*parts, html.table(trend.HEADINGS, rows, {4})]


def _draw(graph: Graph, folder: Path) -> html.Figure:
    files = gnuplot.draw(graph, folder, ["svg"])
    svg = (folder / f"{graph.stem}.svg").read_text(encoding="utf-8")
    return html.Figure(svg, graph.title, [*(f.name for f in files), DATA])
