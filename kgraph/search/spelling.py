"""Names that were meant: what is misspelt, and the known word that is nearest.

Takes a word and known words, gives the nearest by optimal string alignment (Damerau 1964:
a letter more, less, other, or two swapped count one each). Only words of labels are
offered, so that a search is never led from one rare word to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kgraph.search.index import Index
from kgraph.search.syntax import Query, Term
from kgraph.search.tokenize import placed

SHORTEST = 4
"""Letters of the shortest word that can be misspelt: of three, every other is near."""

LONG = 6
"""Letters from which two slips are forgiven; below, one."""

FEW = 3
"""A word that fewer things hold may be a slip; it is asked about, not replaced."""

OFFERED = 5
"""How many near names are offered."""


class Spelling(msgspec.Struct, frozen=True):
    """A known word: folded, as it is written, and how much it matters (more first)."""

    word: str
    shown: str
    weight: float


def near(word: str, known: Iterable[Spelling]) -> list[str]:
    """Known words that are spelt nearly so, nearest first, then by weight.

    >>> near("nvidai", [Spelling("nvidia", "NVIDIA", 9), Spelling("media", "Media", 1)])
    ['NVIDIA']
    """
    if len(word) < SHORTEST:
        return []
    most = 2 if len(word) >= LONG else 1
    letters = _pairs(word)
    found = []
    for spelling in known:
        # A slip changes at most three pairs of neighbours: most words are told apart by that.
        if (
            abs(len(spelling.word) - len(word)) <= most
            and len(letters - _pairs(spelling.word)) <= 3 * most
            and (slips := distance(word, spelling.word)) <= most
        ):
            found.append((slips, -spelling.weight, spelling.shown))
    return list(dict.fromkeys(shown for _, _, shown in sorted(found)))[:OFFERED]


def distance(one: str, other: str) -> int:
    """How many slips lead from one word to the other.

    >>> distance("nvidai", "nvidia"), distance("claude", "cloud")
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


def _pairs(word: str) -> set[str]:
    marked = f"^{word}$"
    return {marked[i : i + 2] for i in range(len(marked) - 1)}


def corrected(index: Index, text: str, query: Query) -> str:
    """The text with rare words replaced by the names they are nearly; "" when none is.

    Args:
        index: whose words are known.
        text: what the searcher wrote.
        query: the same, understood.
    """
    better = {
        term.words[0]: names[0]
        for term in query.terms
        if _may_be_a_slip(index, term) and (names := near_words(index, term.words[0]))
    }
    return "".join(_replaced(text, better)) if better else ""


def near_words(index: Index, word: str) -> list[str]:
    """Words of labels that are spelt nearly like the word, as they are written."""
    rows = index.rows(
        "SELECT word, shown, episodes FROM spelling WHERE length(word) BETWEEN ? AND ? "
        "AND word != ?",
        (len(word) - 2, len(word) + 2, word),
    )
    return near(word, (Spelling(str(w), str(shown), float(n)) for w, shown, n in rows))


def _may_be_a_slip(index: Index, term: Term) -> bool:
    if term.exact or term.prefix or len(term.words) > 1 or not term.words[0].isalpha():
        return False
    lone = Query(((term,),)).fts()
    found = index.rows("SELECT rowid FROM word WHERE word MATCH ? LIMIT ?", (lone, FEW))
    return len(found) < FEW


def _replaced(text: str, better: dict[str, str]) -> Iterator[str]:
    end = 0
    for word, start, stop in placed(text):
        if word in better:
            yield text[end:start] + better[word]
            end = stop
    yield text[end:]
