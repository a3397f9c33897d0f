# SPDX-License-Identifier: BSD-2-Clause
"""One self-contained HTML page a run: graphs inline, nothing fetched, raw data linked beside it."""

from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from . import html, oddities, stats, words
from .digest import Digest, Section
from .err import one_line
from .records import Point, Trial
from .table import cells
from .units import metric_title, quantity

MAX_EXCERPTS = 20


@dataclass(slots=True)
class Links:
    """Files that the page links to, as paths relative to it: (path, what it holds)."""

    data: list[tuple[str, str]] = field(default_factory=list)
    logs: list[tuple[str, str]] = field(default_factory=list)


def render(found: Digest, figures: list[html.Figure], links: Links) -> str:
    """The page's text. Whatever the store holds is escaped; failed trials and warnings come before
    any figure.
    """
    run = found.run
    body = [_head(found), *_alerts(found), _facts(found)]
    if figures:
        body += ["<h2>Graphs</h2>", *(html.figure(i, f) for i, f in enumerate(figures))]
    body += ["<h2>Results</h2>", *map(_section, found.sections)]
    if not run.measured():
        body.append("<p>No point has been measured.</p>")
    body += [
        *_fitness(found),
        _all_metrics(found),
        f'<p class="soft">{escape(stats.METHOD)}</p>',
        _repeat(found),
        *_files(links),
        "<h2>Scenario</h2>",
        html.details("The scenario file as it was run", run.scenario_yaml),
    ]
    title = f"{one_line(run.scenario)}: {one_line(run.scenario_title)}"
    return html.document(title, body)


def _head(found: Digest) -> str:
    run = found.run
    return (
        f'<h1>{html.text(run.scenario_title)}</h1>\n<p class="soft">Scenario <code>{html.text(run.scenario)}</code>, '
        f"run <code>{html.text(run.name)}</code>, {html.text(words.place(run))}; {html.text(words.fitness(run))}</p>"
    )


def _alerts(found: Digest) -> list[str]:
    run, failed = found.run, found.failed()
    alerts = []
    state = words.state(run)
    if state:
        alerts.append(f'<div class="alert bad">{html.text(state)}</div>')
    if run.fit == "unfit":
        alerts.append(f'<div class="alert bad">{html.text(words.unfit(run))}</div>')
    if failed:
        items = "\n".join(_failure(i, point, trial) for i, (point, trial) in enumerate(failed))
        said = f"{words.count(len(failed), 'trial')} of {len(run.trials())} failed. No figure below includes them."
        alerts.append(f'<div class="alert bad"><strong>{said}</strong>\n<ul>\n{items}\n</ul></div>')
    for said in [*run.warnings, *oddities.sentences(found)]:
        alerts.append(f'<div class="alert">{html.text(said)}</div>')
    return alerts


def _failure(i: int, point: Point, trial: Trial) -> str:
    text = f"{html.text(point.label)}, trial {trial.idx}: {html.text(trial.reason or 'no reason stored')}"
    excerpt = (
        html.details("log excerpt", trial.log_excerpt)
        if trial.log_excerpt and i < MAX_EXCERPTS
        else ""
    )
    return f"<li>{text}{excerpt}</li>"


def _facts(found: Digest) -> str:
    run = found.run
    loads = [
        load for t in run.trials() for load in (t.load_before, t.load_after) if load is not None
    ]
    facts = [
        ("Accelerator", f"{run.accelerator}: {run.accelerator_reason}"),
        ("Kernel", run.kernel or f"{run.host_kernel} (host)"),
        ("Compiler", run.compiler),
        ("QEMU", run.qemu),
        ("Host", f"{words.machine(run)}, kernel {run.host_kernel}"),
        ("Source", words.source(run)),
        ("Started", f"{run.started_at}, took {words.elapsed(run)}"),
        (
            "Start of the platform",
            f"{quantity(run.boot_ms * 1e6, 'ns')} to the agent's first word"
            if run.boot_ms is not None
            else None,
        ),
        ("Host load", f"{min(loads):.2f} to {max(loads):.2f} around the trials" if loads else None),
        ("Class of machine", run.machine_class),
        ("Comparison", f"side {run.side} of {run.comparison}" if run.comparison else None),
        ("Scenario hash", run.scenario_hash),
    ]
    rows = "\n".join(
        f"<dt>{name}</dt><dd>{html.text(value)}</dd>" for name, value in facts if value
    )
    return f"<dl>\n{rows}\n</dl>"


def _section(section: Section) -> str:
    headings, rows = cells(section)
    left = {headings.index("mostly lost at")} if "mostly lost at" in headings else set()
    return (
        f"<h3>{html.text(metric_title(section.metric).capitalize())} <code>{html.text(section.metric)}</code></h3>\n"
        + html.table(headings, rows, left)
    )


def _fitness(found: Digest) -> list[str]:
    """Every check of the machine that was made before the run."""
    checks = found.run.fitness
    if not checks:
        return []
    words_of = {True: "fit", False: "not fit", None: "told only"}
    rows = [
        [
            check.name.replace("_", " "),
            quantity(check.value, check.unit) if check.value is not None else "–",
            quantity(check.bound, check.unit) if check.bound is not None else "–",
            words_of[check.ok],
            check.text,
        ]
        for check in checks
    ]
    table = html.table(["check", "value", "bound", "verdict", "in words"], rows, {4})
    return ["<h2>Was the machine fit to measure?</h2>", table]


def _all_metrics(found: Digest) -> str:
    run, rows = found.run, []
    points = {p.id: p for p in run.points}
    for (point_id, metric), s in found.summaries.items():
        unit = run.units.get(metric, "")
        rows.append(
            [
                points[point_id].label,
                metric,
                str(s.n),
                quantity(s.median, unit),
                quantity(s.q1, unit),
                quantity(s.q3, unit),
            ]
        )
    if not rows:
        return ""
    table = html.table(
        ["point", "metric", "trials", "median", "lower quartile", "upper quartile"], rows, {1}
    )
    return f"<details><summary>Every metric of every point, calibrations included</summary>\n{table}\n</details>"


def _repeat(found: Digest) -> str:
    run = found.run
    lines = [f"git checkout {run.commit}"] if run.commit and not run.dirty else []
    note = (
        '<p class="soft">The tree had uncommitted changes, so the commit alone does not bring this run back.</p>'
        if run.dirty
        else ""
    )
    command = "\n".join([*lines, words.repeat_command(run)])
    return f"<h2>Repeat this run</h2>\n<pre>{escape(command)}</pre>{note}"


def _files(links: Links) -> list[str]:
    parts = []
    for title, files in (("Raw data", links.data), ("Logs of the run", links.logs)):
        if files:
            items = "\n".join(
                f'<li><a href="{quote(path)}">{html.text(path)}</a>{f" – {html.text(what)}" if what else ""}</li>'
                for path, what in files
            )
            parts.append(f"<h2>{title}</h2>\n<ul>\n{items}\n</ul>")
    return parts
