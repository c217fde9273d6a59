"""Value types that the other packages exchange.

They are ``msgspec.Struct`` values: frozen and slotted like dataclasses, but built,
compared and written several times faster. They are array-like on disk, so the order of the
fields is the layout of the store: append a field only at the end, and raise
:data:`LAYOUT_VERSION`.

Invariants:
    * text is the input's text without lone surrogates; it is hostile until escaped;
    * a confidence is a probability in [0, 1];
    * an ``id`` is a relative IRI (``company/openai``); ``kgraph.rdf`` adds the base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.problem_codes import REMARK_CODES
from kgraph.base.text import name_note

LAYOUT_VERSION = 12  #: version of the files of a build

#: Confidence of a mention, or of a name in a quote, from which it is stated and counted.
#: Of 2,125 labelled edges, by models that had not seen their episode, 36 of 122 are right below 0.4
#: and 18 of 31 from 0.4 to 0.5. A floor of 0.5 keeps 97 % of the right ones, and 94.3 % of what it
#: keeps is right; with 0.4 it is 98 % and 93.7 % (``benchmarks/edges.py``). The two hardly differ,
#: so the floor is where a confidence begins to say that a mention is more likely right than wrong.
MENTION_FLOOR = 0.5

STATED_DECIMALS = 3  #: of a number from 0 to 1 in RDF

# The greatest number that rounds to less than the floor. Rounding takes several times as long.
_GREATEST_BELOW_FLOOR: float = MENTION_FLOOR - 0.5 * 10**-STATED_DECIMALS


def reaches_floor(confidence: float) -> bool:
    """Return whether a confidence, as RDF states it, reaches :data:`MENTION_FLOOR`.

    >>> reaches_floor(0.4996), reaches_floor(0.4994)
    (True, False)
    """
    return confidence > _GREATEST_BELOW_FLOOR


def format_confidence(confidence: float) -> str:
    """Format a confidence with two places; with three where two would read as the floor.

    >>> format_confidence(0.934), format_confidence(0.4996), format_confidence(0.4993)
    ('0.93', '0.50', '0.499')
    """
    text = f"{confidence:.2f}"
    if not reaches_floor(confidence) and float(text) >= MENTION_FLOOR:
        return f"{confidence:.{STATED_DECIMALS}f}"
    return text


#: A front-matter field after reading.
FieldValue = str | int | float | bool | list[str]

#: Author of a row: the regular-expression pass, the language model, or a person.
Extractor = Literal["regex", "llm", "hand"]

_PASS_FIELDS = ("position", "source")  # the regular-expression pass writes one of them
# What a pipeline writes into each of its 1,014 files, and what its passes compute of rows.
_PIPELINE_FIELDS = ("processing_date", "llm_enhanced")
_COMPUTED_FIELDS = frozenset(
    (*_PASS_FIELDS, "extracted", "length", "mentions", "prominence", "relevance_score")
)

if TYPE_CHECKING:
    EntityType: TypeAlias = str
else:
    EntityType = Literal[TYPE_NAMES]  #: a type in ``ontology/types.yaml``; decoders check it

REJECTED = "noise"  #: type of a decision that rejects its mention


class InputProblem(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A deviation in an input from its format, and what was done about it."""

    file: str  #: name of the file, relative to the path that was given
    line: int  #: line, from 1; 0 for the file as a whole
    column: int  #: column, from 1; 0 if unknown
    field: str  #: JSON Pointer into the front matter (RFC 6901); "" for the file as a whole
    code: str  #: kind of the problem, such as ``date-invalid``
    value: str  #: the value as written, shortened to 80 characters
    message: str  #: what is wrong
    action: str  #: what was done, such as ``field set aside``

    @property
    def is_remark(self) -> bool:
        """Whether it only tells how something was read, and nothing is in doubt."""
        return self.code in REMARK_CODES

    def __str__(self) -> str:
        position = self.file
        if self.line:
            position += f":{self.line}" + (f":{self.column}" if self.column else "")
        if self.field:
            position += f": {self.field}"
        value = f" {self.value}" if self.value else ""
        return f"{position}: {self.message}{value} ({self.action}) [{self.code}]"


