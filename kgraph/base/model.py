"""The words of kgraph as plain values: no I/O, no behaviour beyond reading themselves.

Takes nothing and gives nothing: every other room speaks in these. They are
:class:`msgspec.Struct` values, which are frozen and slotted like dataclasses but are
built, compared and written to disk several times faster (``benchmarks/``), and they
are array-like on disk, so the order of the fields is the layout of the store: append,
and raise :data:`LAYOUT_VERSION`, when it changes.

Invariants:
    * text is NFC-unchanged input text without lone surrogates; it is hostile until escaped;
    * a confidence is a probability in [0, 1];
    * an ``id`` is a relative IRI (``company/openai``): the base is added in ``triples``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from kgraph.base.entity_types import TYPE_NAMES

LAYOUT_VERSION = 7
"""Version of the records on disk."""

FieldValue = str | int | float | bool | list[str]
"""What a front-matter field may hold once it has been read."""

Extractor = Literal["regex", "llm", "hand"]
"""Who wrote a row: the regular-expression pass, the language model, or a person."""

if TYPE_CHECKING:
    EntityType: TypeAlias = str
else:
    EntityType = Literal[TYPE_NAMES]
    """A type in ``ontology/types.yaml``; decoders refuse other names."""

REJECTED = "noise"
"""The type of a decision that rejects its mention."""


class InputProblem(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Something in an input that is not as it should be, and what was done about it.

    Attributes:
        file: name of the file, relative to the path that was given.
        line: line in the file, from 1; 0 when the whole file is meant.
        column: column, from 1; 0 when not known.
        field: JSON Pointer into the front matter (RFC 6901), or "" for the whole file.
        code: short name of the kind of problem, such as ``date-invalid``.
        value: the value as found, shortened to 80 characters.
        message: what is wrong, in words.
        action: what was done, in words, such as ``field set aside``.
    """

    file: str
    line: int
    column: int
    field: str
    code: str
    value: str
    message: str
    action: str

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}" + (f":{self.column}" if self.column else "")
        if self.field:
            place += f": {self.field}"
        value = f" {self.value}" if self.value else ""
        return f"{place}: {self.message}{value} ({self.action}) [{self.code}]"


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a list in a file.

    Attributes:
        list: the front-matter field that holds it, such as ``companies``.
        index: its place in that list as written, from 0; rows that could not be
            read keep their index, so pointers stay true.
        values: its readable fields, typed as ``ontology/fields.yaml`` says.
    """

    list: str
    index: int
    values: dict[str, FieldValue]

    @property
    def pointer(self) -> str:
        """JSON Pointer of this row in its file (RFC 6901)."""
        return f"/{self.list}/{self.index}"

    def text(self, field: str) -> str:
        """The field as text; "" when it is absent."""
        value = self.values.get(field)
        return value if isinstance(value, str) else ""


class Episode(msgspec.Struct, frozen=True, array_like=True):
    """What one file says.

    Attributes:
        file: name of the file, relative to the path that was given, with ``/``.
        sha256: of the file's bytes, hexadecimal.
        values: the fields that are no lists of rows, typed as ``fields.yaml`` says.
        rows: for each list field, its readable rows in order.
        row_counts: for each list field, how many entries it had, readable or not.
        date_is_fallback: the date is only the day on which the file was processed.
        comments: texts of the body's HTML comments.
        body: the rest of the body, stripped.
        extra: unknown fields as JSON text, by name.
    """

    file: str
    sha256: str
    values: dict[str, FieldValue]
    rows: dict[str, tuple[Row, ...]]
    row_counts: dict[str, int]
    date_is_fallback: bool = False
    comments: tuple[str, ...] = ()
    body: str = ""
    extra: dict[str, str] = {}

    def text(self, field: str) -> str:
        """The field as text; "" when it is absent."""
        value = self.values.get(field)
        return value if isinstance(value, str) else ""

    @property
    def title(self) -> str:
        """The title, or the file's name when there is none."""
        return self.text("title") or self.file

    @property
    def date(self) -> str:
        """ISO 8601 date or date-time; "" when unknown."""
        return self.text("date")


class FileResult(msgspec.Struct, frozen=True, array_like=True):
    """What became of one file: its episode, if any, and every problem met on the way."""

    episode: Episode | None
    problems: tuple[InputProblem, ...] = ()


class Mention(msgspec.Struct, frozen=True, array_like=True):
    """A row that names a thing, as resolution sees it.

    Attributes:
        surface: the name as written.
        context: the words around it (regex pass) or a description (language model, person).
        category: the category as written, or "".
        extractor: who wrote the row.
        stated: "high", "medium", "low" or "" (none stated).
        position: character offset in the transcript, -1 when the row has none.
    """

    surface: str
    context: str = ""
    category: str = ""
    extractor: Extractor = "regex"
    stated: str = ""
    position: int = -1


class Reason(msgspec.Struct, frozen=True, array_like=True):
    """One part of a decision's breakdown.

    Attributes:
        part: what spoke, such as ``lexicon`` or ``context``.
        words: what it said, for a reader.
        weight: what it added, in log-odds of the decision (0 where a rule decided alone).
    """

    part: str
    words: str
    weight: float = 0.0

    def __str__(self) -> str:
        weight = f" ({self.weight:+.2f})" if self.weight else ""
        return f"{self.part}: {self.words}{weight}"


class Decision(msgspec.Struct, frozen=True, array_like=True):
    """What became of one mention.

    Attributes:
        type: one of :data:`EntityType`, or :data:`REJECTED` when rejected.
        key: canonical key of the entity within its type; of a rejected mention, the
            key of its surface.
        label: the entity's usual name; of a rejected mention, its surface.
        confidence: probability that the type and the label are right; for a rejected
            mention, that it is rightly rejected.
        rule: short name of what decided, such as ``lexicon`` or ``function-words``.
        reasons: the breakdown.
        judged: what judgements of people spoke of here: keys of names, and ids.
    """

    type: str
    key: str
    label: str
    confidence: float
    rule: str
    reasons: tuple[Reason, ...] = ()
    judgement_keys: tuple[str, ...] = ()

    @property
    def is_accepted(self) -> bool:
        return self.type != REJECTED


def dump_json(value: Any) -> str:
    """``value`` as JSON text with sorted keys, for what is kept but not understood."""
    return msgspec.json.encode(value, order="deterministic").decode()
