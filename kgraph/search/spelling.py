"""Corrections of misspelt names.

Distance is optimal string alignment (Damerau 1964): an insertion, deletion, replacement or swap
counts one. Only words of labels are offered, so that a search is never led from one rare word
to another.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kgraph.search.index import Index
from kgraph.search.syntax import SearchQuery, SearchTerm
from kgraph.search.tokenize import tokenize_with_offsets

MIN_WORD_LETTERS = 4  #: letters of the shortest word that is corrected; three fit too much
MIN_TWO_EDIT_LETTERS = 6  #: letters from which two edits are allowed; below, one
MIN_COMMON_THINGS = 3  #: a word in fewer things may be misspelt
MAX_CLOSE_MATCHES = 5


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


def correct_query(index: Index, text: str, query: SearchQuery) -> str:
    """Return the text with rare words replaced by near names; "" where there are none."""
    corrections = {
        term.words[0]: words[0]
        for term in query.terms
        if _may_be_misspelt(index, term) and (words := find_close_words(index, term.words[0]))
    }
    if not corrections:
        return ""
    pieces: list[str] = []
    end = 0
    for word, start, stop in tokenize_with_offsets(text):
        if word in corrections:
            pieces += [text[end:start], corrections[word]]
            end = stop
    return "".join([*pieces, text[end:]])


def find_close_words(index: Index, word: str) -> list[str]:
    """Return words of labels that are spelt nearly like a folded word, as the labels have them."""
    rows = index.rows(
        "SELECT word, shown, episodes FROM spelling WHERE length(word) BETWEEN ? AND ? "
        "AND word != ?",
        (len(word) - 2, len(word) + 2, word),
    )
    return find_close_matches(word, (KnownWord(str(w), str(text), float(n)) for w, text, n in rows))


def _may_be_misspelt(index: Index, term: SearchTerm) -> bool:
    if term.is_exact or term.is_prefix or len(term.words) > 1 or not term.words[0].isalpha():
        return False
    rows = index.rows(
        "SELECT rowid FROM word WHERE word MATCH ? LIMIT ?",
        (SearchQuery(((term,),)).to_fts(), MIN_COMMON_THINGS),
    )
    return len(rows) < MIN_COMMON_THINGS
