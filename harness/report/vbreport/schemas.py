# SPDX-License-Identifier: BSD-2-Clause
"""The published JSON Schemas (results/schemas), and writing files that are whole or not there."""

import json
import os
import tempfile
from pathlib import Path

from .err import Exit, ReportError, one_line

FOLDER = Path(__file__).resolve().parents[3] / "results" / "schemas"
MAX_SAID = 200


def load(name: str) -> dict:
    """The schema of that name, such as "baseline"."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def parse(text: str) -> object:
    """JSON as the standard has it: Python's own reader takes NaN and Infinity for numbers. Raises
    ValueError.
    """

    def refuse(word: str):
        raise ValueError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def check(value: object, name: str, doing: str) -> None:
    """Raises ReportError(CANNOT_TELL), which begins with what was being done, unless the value is what
    the schema says.
    """
    # Slow to import, and most reports need none of it.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    found = best_match(Draft202012Validator(load(name)).iter_errors(value))
    if found is not None:
        place = "/".join(map(str, found.absolute_path)) or "the whole"
        said = one_line(found.message)
        said = said if len(said) <= MAX_SAID else said[: MAX_SAID - 1] + "…"
        raise ReportError(
            Exit.CANNOT_TELL,
            f"{doing}: it is not what results/schemas/{name}.json describes: {one_line(place)}: {said}",
        )


def replace(path: Path, text: str) -> None:
    """Writes the file in one step: whoever looks sees the old one or the new one, never a part."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o644)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
