"""What a searcher writes, understood: :func:`parse`.

Takes text, gives a :class:`Query`. The language is small, and no text is wrong in it:

* words: all of them, in any order, in singular or plural; where nothing has all of them,
  :meth:`Query.relaxed` asks for half;
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
from kgraph.base.plurals import forms
from kgraph.base.text import shorten, without_surrogates
from kgraph.search.stopwords import STOP_WORDS
from kgraph.search.tokenize import words

MOST_TERMS = 64
"""Terms of one search: a page of text pasted in by accident is said, not searched."""

_PARTS = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+))')
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


class Term(msgspec.Struct, frozen=True):
    """Words that stand side by side.

    Attributes:
        words: folded, at least one.
        prefix: the last word is only how a word begins.
        exact: it was written in quotation marks.
    """

    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """The phrases that count: a lone word also in its other number."""
        if self.exact or self.prefix or len(self.words) > 1:
            return (self.words,)
        return tuple((form,) for form in forms(self.words[0]))


class Query(msgspec.Struct, frozen=True):
    """What is looked for.

    Attributes:
        groups: of each group one term must be there, of all groups.
        without: terms that must not be there.
        least: how many groups must be there, where not all of them must; else 0.
    """

    groups: tuple[tuple[Term, ...], ...]
    without: tuple[Term, ...] = ()
    least: int = 0

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms that may be found."""
        return tuple(term for group in self.groups for term in group)

    @property
    def texts(self) -> tuple[str, ...]:
        """Each group as it may be shown to the searcher."""
        return tuple(" or ".join(" ".join(term.words) for term in group) for group in self.groups)

    def relaxed(self) -> Query | None:
        """The query without stop words, which half of its words satisfy; None where that asks
        for the same.

        A phrase in quotation marks was written to be found as it is: with one, nothing is relaxed.

        >>> query = parse("what is said about electricity for data centers").relaxed()
        >>> query.texts, query.least
        (('electricity', 'data', 'centers'), 2)
        """
        if any(term.exact for term in self.terms):
            return None
        said = tuple(group for group in self.groups if not all(map(_is_stop_word, group)))
        least = (len(said) + 1) // 2
        if not said or least == len(self.groups):
            return None
        return Query(said, self.without, least)

    def fts(self) -> str:
        """The query in the language of SQLite's FTS5; of a relaxed one, any of its groups."""
        wanted = (" OR " if self.least else " AND ").join(map(_any, self.groups))
        return f"({wanted}) NOT {_any(self.without)}" if self.without else wanted

    def groups_fts(self) -> tuple[str, ...]:
        """Each group in the language of FTS5."""
        return tuple(map(_any, self.groups))

    def fits(self, text: Sequence[str]) -> bool:
        """Whether the words of a text are what is looked for."""
        held = sum(any(spans(term, text) for term in group) for group in self.groups)
        return held >= (self.least or len(self.groups)) and not any(
            spans(term, text) for term in self.without
        )


def parse(text: str) -> Query:
    """Understand what a searcher wrote.

    Raises:
        InputError: there is no word in it, or more than :data:`MOST_TERMS`.

    >>> parse('"export controls" OR chips -intel').fts()
    '(("export controls" OR "chips" OR "chip")) NOT ("intel" OR "intels")'
    """
    groups: list[list[Term]] = []
    without: list[Term] = []
    joins = negates = False
    for part in _PARTS.finditer(without_surrogates(text)):
        operator = part[0]
        if operator in ("AND", "OR", "NOT"):
            joins = operator == "OR" or (joins and operator == "NOT")
            negates = operator == "NOT"
            continue
        term = _term(part)
        if term is None:
            continue
        if part["without"] or negates:
            without.append(term)
        elif joins and groups:
            groups[-1].append(term)
        else:
            groups.append([term])
        joins = negates = False
    return _checked(text, Query(tuple(map(tuple, groups)), tuple(without)))


def _term(part: re.Match[str]) -> Term | None:
    phrase, plain = part["phrase"], part["plain"]
    if phrase is not None:
        found = words(phrase)
        return Term(found, exact=True) if found else None
    bare = _POSSESSIVE.sub("", plain)
    found = words(bare)
    return Term(found, prefix=bare.endswith("*")) if found else None


def _checked(text: str, query: Query) -> Query:
    if not query.groups:
        raise InputError(
            f"{shorten(text)!r}: nothing to search for: give at least one word to be found"
        )
    if (count := len(query.terms) + len(query.without)) > MOST_TERMS:
        raise InputError(f"{count} words to search for: give {MOST_TERMS} at the most")
    return query


def _is_stop_word(term: Term) -> bool:
    return not term.prefix and all(word in STOP_WORDS for word in term.words)


def _any(terms: Sequence[Term]) -> str:
    phrases = [
        f'"{" ".join(spelling)}"{" *" if term.prefix else ""}'
        for term in terms
        for spelling in term.spellings()
    ]
    return f"({' OR '.join(phrases)})"


def spans(term: Term, text: Sequence[str]) -> list[tuple[int, int]]:
    """Where a term stands among the words of a text: first word, and one past the last.

    >>> spans(Term(("chip",)), ["chips", "and", "chip"])
    [(0, 1), (2, 3)]
    """
    return sorted(
        (start, start + len(spelling))
        for spelling in term.spellings()
        for start in _starts(spelling, text, term.prefix)
    )


def _starts(spelling: Sequence[str], text: Sequence[str], prefix: bool) -> Iterator[int]:
    first, *rest = spelling
    if prefix and not rest:
        yield from (n for n, word in enumerate(text) if word.startswith(first))
        return
    for start in [n for n, word in enumerate(text) if word == first]:
        if not rest or _follow(rest, text[start + 1 : start + len(spelling)], prefix):
            yield start


def _follow(rest: list[str], here: Sequence[str], prefix: bool) -> bool:
    if len(here) < len(rest) or list(here[:-1]) != rest[:-1]:
        return False
    return here[-1].startswith(rest[-1]) if prefix else here[-1] == rest[-1]
