# SPDX-License-Identifier: BSD-2-Clause
"""Places of a document that a program writes: the lines between two comments that name the place."""

import re
from pathlib import Path

from .err import Exit, ReportError
from .schemas import replace


class Place:
    """The lines between "<!-- NAME: begin..." and "<!-- NAME: end -->" of a document; ReportError(MISSING) where there are none."""

    def __init__(self, path: Path, name: str):
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as why:
            raise ReportError(Exit.MISSING, f"writing into {path}: {why.strerror}") from None
        marks = rf"(.*<!-- {re.escape(name)}: begin[^\n]*-->\n).*?(<!-- {re.escape(name)}: end -->.*)"
        found = re.fullmatch(marks, text, flags=re.DOTALL)
        if not found:
            raise ReportError(
                Exit.MISSING,
                f'{path} lacks the lines "<!-- {name}: begin -->" and "<!-- {name}: end -->"; put them where that belongs',
            )
        self.path = path
        self.before, self.after = found.groups()

    def put(self, text: str) -> None:
        """Writes the text there, instead of what stood there; ReportError(NO_SPACE) where that fails."""
        try:
            replace(self.path, f"{self.before}\n{text.strip()}\n\n{self.after}")
        except OSError as why:
            raise ReportError(Exit.NO_SPACE, f"writing into {self.path}: {why.strerror}") from None
