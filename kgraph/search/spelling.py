"""Names that were meant: what is misspelt, and the known word that is nearest.

Takes a word and known words, gives the nearest by optimal string alignment (Damerau 1964:
a letter more, less, other, or two swapped count one each). Only words of labels are
offered, so that a search is never led from one rare word to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kgraph.search.index import Index
from kgraph.search.syntax import SearchQuery, SearchTerm
from kgraph.search.tokenize import tokenize_with_offsets

MIN_WORD_LETTERS = 4
"""Letters of the shortest word that can be misspelt: of three, every other is near."""

MIN_TWO_EDIT_LETTERS = 6
"""Letters from which two slips are forgiven; below, one."""

MIN_COMMON_THINGS = 3
"""A word that fewer things hold may be a slip; it is asked about, not replaced."""

MAX_CLOSE_MATCHES = 5
"""How many near names are offered."""


class KnownWord(msgspec.Struct, frozen=True):
    """A known word: folded, as it is written, and how much it matters (more first)."""

    word: str
    display_text: str
    weight: float


def find_close_matches(word: str, known: Iterable[KnownWord]) -> list[str]:
    """Known words that are spelt nearly so, nearest first, then by weight.

    >>> find_close_matches("nvidai", [KnownWord("nvidia", "NVIDIA", 9), KnownWord("media", "Media", 1)])
    ['NVIDIA']
    """
    if len(word) < MIN_WORD_LETTERS:
        return []
    most = 2 if len(word) >= MIN_TWO_EDIT_LETTERS else 1
    letters = _bigrams(word)
    found = []
    for spelling in known:
        # A slip changes at most three pairs of neighbours: most words are told apart by that.
        if (
            abs(len(spelling.word) - len(word)) <= most
            and len(letters - _bigrams(spelling.word)) <= 3 * most
            and (slips := edit_distance(word, spelling.word)) <= most
        ):
            found.append((slips, -spelling.weight, spelling.display_text))
    return list(dict.fromkeys(shown for _, _, shown in sorted(found)))[:MAX_CLOSE_MATCHES]


def edit_distance(one: str, other: str) -> int:
    """How many slips lead from one word to the other.

    >>> edit_distance("nvidai", "nvidia"), edit_distance("claude", "cloud")
    (1, 2)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != its))
            if i > 1 < j and letter == other[j - 2] and its == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _bigrams(word: str) -> set[str]:
    marked = f"^{word}$"
    return {marked[i : i + 2] for i in range(len(marked) - 1)}


def correct_query(index: Index, text: str, query: SearchQuery) -> str:
    """The text with rare words replaced by the names they are nearly; "" when none is.

    Args:
        index: whose words are known.
        text: what the searcher wrote.
        query: the same, understood.
    """
    better = {
        term.words[0]: names[0]
        for term in query.terms
        if _may_be_misspelt(index, term) and (names := find_close_words(index, term.words[0]))
    }
    return "".join(_replace_words(text, better)) if better else ""


def find_close_words(index: Index, word: str) -> list[str]:
    """Words of labels that are spelt nearly like the word, as they are written."""
    rows = index.rows(
        "SELECT word, shown, episodes FROM spelling WHERE length(word) BETWEEN ? AND ? "
        "AND word != ?",
        (len(word) - 2, len(word) + 2, word),
    )
    return find_close_matches(
        word, (KnownWord(str(w), str(shown), float(n)) for w, shown, n in rows)
    )


def _may_be_misspelt(index: Index, term: SearchTerm) -> bool:
    if term.is_exact or term.is_prefix or len(term.words) > 1 or not term.words[0].isalpha():
        return False
    lone = SearchQuery(((term,),)).to_fts()
    found = index.rows(
        "SELECT rowid FROM word WHERE word MATCH ? LIMIT ?", (lone, MIN_COMMON_THINGS)
    )
    return len(found) < MIN_COMMON_THINGS


def _replace_words(text: str, better: dict[str, str]) -> Iterator[str]:
    end = 0
    for word, start, stop in tokenize_with_offsets(text):
        if word in better:
            yield text[end:start] + better[word]
            end = stop
    yield text[end:]
