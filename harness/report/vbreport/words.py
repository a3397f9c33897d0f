# SPDX-License-Identifier: BSD-2-Clause
"""Sentences about a run that the table, the graphs and the page share."""

import shlex
from datetime import datetime

from .records import Run

STATES = {
    "running": "This run has not finished: what follows is what was stored so far.",
    "failed": "This run failed",
    "interrupted": "This run was interrupted",
    "partial": "This run is partial: its runner died before the end",
}
# make variable of each override in the store's JSON object
VARIABLES = {"set": "SET", "trials": "TRIALS", "duration": "DURATION"}


def place(run: Run) -> str:
    """Where it ran: platform, accelerator, kernel."""
    accelerator = "" if run.accelerator == "none" else f" with {run.accelerator.upper()}"
    kernel = f"guest kernel {run.kernel}" if run.kernel else f"host kernel {run.host_kernel}"
    return f"{run.platform}{accelerator}, {kernel}"


FITNESS = {
    "fit": "machine fit to measure",
    "unfit": "MACHINE NOT FIT TO MEASURE",
    "unknown": "fitness of the machine unknown",
}


def fitness(run: Run) -> str:
    """Whether the machine was fit to measure, for beside every figure."""
    return FITNESS[run.fit]


def unfit(run: Run) -> str | None:
    """What is to be said before any figure of a run on a machine that was not fit, or None."""
    if run.fit != "unfit":
        return None
    why = "; ".join(check.text for check in run.fitness if check.ok is False)
    return "The machine was not fit to measure: figures of this run prove nothing" + (
        f" ({why})." if why else "."
    )


def machine(run: Run) -> str:
    """The host: processor, CPUs, memory."""
    return f"{run.cpu_model}, {run.cpus} CPUs, {run.memory_bytes / 2**30:.1f} GiB"


def source(run: Run) -> str:
    """Version and commit of the source tree."""
    if not run.commit:
        return f"version {run.version}"
    return f"version {run.version}, commit {run.commit[:12]}" + (
        " with uncommitted changes" if run.dirty else ""
    )


def state(run: Run) -> str | None:
    """What is to be said before any figure, or None for a complete run."""
    if run.state == "complete":
        return None
    text = STATES.get(run.state, f"This run is {run.state}")
    return f"{text}: {run.reason}" if run.reason else text if text.endswith(".") else text + "."


def count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def repeat_command(run: Run) -> str:
    """The make command that repeats the run: the same place, and every override of its command
    line.
    """
    words = {"SCENARIO": run.scenario, "PLATFORM": run.platform}
    if run.accelerator != "none":
        words["ACCEL"] = run.accelerator
    if run.kernel:
        words["KERNEL"] = run.kernel
    for key, value in run.overrides.items():
        words[VARIABLES.get(key, key.upper())] = _set_text(value)
    # make itself expands dollars before any shell sees them.
    return "make bench " + " ".join(
        f"{name}={shlex.quote(str(value).replace('$', '$$'))}" for name, value in words.items()
    )


def _set_text(value: object) -> str:
    if isinstance(value, dict):
        return ";".join(f"{key}={_set_text(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ",".join(_set_text(inner) for inner in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def elapsed(run: Run) -> str:
    """How long it took, in seconds, or a dash where that is not known."""
    try:
        taken = datetime.fromisoformat(run.finished_at) - datetime.fromisoformat(run.started_at)
    except (TypeError, ValueError):
        return "–"
    return f"{taken.total_seconds():.0f} s"
