# SPDX-License-Identifier: BSD-2-Clause
"""Results as CI systems read them: JUnit XML, and the JSON of the usual continuous-benchmark actions.

JUnit: a suite a run, a case a point; a case fails where a trial did. The actions take one file of
figures where bigger is better and one where smaller is: arrays of name, unit, value, range, extra.
"""

import json
from xml.sax.saxutils import quoteattr

from . import words
from .digest import Digest
from .err import one_line
from .judge import Judgement, Verdict
from .sides import judged_metrics
from .units import bigger_is_better
from .verdicts import words as verdict_words

KINDS = {
    Verdict.WORSE: "failure",
    Verdict.CANNOT_TELL: "skipped",
    Verdict.NOT_HELD: "skipped",
}


def _attribute(value: object) -> str:
    """A quoted attribute; XML cannot write most control characters, which one_line spells."""
    return quoteattr(one_line(value))


def junit(found: list[Digest]) -> str:
    """One testsuites element for the runs."""
    return _suites([_run_suite(each) for each in found])


def junit_verdict(name: str, judged: Judgement) -> str:
    """A case for each point of a comparison or gate: worse fails; what nobody can tell or no baseline
    holds is skipped.
    """
    cases = []
    for finding in judged.findings + ([judged.overall] if judged.overall else []):
        said = verdict_words(finding)
        kind = KINDS.get(finding.verdict)
        cases.append((finding.pair.name, 0.0, kind, said))
    return _suites([_suite(name, [], cases)])


def _run_suite(found: Digest) -> str:
    run = found.run
    cases = []
    for point in run.points:
        failed = point.failed()
        reason = failed[0].reason or "no reason stored" if failed else ""
        said = f"{words.count(len(failed), 'trial')} of {len(point.trials)} failed: {reason}"
        cases.append(
            (
                point.label or f"point {point.idx}",
                sum(t.duration_s for t in point.trials),
                "failure" if failed else None if point.trials else "skipped",
                said if failed else "no trial was taken",
            )
        )
    told = ("name", "state", "platform", "accelerator", "kernel", "machine_class", "fit", "commit")
    properties = [(key, getattr(run, key)) for key in told if getattr(run, key) is not None]
    return _suite(run.scenario, properties, cases, run.started_at)


def _suite(name: str, properties: list, cases: list, started: str = "") -> str:
    count = {kind: sum(c[2] == kind for c in cases) for kind in ("failure", "skipped")}
    stamp = f" timestamp={_attribute(started.removesuffix('Z'))}" if started else ""
    lines = [
        f" <testsuite name={_attribute(name)} tests=\"{len(cases)}\" failures=\"{count['failure']}\" "
        f"errors=\"0\" skipped=\"{count['skipped']}\" time=\"{sum(c[1] for c in cases):.3f}\"{stamp}>"
    ]
    if properties:
        told = "".join(
            f"<property name={_attribute(k)} value={_attribute(v)}/>" for k, v in properties
        )
        lines.append(f"  <properties>{told}</properties>")
    for case, seconds, kind, said in cases:
        inside = f"<{kind} message={_attribute(said)}/>" if kind else ""
        lines.append(
            f'  <testcase classname={_attribute(name)} name={_attribute(case)} time="{seconds:.3f}">{inside}</testcase>'
        )
    return "\n".join([*lines, " </testsuite>"])


def _suites(suites: list[str]) -> str:
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>", ""]
    )


def benchmark_action(found: list[Digest], bigger: bool) -> str:
    """customBiggerIsBetter or customSmallerIsBetter: the judged metrics of every point."""
    entries = []
    for each in found:
        run = each.run
        for point in run.measured():
            for metric in judged_metrics(run):
                s, unit = each.summaries.get((point.id, metric)), run.units.get(metric, "")
                if s and bigger_is_better(metric, unit) == bigger:
                    entries.append(_entry(run, point, metric, unit, s))
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


def _entry(run, point, metric: str, unit: str, s) -> dict:
    entry = {
        "name": one_line(f"{run.scenario}: {point.label}, {metric}".replace(": ,", ":")),
        "unit": unit,
        "value": s.median,
        "extra": "\n".join(
            map(
                one_line,
                (
                    words.place(run),
                    f"machine {run.machine_class}, {run.fit}",
                    words.count(s.n, "trial"),
                    f"run {run.name}",
                ),
            )
        ),
    }
    if s.spread is not None:
        entry["range"] = f"± {(s.q3 - s.q1) / 2:.6g}"
    return entry
