"""What a searcher writes, understood: :func:`parse_search`.

Takes text, gives a :class:`SearchQuery`. The language is small, and no text is wrong in it:

* words: all of them, in any order, in singular or plural; where nothing has all of them,
  :meth:`Query.relax` asks for half;
* ``"words in quotes"``: that phrase, exactly;
* ``word*``: words that begin so;
* ``one OR other``: either; ``NOT word`` or ``-word``: without it.

What has a mark inside (``round-trip``, ``S&P``, ``$2.5``) is a phrase of its parts. All else
is no syntax: marks part words, and an operator without its word is passed over.

Invariant: only words of :mod:`kgraph.search.tokenize` reach the engine, and each in quotation
marks of its own (FTS5, section 3.1), so that no text can become syntax of the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.text import replace_surrogates, shorten, word_forms
from kgraph.search.stopwords import STOP_WORDS
from kgraph.search.tokenize import tokenize

MAX_SEARCH_TERMS = 64
"""Terms of one search: a page of text pasted in by accident is said, not searched."""

_QUERY_TOKEN = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+))')
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


class SearchTerm(msgspec.Struct, frozen=True):
    """Words that stand side by side.

    Attributes:
        words: folded, at least one.
        prefix: the last word is only how a word begins.
        exact: it was written in quotation marks.
    """

    words: tuple[str, ...]
    is_prefix: bool = False
    is_exact: bool = False

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """The phrases that count: a lone word also in its other number."""
        if self.is_exact or self.is_prefix or len(self.words) > 1:
            return (self.words,)
        return tuple((form,) for form in word_forms(self.words[0]))


class SearchQuery(msgspec.Struct, frozen=True):
    """What is looked for.

    Attributes:
        groups: of each group one term must be there, of all groups.
        without: terms that must not be there.
        least: how many groups must be there, where not all of them must; else 0.
    """

    groups: tuple[tuple[SearchTerm, ...], ...]
    excluded: tuple[SearchTerm, ...] = ()
    min_groups: int = 0

    @property
    def terms(self) -> tuple[SearchTerm, ...]:
        """The terms that may be found."""
        return tuple(term for group in self.groups for term in group)

    @property
    def group_texts(self) -> tuple[str, ...]:
        """Each group as it may be shown to the searcher."""
        return tuple(" or ".join(" ".join(term.words) for term in group) for group in self.groups)

    def relax(self) -> SearchQuery | None:
        """The query without stop words, which half of its words satisfy; None where that asks
        for the same.

        A phrase in quotation marks was written to be found as it is: with one, nothing is relaxed.

        >>> query = parse_search("what is said about electricity for data centers").relax()
        >>> query.group_texts, query.min_groups
        (('electricity', 'data', 'centers'), 2)
        """
        if any(term.is_exact for term in self.terms):
            return None
        said = tuple(group for group in self.groups if not all(map(_is_stop_word, group)))
        least = (len(said) + 1) // 2
        if not said or least == len(self.groups):
            return None
        return SearchQuery(said, self.excluded, least)

    def to_fts(self) -> str:
        """The query in the language of SQLite's FTS5; of a relaxed one, any of its groups."""
        wanted = (" OR " if self.min_groups else " AND ").join(map(_join_or, self.groups))
        return f"({wanted}) NOT {_join_or(self.excluded)}" if self.excluded else wanted

    def groups_to_fts(self) -> tuple[str, ...]:
        """Each group in the language of FTS5."""
        return tuple(map(_join_or, self.groups))

    def matches(self, text: Sequence[str]) -> bool:
        """Whether the words of a text are what is looked for."""
        held = sum(any(find_spans(term, text) for term in group) for group in self.groups)
        return held >= (self.min_groups or len(self.groups)) and not any(
            find_spans(term, text) for term in self.excluded
        )


def parse_search(text: str) -> SearchQuery:
    """Understand what a searcher wrote.

    Raises:
        InputError: there is no word in it, or more than :data:`MAX_SEARCH_TERMS`.

    >>> parse_search('"export controls" OR chips -intel').to_fts()
    '(("export controls" OR "chips" OR "chip")) NOT ("intel" OR "intels")'
    """
    groups: list[list[SearchTerm]] = []
    without: list[SearchTerm] = []
    joins = negates = False
    for part in _QUERY_TOKEN.finditer(replace_surrogates(text)):
        operator = part[0]
        if operator in ("AND", "OR", "NOT"):
            joins = operator == "OR" or (joins and operator == "NOT")
            negates = operator == "NOT"
            continue
        term = _parse_term(part)
        if term is None:
            continue
        if part["without"] or negates:
            without.append(term)
        elif joins and groups:
            groups[-1].append(term)
        else:
            groups.append([term])
        joins = negates = False
    return _check_query(text, SearchQuery(tuple(map(tuple, groups)), tuple(without)))


def _parse_term(part: re.Match[str]) -> SearchTerm | None:
    phrase, plain = part["phrase"], part["plain"]
    if phrase is not None:
        found = tokenize(phrase)
        return SearchTerm(found, is_exact=True) if found else None
    bare = _POSSESSIVE.sub("", plain)
    found = tokenize(bare)
    return SearchTerm(found, is_prefix=bare.endswith("*")) if found else None


def _check_query(text: str, query: SearchQuery) -> SearchQuery:
    if not query.groups:
        raise InputError(
            f"{shorten(text)!r}: nothing to search for: give at least one word to be found"
        )
    if (count := len(query.terms) + len(query.excluded)) > MAX_SEARCH_TERMS:
        raise InputError(f"{count} words to search for: give {MAX_SEARCH_TERMS} at the most")
    return query


def _is_stop_word(term: SearchTerm) -> bool:
    return not term.is_prefix and all(word in STOP_WORDS for word in term.words)


def _join_or(terms: Sequence[SearchTerm]) -> str:
    phrases = [
        f'"{" ".join(spelling)}"{" *" if term.is_prefix else ""}'
        for term in terms
        for spelling in term.spellings()
    ]
    return f"({' OR '.join(phrases)})"


def find_spans(term: SearchTerm, text: Sequence[str]) -> list[tuple[int, int]]:
    """Where a term stands among the words of a text: first word, and one past the last.

    >>> find_spans(SearchTerm(("chip",)), ["chips", "and", "chip"])
    [(0, 1), (2, 3)]
    """
    return sorted(
        (start, start + len(spelling))
        for spelling in term.spellings()
        for start in _find_starts(spelling, text, term.is_prefix)
    )


def _find_starts(spelling: Sequence[str], text: Sequence[str], prefix: bool) -> Iterator[int]:
    first, *rest = spelling
    if prefix and not rest:
        yield from (n for n, word in enumerate(text) if word.startswith(first))
        return
    for start in [n for n, word in enumerate(text) if word == first]:
        if not rest or _continues_phrase(rest, text[start + 1 : start + len(spelling)], prefix):
            yield start


def _continues_phrase(rest: list[str], here: Sequence[str], prefix: bool) -> bool:
    if len(here) < len(rest) or list(here[:-1]) != rest[:-1]:
        return False
    return here[-1].startswith(rest[-1]) if prefix else here[-1] == rest[-1]
