# SPDX-License-Identifier: BSD-2-Clause
"""The terminal table of a run."""

from . import oddities, words
from .digest import Digest, Row, Section
from .err import one_line
from .stats import MIN_FOR_CONFIDENCE
from .units import Scale, metric_title, number, percent, quantity, scale

MAX_LABEL = 44
# Columns that stay even if they hold nothing: point, trials, median, spread, interval.
ALWAYS = 5


def cells(section: Section) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of a section, as text, in one scale; columns that say nothing are left out."""
    scaled = scale(
        max((abs(r.summary.median) for r in section.rows if r.summary), default=0), section.unit
    )
    headings = [
        "point",
        "trials",
        f"median {scaled.unit}".rstrip(),
        "spread (IQR)",
        "95 % interval",
    ]
    if any(section.metric in row.point.outcomes for row in section.rows):
        headings[2], headings[4] = f"result {scaled.unit}".rstrip(), "bounds of the search"
    if section.baseline:
        headings.append(f"× {one_line(section.baseline)}")
        headings.append("ns/packet more")
    if section.is_rate:
        headings += ["of copy loop", "ceiling", "loss", "mostly lost at"]
    rows = [_row(row, scaled, section) for row in section.rows]
    told = [
        i
        for i in range(len(headings))
        if i < ALWAYS or any(row[i] not in ("–", "") for row in rows)
    ]
    return [headings[i] for i in told], [[row[i] for i in told] for row in rows]


def _row(row: Row, scaled: Scale, section: Section) -> list[str]:
    total, good = len(row.point.trials), len(row.values)
    searched = section.metric in row.point.outcomes
    trials = str(total) if searched or good == total else f"{good} of {total}"
    text = [one_line(row.label), trials, *_summary_cells(row, scaled, section.metric)]
    if section.baseline:
        text.append(number(row.of_baseline) if row.of_baseline is not None else "–")
        more = row.ns_more if section.is_rate else None
        text.append(f"{more:+.1f}" if more is not None else "–")
    if section.is_rate:
        text += [
            f"{row.of_copy:.3f}" if row.of_copy is not None else "–",
            quantity(row.ceiling_pps, section.unit) if row.ceiling_pps is not None else "–",
            *_loss_cells(row),
        ]
    return text


def _summary_cells(row: Row, scaled: Scale, metric: str) -> list[str]:
    found = row.summary
    if found is None:
        return ["no result", "–", "–"]
    spread = percent(found.spread) if found.spread is not None else "–"
    interval = "–"
    bounds = row.point.outcomes.get(metric)
    if bounds and bounds.lower is not None and bounds.upper is not None:
        interval = (
            f"{number(bounds.lower / scaled.factor)} … {number(bounds.upper / scaled.factor)}"
        )
    elif found.low is not None and found.high is not None:
        interval = f"{number(found.low / scaled.factor)} … {number(found.high / scaled.factor)}"
        interval = "~ " + interval if found.short else interval
    return [number(found.median / scaled.factor), spread, interval]


def _loss_cells(row: Row) -> list[str]:
    lost = row.loss.packets if row.loss else 0
    share = percent(row.loss_ratio) if row.loss_ratio is not None else "–"
    if lost:
        return [share, one_line(row.loss.where())]
    return [share, "not attributed" if row.loss_ratio and row.summary else ""]


LEFT = ("mostly lost at", "verdict")


def layout(headings: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a table: words to the left, figures to the right."""
    rows = [
        [row[0] if len(row[0]) <= MAX_LABEL else row[0][: MAX_LABEL - 1] + "…", *row[1:]]
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [headings, *rows]) for i in range(len(headings))]
    lines = []
    for line in [headings, ["─" * w for w in widths], *rows]:
        padded = [
            cell.ljust(w) if i == 0 or headings[i] in LEFT else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(line, widths))
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


def render(found: Digest) -> str:
    """The whole text report of a run: what it is, what to beware of, every section, every failed
    trial.
    """
    run = found.run
    lines = [
        f"{one_line(run.scenario)}: {one_line(run.scenario_title)}",
        f"  run      {one_line(run.name)}",
        f"  place    {one_line(words.place(run))}; {one_line(run.accelerator_reason)}",
        f"  machine  {one_line(words.machine(run))}; {words.fitness(run)}",
        f"  source   {one_line(words.source(run))}",
    ]
    lines += [
        f"  WARNING  {one_line(text)}"
        for text in filter(None, [words.state(run), words.unfit(run), *run.warnings])
    ]
    lines += [f"  NOTE     {text}" for text in oddities.sentences(found)]
    failed = found.failed()
    if failed:
        lines.append(
            f"  FAILED   {words.count(len(failed), 'trial')} of {len(run.trials())}; none of them counts below"
        )
    for section in found.sections:
        lines += [
            "",
            f"{metric_title(section.metric)} ({one_line(section.metric)})",
            *layout(*cells(section)),
        ]
    if not run.measured():
        lines += ["", "No point has been measured."]
    if failed:
        lines += ["", "Failed trials"]
        lines += [
            f"  {one_line(p.label)}, trial {t.idx}: {one_line(t.reason or 'no reason stored')}"
            for p, t in failed
        ]
    if any(
        row.summary and row.summary.short and row.summary.low is not None
        for s in found.sections
        for row in s.rows
    ):
        lines += [
            "",
            f"~ fewer than {MIN_FOR_CONFIDENCE} trials: about their range, which cannot reach 95 %",
        ]
    return "\n".join(lines) + "\n"
