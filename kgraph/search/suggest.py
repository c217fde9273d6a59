"""Names to offer: completions of a typed text, and corrections of a misspelt one.

Completion (:func:`suggest_things`) leaves out names that only unlikely mentions have. First come
things whose label begins with the text. From three letters on, things follow with a later word of
the label that does, then things with another name that does. Each group is ordered by
:func:`kgraph.search.documents.compute_rank_factor`, and equals by id.

The distance of a misspelt word (:func:`find_close_matches`) is optimal string alignment (Damerau
1964): an insertion, deletion, replacement or swap counts one. A search is corrected only with words
of labels, and where few things have a word, only with much more frequent ones, so that it is never
led from one rare word to another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.text import name_key, replace_surrogates, shorten
from kgraph.search.documents import HIT_KINDS, HitKind
from kgraph.search.index import Index, SqlRow
from kgraph.search.syntax import SearchQuery, SearchTerm, parse_search
from kgraph.search.tokenize import tokenize_with_offsets

MIN_INNER_LETTERS = 3  #: letters from which later words of a name are searched
CANDIDATES_PER_SUGGESTION = 8  #: rows per suggestion, as a thing may have many matching names

MIN_WORD_LETTERS = 4  #: letters of the shortest word that is corrected; three fit too much
MIN_TWO_EDIT_LETTERS = 6  #: letters from which two edits are allowed; below, one
MIN_COMMON_THINGS = 3  #: a word in fewer things may be misspelt
MIN_FREQUENCY_RATIO = 10  #: episodes with a label's word for each thing with the rarer word
MAX_CLOSE_MATCHES = 5

#: Kinds of things that have names.
KINDS_WITH_NAME: tuple[HitKind, ...] = ("entity", "show", "theme", "episode")


class Suggestion(msgspec.Struct, frozen=True):
    """A thing that may be meant.

    Attributes:
        name: label or title.
        kind: one of :data:`KINDS_WITH_NAME`.
        type: of an entity or a show, its type; else "".
        id: relative IRI.
    """

    name: str
    kind: HitKind
    type: str
    id: str


def suggest_things(
    index: Index, prefix: str, kinds: Collection[str] = (), limit: int = 8
) -> tuple[Suggestion, ...]:
    """Return things with a name that begins with a text, or has a word that does.

    Args:
        prefix: the text typed so far; without a word, nothing matches.
        kinds: of the things; empty for all of :data:`KINDS_WITH_NAME`.

    Raises:
        InputError: there is no such kind.
    """
    check_filter_values("kind", kinds, HIT_KINDS)
    numbers = [n for n, kind in enumerate(HIT_KINDS) if kind in (kinds or KINDS_WITH_NAME)]
    key = name_key(replace_surrogates(prefix))
    if not key:
        return ()
    placeholders = ", ".join("?" * len(numbers))
    rows = index.rows(
        "SELECT DISTINCT t.number, t.id, t.worth FROM name AS n "
        "JOIN thing AS t ON t.number = n.thing "
        # The last code point sorts after every text that begins with the key.
        "WHERE n.key >= ? AND n.key < ? || char(1114111) AND NOT t.unlikely "
        f"AND t.kind IN ({placeholders}) "
        "ORDER BY t.worth DESC, t.id LIMIT ?",
        (key, key, *numbers, CANDIDATES_PER_SUGGESTION * limit),
    )
    by_any_name = [_make_suggestion(index, row) for row in rows]
    by_label = [match for match in by_any_name if name_key(match.name).startswith(key)]
    if len(by_label) < limit and len(key) >= MIN_INNER_LETTERS:
        rows = _find_by_inner_word(index, prefix, placeholders, numbers, limit)
        by_label += [_make_suggestion(index, row) for row in rows]
    return tuple(dict.fromkeys((*by_label, *by_any_name)))[:limit]


def _find_by_inner_word(
    index: Index, prefix: str, placeholders: str, kinds: list[int], limit: int
) -> list[SqlRow]:
    try:
        query = parse_search(prefix)
    except InputError:
        return []
    *groups, last_group = query.groups
    *terms, last_term = last_group
    query = SearchQuery((*groups, (*terms, SearchTerm(last_term.words, is_prefix=True))))
    return index.rows(
        "SELECT t.number, t.id FROM word JOIN thing AS t ON t.number = word.rowid "
        f"WHERE word MATCH ? AND NOT t.unlikely AND t.kind IN ({placeholders}) "
        "ORDER BY t.worth DESC, t.id LIMIT ?",
        (f"name : ({query.to_fts()})", *kinds, limit),
    )


def _make_suggestion(index: Index, row: SqlRow) -> Suggestion:
    document = index.read_document(int(row[0]))
    return Suggestion(document.name, document.kind, document.type, document.id)


# -- misspelt words ------------------------------------------------------------


class KnownWord(msgspec.Struct, frozen=True):
    """A word that can be offered."""

    word: str  #: folded
    display_text: str
    weight: float  #: importance; of equally near words the heavier comes first


def find_close_matches(word: str, known_words: Iterable[KnownWord]) -> list[str]:
    """Return nearly equal words, nearest first, then by weight.

    >>> words = [KnownWord("nvidia", "NVIDIA", 9), KnownWord("media", "Media", 1)]
    >>> find_close_matches("nvidai", words)
    ['NVIDIA']
    """
    from rapidfuzz.distance import OSA  # only misspelt names need it

    if len(word) < MIN_WORD_LETTERS:
        return []
    max_edits = 2 if len(word) >= MIN_TWO_EDIT_LETTERS else 1
    matches = []
    for candidate in known_words:
        edits = OSA.distance(word, candidate.word, score_cutoff=max_edits)
        if edits <= max_edits:  # more are reported as one more than the cutoff
            matches.append((edits, -candidate.weight, candidate.display_text))
    return list(dict.fromkeys(text for _, _, text in sorted(matches)))[:MAX_CLOSE_MATCHES]


def check_filter_values(option: str, values: Collection[str], choices: Collection[str]) -> None:
    """Check that the values of a filter are valid.

    Raises:
        InputError: one is not; a near one is suggested.
    """
    for value in sorted(values):
        if value not in choices:
            near = find_close_matches(name_key(value), [KnownWord(c, c, 0) for c in choices])
            hint = f"did you mean {near[0]}? " if near else ""
            raise InputError(
                f"{option} {shorten(value)}: no such {option}: {hint}choose one of "
                f"{', '.join(choices)}"
            )


def correct_query(index: Index, text: str, query: SearchQuery) -> str:
    """Return the text with rare words replaced by near names; "" where there are none."""
    corrections: dict[str, str] = {}
    for term in query.terms:
        if (thing_count := _count_things(index, term)) < MIN_COMMON_THINGS:
            [word] = term.words
            if close := find_close_words(index, word, thing_count * MIN_FREQUENCY_RATIO):
                corrections[word] = close[0]
    if not corrections:
        return ""
    pieces: list[str] = []
    end = 0
    for word, start, stop in tokenize_with_offsets(text):
        if word in corrections:
            pieces += [text[end:start], corrections[word]]
            end = stop
    return "".join([*pieces, text[end:]])


def find_close_words(index: Index, word: str, min_episodes: int = 0) -> list[str]:
    """Return words of labels that are spelt nearly like a folded word, as the labels have them.

    Args:
        min_episodes: of a word.
    """
    rows = index.rows(
        "SELECT word, shown, episodes FROM spelling WHERE length(word) BETWEEN ? AND ? "
        "AND word != ? AND episodes >= ?",
        (len(word) - 2, len(word) + 2, word, min_episodes),
    )
    return find_close_matches(word, (KnownWord(str(w), str(text), float(n)) for w, text, n in rows))


def _count_things(index: Index, term: SearchTerm) -> int:
    """Return how many things have a term, up to :data:`MIN_COMMON_THINGS`.

    That many, too, for one that is never corrected: it is not one word of letters.
    """
    if term.is_exact or term.is_prefix or len(term.words) > 1 or not term.words[0].isalpha():
        return MIN_COMMON_THINGS
    fts_query = SearchQuery(((term,),)).to_fts()
    sql = "SELECT rowid FROM word WHERE word MATCH ? LIMIT ?"
    return len(index.rows(sql, (fts_query, MIN_COMMON_THINGS)))
