# SPDX-License-Identifier: BSD-2-Clause
"""The error convention of all valebench programs: an exit status and one clear line."""

import enum


class Exit(enum.IntEnum):
    """Exit statuses; the same numbers as enum vb_exit in harness/common/err.h."""

    OK = 0
    FAILED = 1
    USAGE = 2
    CANNOT_TELL = 3
    MISSING = 4
    NO_SPACE = 5
    TIMEOUT = 6
    INTERRUPTED = 7
    INTERNAL = 8


class ReportError(Exception):
    """What was being done, to what, why it failed and what to do, with the exit status that says
    its kind.
    """

    def __init__(self, code: Exit, text: str):
        super().__init__(text)
        self.code = code


def one_line(text: object) -> str:
    """The text with every control character made visible, so that it can neither break a line nor
    drive a terminal.
    """
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(text))
