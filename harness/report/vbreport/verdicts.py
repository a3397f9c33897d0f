# SPDX-License-Identifier: BSD-2-Clause
"""Verdicts as people and machines read them: a table with a sentence for each point, or JSON."""

import json

from .err import Exit, one_line
from .judge import CONFIDENCE, Finding, Judgement, Verdict
from .table import layout
from .units import percent
from .words import count

STATUS = {
    Verdict.WORSE: Exit.FAILED,
    Verdict.CANNOT_TELL: Exit.CANNOT_TELL,
    Verdict.BETTER: Exit.OK,
    Verdict.SAME: Exit.OK,
}
HEADINGS = ["point", "trials", "B / A", f"{100 * CONFIDENCE:g} % interval", "p (Holm)", "verdict"]


def words(finding: Finding) -> str:
    """The verdict in words: "worse by 5.1 %" or "same: a change of 5 % would have been seen"."""
    if finding.verdict in (Verdict.WORSE, Verdict.BETTER):
        return f"{finding.verdict.value} by {percent(abs(finding.gain))}"
    return f"{finding.verdict.value}: {finding.why}"


def _row(finding: Finding) -> list[str]:
    pair = finding.pair
    trials = f"{len(pair.a)} : {len(pair.b)}" if pair.a or pair.b else ""
    known = finding.ratio is not None
    return [
        one_line(pair.name),
        trials,
        f"{finding.ratio:.4f}" if known else "–",
        f"{finding.low:.4f} … {finding.high:.4f}" if known else "–",
        f"{finding.p_holm:.2g}" if finding.p_holm is not None else "–",
        one_line(words(finding)),
    ]


def text(title: str, about: list[str], judged: Judgement) -> str:
    """The whole answer for a terminal; its last line is the verdict. A reason that all points share is
    said once.
    """
    findings = judged.findings + ([judged.overall] if judged.overall else [])
    shared = {f.pair.doubt for f in findings}
    doubt = next(iter(shared)) if len(shared) == 1 else None
    notes = [*about, *judged.notes, *([f"cannot tell: {doubt}"] if doubt else [])]
    rows = [_row(f) for f in findings]
    if doubt:
        rows = [[*row[:-1], Verdict.CANNOT_TELL.value] for row in rows]
    lines = [one_line(title), *(f"  {one_line(line)}" for line in notes), ""]
    return "\n".join([*lines, *layout(HEADINGS, rows), "", summary(judged)]) + "\n"


def summary(judged: Judgement) -> str:
    """One sentence for the whole."""
    held, all_of_them = len(judged.held), len(judged.findings)
    rest = "" if held == all_of_them else f"; {held} of {count(all_of_them, 'point')} held"
    return _whole(judged) + rest


def _whole(judged: Judgement) -> str:
    worse, unsure = (
        [f for f in judged.findings if f.verdict is v] for v in (Verdict.WORSE, Verdict.CANNOT_TELL)
    )
    if judged.verdict is Verdict.WORSE:
        first = min(worse, key=lambda f: f.gain) if worse else judged.overall
        return f"verdict: worse; {one_line(first.pair.name)} by {percent(-first.gain)}" + (
            f", and {len(worse) - 1} more" if len(worse) > 1 else ""
        )
    if judged.verdict is Verdict.CANNOT_TELL:
        if not unsure:
            return "verdict: cannot tell; there is nothing to compare"
        return f"verdict: cannot tell; {one_line(unsure[0].pair.name)}: {one_line(unsure[0].why)}"
    return f"verdict: {judged.verdict.value}"


def _figures(finding: Finding) -> dict:
    return {
        "name": finding.pair.name,
        "trials_a": len(finding.pair.a),
        "trials_b": len(finding.pair.b),
        "bigger_is_better": finding.pair.bigger_is_better,
        "ratio": finding.ratio,
        "low": finding.low,
        "high": finding.high,
        "p": finding.p,
        "p_holm": finding.p_holm,
        "margin": finding.pair.margin,
        "verdict": finding.verdict.value,
        "why": finding.why,
    }


def as_json(kind: str, about: dict, judged: Judgement) -> str:
    """The same as one JSON object, keys in a fixed order; results/schemas/verdict.json describes it."""
    found = {
        "format": f"valebench-{kind}",
        "version": 2,
        **about,
        "confidence": CONFIDENCE,
        "notes": judged.notes,
        "points": [_figures(f) for f in judged.findings],
        "overall": _figures(judged.overall) if judged.overall else None,
        "verdict": judged.verdict.value,
        "summary": summary(judged),
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
