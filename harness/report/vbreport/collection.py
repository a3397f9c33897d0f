# SPDX-License-Identifier: BSD-2-Clause
"""A collection (scenarios/collections/NAME.yaml): runs of scenarios that are looked at together, and which stored run stands for
each of them.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from . import schemas
from .err import Exit, ReportError, one_line
from .records import Run
from .store import Store

BOUNDS = {"at_least", "at_most", "only_told"}


@dataclass(slots=True)
class Collection:
    """The file, checked; runs, targets and tables are its mappings as they stand there."""

    name: str
    title: str
    about: str
    runs: list[dict]
    targets: list[dict]
    tables: list[dict]


@dataclass(slots=True)
class Found:
    """The stored runs by their names within the collection, and why there is none for the others."""

    runs: dict[str, Run] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Collection:
    """Reads and checks the file; ReportError(MISSING) where there is none, (USAGE) for a wrong one."""
    # Nobody else needs it, and importing it takes its time.
    import yaml

    doing = f"reading the collection {path}"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise ReportError(Exit.MISSING, f"{doing}: {why.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as why:
        raise ReportError(Exit.USAGE, f"{doing}: {one_line(why)}") from None
    try:
        schemas.check(data, "collection", doing)
    except ReportError as why:
        raise ReportError(Exit.USAGE, str(why)) from None
    _check_users(data, doing)
    return Collection(
        data["name"],
        data["title"],
        data.get("about", ""),
        data["runs"],
        data.get("targets", []),
        data.get("tables", []),
    )


def _check_users(data: dict, doing: str) -> None:
    names = [run["name"] for run in data["runs"]]
    for user in [*data.get("targets", []), *data.get("tables", [])]:
        if user["run"] not in names:
            said = user.get("what", user.get("title"))
            raise ReportError(
                Exit.USAGE,
                f"{doing}: {one_line(said)}: there is no run {one_line(user['run'])}; there are: {', '.join(names)}",
            )


    for target in data.get("targets", []):
        if len(BOUNDS & target.keys()) != 1:
            raise ReportError(
                Exit.USAGE,
                f"{doing}: {one_line(target['what'])}: a target has one of {', '.join(sorted(BOUNDS))}",
            )
        if not _fewer_fits(target):
            raise ReportError(
                Exit.USAGE,
                f"{doing}: {one_line(target['what'])}: fewer has the same kind of bound, and fewer cpus than the target",
            )


def _fewer_fits(target: dict) -> bool:
    fewer = target.get("fewer")
    if not fewer:
        return True
    return BOUNDS & fewer.keys() == BOUNDS & target.keys() and fewer["cpus"] < target.get("cpus", 0)


def settings(texts: list[str]) -> dict[str, str]:
    """What SET stores: parameter to values, of texts such as "frame_bytes=60,1514 burst=64"."""
    words = [word for text in texts for word in re.split(r"[\s;]+", text) if word]
    return dict(word.split("=", 1) for word in words)


def find(store: Store, collection: Collection, given: dict[str, str], missing: dict[str, str]) -> Found:
    """The runs that were named (collection's name to run's name); for the rest, the newest of the store
    that is such a run.
    """
    found = Found(missing=dict(missing))
    for one in collection.runs:
        name = one["name"]
        if name in missing:
            continue
        run = given.get(name) or _newest(store, one)
        if run:
            found.runs[name] = store.load(run)
        else:
            found.missing[name] = "the store has no such run"
    return found


def _newest(store: Store, one: dict) -> str | None:
    wanted = settings(one.get("set", []))
    for facts in reversed(store.run_facts(("name", "scenario", "platform", "overrides"))):
        overrides = json.loads(facts["overrides"] or "{}")
        if (
            facts["scenario"] == one["scenario"]
            and facts["platform"] == one["platform"]
            and facts["comparison"] is None
            and overrides.get("set", {}) == wanted
        ):
            return facts["name"]
    return None