class Row(msgspec.Struct, frozen=True, array_like=True):
    """An entry of a list in a file."""

    list: str  #: the front-matter field that contains it, such as ``companies``
    index: int  #: its index in that list as written, from 0; unreadable rows count
    values: dict[str, FieldValue]  #: its readable fields, typed by ``ontology/fields.yaml``

    @property
    def pointer(self) -> str:
        """JSON Pointer of this row in its file (RFC 6901)."""
        return f"/{self.list}/{self.index}"

    @property
    def extractor(self) -> Extractor:
        """Author of this row, as far as it shows: a person only in ``companies``.

        The language model writes ``source: llm_enhanced``, the regular-expression pass a
        ``position``. A row with neither was written by a person: of the 52,613 rows of 1,014 files
        that a pipeline wrote none lacks both. Of other lists :attr:`EpisodeFile.is_by_hand` tells.

        >>> [Row("companies", 0, values).extractor for values in ({}, {"position": 7})]
        ['hand', 'regex']
        """
        if self.is_by_llm:
            return "llm"
        is_by_hand = self.list == "companies" and self.values.keys().isdisjoint(_PASS_FIELDS)
        return "hand" if is_by_hand else "regex"

    @property
    def is_by_llm(self) -> bool:
        """Whether the language model wrote this row."""
        return self.values.get("source") == "llm_enhanced"

    def text(self, field: str) -> str:
        """Return the field as text; "" if it is absent."""
        value = self.values.get(field)
        return value if isinstance(value, str) else ""


class EpisodeFile(msgspec.Struct, frozen=True, array_like=True):
    """The content of one file; :class:`kgraph.graph.EpisodeGraph` joins those of a recording."""

    file: str  #: name of the file, relative to the path that was given, with ``/``
    sha256: str  #: SHA-256 of its bytes, hexadecimal
    values: dict[str, FieldValue]  #: its fields but for lists of rows
    rows: dict[str, tuple[Row, ...]]  #: list field -> its readable rows in order
    row_counts: dict[str, int]  #: list field -> number of its entries, unreadable ones included
    date_is_fallback: bool = False  #: the date is only the day of processing
    comments: tuple[str, ...] = ()  #: texts of the HTML comments in the body
    body: str = ""  #: the body without them, stripped
    extra: dict[str, str] = {}  #: unknown field -> its value as JSON

    def text(self, field: str) -> str:
        """Return the field as text; "" if it is absent."""
        value = self.values.get(field)
        return value if isinstance(value, str) else ""

    @property
    def is_by_hand(self) -> bool:
        """Whether a person wrote it: it has nothing that a pipeline or an extractor writes.

        >>> tags = {"tags": (Row("tags", 0, {"tag": "chips"}),)}
        >>> [EpisodeFile("a.md", "", values, tags, {}).is_by_hand
        ...  for values in ({}, {"processing_date": "2025-09-01"})]
        [True, False]
        """
        return self.values.keys().isdisjoint(_PIPELINE_FIELDS) and all(
            _COMPUTED_FIELDS.isdisjoint(row.values) for rows in self.rows.values() for row in rows
        )

    @property
    def title(self) -> str:
        """The title, or if there is none the name of the note (:func:`name_note`)."""
        return self.text("title") or name_note(self.file)

    @property
    def date(self) -> str:
        """ISO 8601 date or date-time; "" if unknown."""
        return self.text("date")


class FileResult(msgspec.Struct, frozen=True, array_like=True):
    """The episode in a file, if any, and all problems of the file."""

    episode: EpisodeFile | None
    problems: tuple[InputProblem, ...] = ()
    sha256: str = ""  #: of its bytes, hexadecimal; "" if they could not be read


class ParsedMention(msgspec.Struct, frozen=True, array_like=True):
    """A row that names an entity, as resolution takes it."""

    surface: str  #: the name as written
    context: str = ""  #: the words around it (regex pass), or a description
    category: str = ""  #: the category as written
    extractor: Extractor = "regex"  #: author of the row
    stated: str = ""  #: stated confidence: "high", "medium", "low", or "" for none
    position: int = -1  #: character offset in the transcript; -1 if the row has none


class Reason(msgspec.Struct, frozen=True, array_like=True):
    """One part of a decision's breakdown."""

    part: str  #: where the evidence comes from, such as ``lexicon`` or ``context``
    words: str  #: the evidence, for a reader
    weight: float = 0.0  #: in log-odds of the decision; 0 where a rule decided alone

    def __str__(self) -> str:
        weight = f" ({self.weight:+.2f})" if self.weight else ""
        return f"{self.part}: {self.words}{weight}"


class Decision(msgspec.Struct, frozen=True, array_like=True):
    """The resolution of a mention to an entity, or its rejection."""

    type: str  #: an ``EntityType``, or :data:`REJECTED`
    key: str  #: canonical key of the entity within its type; if rejected, key of the surface
    label: str  #: usual name of the entity; if rejected, the surface
    confidence: float  #: probability that type and label, or the rejection, are right
    rule: str  #: what decided, such as ``lexicon`` or ``function-words``
    reasons: tuple[Reason, ...] = ()  #: the breakdown
    judgement_keys: tuple[str, ...] = ()  #: keys and ids that applied judgements name

    @property
    def is_accepted(self) -> bool:
        return self.type != REJECTED


def dump_json(value: Any) -> str:
    """Encode a value as JSON with sorted keys."""
    return msgspec.json.encode(value, order="deterministic").decode()
