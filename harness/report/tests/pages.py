# SPDX-License-Identifier: BSD-2-Clause
"""Reads a page strictly: every element closed in order, every link, id and text collected."""

from html.parser import HTMLParser

VOID = {
    "meta",
    "br",
    "hr",
    "img",
    "link",
    "input",
    "path",
    "use",
    "rect",
    "circle",
    "feflood",
    "fecomposite",
}
LOADING = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("object", "data"),
    ("image", "href"),
    ("image", "xlink:href"),
    ("source", "src"),
    ("video", "src"),
}


class Page(HTMLParser):
    """After feed and close: links, ids, loads (what a browser would fetch), text, and errors (empty
    if well-formed).
    """

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.links, self.ids, self.loads, self.errors, self.tags = [], [], [], [], []
        self.text, self._open, self._style = "", [], ""
        self.feed(text)
        self.close()
        self.errors += [f"{tag} is never closed" for tag in self._open]

    def handle_starttag(self, tag, attrs):
        self._note(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self._note(tag, attrs)

    def handle_endtag(self, tag):
        if not self._open or self._open[-1] != tag:
            self.errors.append(f"</{tag}> closes {self._open[-1:]} at {self.getpos()}")
        else:
            self._open.pop()

    def handle_data(self, data):
        if self._open and self._open[-1] == "style":
            self._style += data
        else:
            self.text += data

    def _note(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.links.append(value)
            if name == "id":
                self.ids.append(value)
            if (tag, name) in LOADING or (name == "style" and "url(" in (value or "")):
                self.loads.append(value)
            if name.startswith("on"):
                self.errors.append(f"{tag} has a script in {name}")

    @property
    def style(self) -> str:
        return self._style
