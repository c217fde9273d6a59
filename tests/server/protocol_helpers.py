"""Parsed page: links, fields, cells, text, and anything that would run."""

from html.parser import HTMLParser

HARM = "<script>window.harmed=1</script><img src=x onerror=window.harmed=1>"
EVIL = f"\"'>{HARM}}} INSERT DATA {{ <a> <b> <c> }} #\\"
"""A value that tries to be markup, and SPARQL."""


class Page(HTMLParser):
    """Contents of a page.

    Attributes:
        links: targets, in order.
        inputs: attributes of each input element.
        values: values of fields.
        cells: texts of a table's cells, in order.
        scripts: URLs of scripts; "inline" for those in the page.
        handlers: attributes that would run something.
        tags: names of all elements, in order.
        ids: those of elements, in order.
        text: the whole text.
    """

    def __init__(self, answer):
        super().__init__()
        self.html, self.links, self.inputs, self.values = answer.text, [], [], set()
        self.cells, self.scripts, self.handlers, self.text = [], set(), [], ""
        self.tags, self.ids = [], []
        self._open = []
        self.feed(self.html)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        self._open.append(tag)
        self.tags.append(tag)
        if "href" in given:
            self.links.append(given["href"])
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "input":
            self.inputs.append(given)
            self.values.add(given.get("value", ""))
        if tag == "script":
            self.scripts.add(given.get("src", "inline"))
        if tag == "td":
            self.cells.append("")
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        self.text += data
        if "td" in self._open:
            self.cells[-1] += data
