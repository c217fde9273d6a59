"""Values of a briefing (:mod:`kgraph.views.briefing`), and the Markdown of one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

import msgspec

from kgraph.base.text import format_day, make_printable, shorten
from kgraph.query.table import TableCell
from kgraph.views.values import EntityRef, EpisodeLine

MAX_TITLE_CHARS = 100  #: of an episode that is evidence

#: Characters of an address that stay as they are in a link of Markdown.
_ADDRESS_CHARACTERS = ":/?#[]@!$&'()*+,;=%-._~"

#: What Markdown reads anywhere; an ampersand only before what may be a character reference.
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$]|&(?=#?\w+;))")

#: What begins a list, a heading or a rule of Markdown at the start of a line, as "0.5" does not.
_MARKDOWN_START = re.compile(r"^(\d*)(=|[-+](?![^\s-])|[.)](?!\S))")


class BriefingQuery(msgspec.Struct, frozen=True):
    """A named question with its parameters, which gives the rows of a section.

    Attributes:
        name: of the question; "" if only a command gives the rows.
        parameters: by name.
        limit: rows; 0 for all.
        command: that prints the rows.
    """

    name: str
    parameters: dict[str, str]
    limit: int
    command: str

    @property
    def address(self) -> str:
        """Path and query of the question's page on a server; "" if it has none."""
        return f"/questions/{self.name}?{urlencode(self.parameters)}" if self.name else ""


def make_query(name: str, parameters: Mapping[str, str], limit: int) -> BriefingQuery:
    """Return a question with the command that asks it.

    >>> make_query("gaps", {"since": "2025-09-01"}, 3).command
    'kgraph query gaps --param since=2025-09-01 --limit 3'
    """
    words = ["kgraph", "query", name]
    for key, value in parameters.items():
        words += ["--param", f"{key}={value}"]
    words += ["--limit", str(limit)] if limit else []
    return BriefingQuery(name, dict(parameters), limit, shlex.join(words))


class BriefingEvidence(msgspec.Struct, frozen=True):
    """An episode that shows what a row says.

    Attributes:
        episode: the episode.
        file: name of its file.
        recording: address of its recording; "" if none is known.
    """

    episode: EpisodeLine
    file: str
    recording: str


class BriefingRow(msgspec.Struct, frozen=True):
    """A row of a section.

    Attributes:
        subjects: what it is about, if that has a page.
        text: a sentence with the figures.
        quote: what an episode says of it; "" for nothing.
        values: the figures by column, as the question gives them.
        ids: relative IRIs of all that it is about, the evidence included.
        evidence: a few episodes.
    """

    subjects: list[EntityRef]
    text: str
    quote: str
    values: dict[str, TableCell]
    ids: tuple[str, ...]
    evidence: list[BriefingEvidence]


class BriefingSection(msgspec.Struct, frozen=True):
    """A section of a briefing.

    Attributes:
        key: such as ``rose``.
        title: a heading.
        note: what its rows have in common, and what they do not say.
        rows: the first ones; ``total`` is the number of all.
        total: number of all rows.
        empty: why there is no row; "" if there is one.
        query: how to get the rows.
    """

    key: str
    title: str
    note: str
    rows: list[BriefingRow]
    total: int
    empty: str
    query: BriefingQuery


class BriefingFacts(msgspec.Struct, frozen=True):
    """A briefing on a window of days. As a text (``str``) it is Markdown.

    Attributes:
        since, until: first and last day of the window.
        before_since, before_until: of the window before.
        episodes, episodes_before: number of episodes that were published in each.
        shows, shows_before: number of their shows; ``same_shows`` are in both.
        earlier: episodes that were published at any time before the window.
        undated: episodes whose date of publication is unknown, and that may be of the window.
        total: number of all episodes.
        coverage: what of this limits the briefing, in sentences.
        sections: in their order.
    """

    since: str
    until: str
    before_since: str
    before_until: str
    episodes: int
    episodes_before: int
    shows: int
    shows_before: int
    same_shows: int
    earlier: int
    undated: int
    total: int
    coverage: list[str]
    sections: list[BriefingSection]

    @property
    def title(self) -> str:
        """The heading of the briefing."""
        return f"Briefing, {self.since} to {self.until}"

    def __str__(self) -> str:
        return "\n".join(_write_markdown(self)) + "\n"


# -- Markdown ------------------------------------------------------------------------


def escape_markdown(text: str) -> str:
    """Put hostile text on one line, and escape what Markdown and HTML would read.

    >>> escape_markdown("a *b*\\n# <c>"), escape_markdown("1. - d")
    ('a \\\\*b\\\\* \\\\# \\\\<c\\\\>', '1\\\\. - d')
    """
    line = _MARKDOWN_SPECIAL.sub(r"\\\1", _put_on_line(text))
    return _MARKDOWN_START.sub(r"\1\\\2", line)


def _put_on_line(text: str) -> str:
    return " ".join(make_printable(text).split())


def _write_markdown(facts: BriefingFacts) -> Iterator[str]:
    yield f"# {facts.title}"
    yield ""
    yield " ".join(facts.coverage)
    for section in facts.sections:
        yield from ("", f"## {section.title}", "")
        if section.note:
            yield from (section.note, "")
        for row in section.rows:
            yield from _write_row(row)
        if section.empty:
            yield section.empty
            continue
        if section.total > len(section.rows):
            yield from ("", f"Shown: {len(section.rows)} of {section.total}.")
        yield from ("", f"Repeat it: `{section.query.command}`")


def _write_row(row: BriefingRow) -> Iterator[str]:
    names = [f"**{escape_markdown(ref.label)}** (`{ref.id}`)" for ref in row.subjects]
    text = escape_markdown(row.text)
    yield f"- {' and '.join(names)}: {text}" if names else f"- {text}"
    if row.quote:
        yield f"  > {escape_markdown(row.quote)}"
        yield ""
    for each in row.evidence:
        yield f"  - {_write_evidence(each)}"


def _write_evidence(evidence: BriefingEvidence) -> str:
    line = evidence.episode
    title = escape_markdown(shorten(line.title or line.id, MAX_TITLE_CHARS))
    if evidence.recording:
        title = f"[{title}](<{quote(evidence.recording, safe=_ADDRESS_CHARACTERS)}>)"
    show = escape_markdown(line.show.label) if line.show else "show unknown"
    day = format_day(line.date, line.dated) or "no date"
    file = _put_on_line(evidence.file).replace("`", "'")
    return f"{title}, {show}, {day}, file `{file}`"
