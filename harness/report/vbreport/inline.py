# SPDX-License-Identifier: BSD-2-Clause
"""Makes a gnuplot SVG part of a page: unique ids, a spoken name, and colours that the page's style
can turn dark.
"""

import re
from html import escape

from .gnuplot import COLOURS, REFERENCE

DARK = ("6CB8F0", "F58B4C", "3FCFA4", "E3A3C6", "F2B63C", "8ED0F5", "E8E8E8", "A8A8A8")
_PROLOG = re.compile(r"^.*?(?=<svg)", re.S)
_TITLES = re.compile(r"<(title|desc)>.*?</\1>", re.S)
_IDS = re.compile(r"""(\bid=|href=)(['"])(#?)([^'"]+)\2""")
_URLS = re.compile(r"url\(#([^)]+)\)")


def inline(svg: str, prefix: str, name: str) -> str:
    """The svg element of gnuplot's file, its ids and references beginning with prefix, named for
    screen readers.
    """
    svg = _TITLES.sub("", _PROLOG.sub("", svg, count=1))
    svg = _IDS.sub(lambda m: f"{m[1]}{m[2]}{m[3]}{prefix}{m[4]}{m[2]}", svg)
    svg = _URLS.sub(lambda m: f"url(#{prefix}{m[1]})", svg)
    return svg.replace(
        "<svg", f'<svg role="img" aria-label="{escape(name, quote=True)}"', 1
    ).strip()


def _spellings(hexadecimal: str) -> tuple[str, str]:
    """A colour in the two ways that gnuplot writes it into SVG: of lines and of text."""
    red, green, blue = (int(hexadecimal[i : i + 2], 16) for i in (0, 2, 4))
    return f"rgb({red:3d}, {green:3d}, {blue:3d})", f"rgb({red},{green},{blue})"


def dark_rules() -> str:
    """Style rules that give every colour of a graph its counterpart for a dark page."""
    pairs = [
        *zip(COLOURS, DARK),
        (REFERENCE, "9A9A9A"),
        ("606060", "9A9A9A"),
        ("DCDCDC", "3A3F45"),
        ("303030", "D0D0D0"),
    ]
    rules = [
        "figure svg [fill=black]{fill:var(--ink)}",
        "figure svg [stroke=black]{stroke:var(--ink)}",
    ]
    for light, dark in pairs:
        rules += [
            f'figure svg [{what}="{old}"]{{{what}:#{dark}}}'
            for old in _spellings(light)
            for what in ("stroke", "fill", "color")
        ]
    return "\n".join(rules)
