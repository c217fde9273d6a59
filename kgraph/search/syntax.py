"""The parser of searches (:func:`parse_search`).

The language is small, and every text is valid:

* words: all of them but stop words, in any order, in singular or plural; where too few things
  have all of them, :meth:`SearchQuery.relax` asks for half;
* ``"words in quotes"``: exactly that phrase;
* ``word*``: words with that prefix;
* ``one OR other``: either; ``NOT word`` or ``-word``: without it.

A word with punctuation inside (``round-trip``, ``S&P``, ``$2.5``) is a phrase of its parts. Other
punctuation separates words, and an operator without a word is ignored. Only behind a single letter
do "+" and "#" count (``C++``, ``C#``): the index has no signs, so that the texts tell.

Invariant: only words of :mod:`kgraph.search.tokenize` reach the engine, each in its own quotation
marks (FTS5, section 3.1), so that no text can become syntax of the engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.text import (
    find_letter_signs,
    name_key,
    replace_surrogates,
    shorten,
    word_forms,
)
from kgraph.search.tokenize import WordSpan, fold_case, tokenize, tokenize_with_offsets

MAX_SEARCH_TERMS = 64  #: more is a page of text that was pasted by accident

# The English stop words of Apache Lucene (EnglishAnalyzer.ENGLISH_STOP_WORDS_SET), and the question
# words, verbs and small words of plain questions. They are folded: "don't" is "don" and "t".
_LUCENE_WORDS = """
a an and are as at be but by for if in into is it no not of on or such that the their then there
these they this to was will with
"""
_QUESTION_WORDS = "how what when where which who whom whose why"
_VERBS = """
am been being can could did do does doing done had has have having may might must shall should were
would couldn didn doesn don isn shouldn wasn weren won wouldn d ll m re s t ve
say says said tell think thinks thought
"""
_SMALL_WORDS = """
about all also any anyone anything because each else ever every everyone from he her here hers him
his i its just me more most much my our ours own people she so some someone something than them
theirs through too us very we you your yours
"""
STOP_WORDS = frozenset(f"{_LUCENE_WORDS} {_QUESTION_WORDS} {_VERBS} {_SMALL_WORDS}".split())

_QUERY_TOKEN = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+))')
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


class SearchTerm(msgspec.Struct, frozen=True):
    """A word or a phrase."""

    words: tuple[str, ...]  #: folded, at least one
    is_prefix: bool = False  #: of the last word
    is_exact: bool = False  #: written in quotation marks
    signs: tuple[str, ...] = ()  #: "+" and "#" behind each word, "" for none; () if none has any

    def __str__(self) -> str:
        """The words with their signs."""
        return " ".join(
            word + sign for word, sign in zip_longest(self.words, self.signs, fillvalue="")
        )

    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Return the matching phrases: a single word also in its other number, a letter with signs
        also as the word that :func:`kgraph.base.text.name_key` makes of it."""
        if self.signs and len(self.words) == 1:
            return (self.words, (name_key(self.words[0] + self.signs[0]),))
        if self.is_exact or self.is_prefix or len(self.words) > 1:
            return (self.words,)
        return tuple((form,) for form in word_forms(self.words[0]))

    def may_match(self, text: str, folded: str) -> bool:
        """Return False only for a text in which the letters of a word or a sign are missing.

        Args:
            text: the text.
            folded: its :func:`kgraph.search.tokenize.fold_case`.
        """
        first, *others = (all(word in folded for word in words) for words in self.spellings())
        return (first and all(sign in text for sign in self.signs)) or any(others)


class SearchQuery(msgspec.Struct, frozen=True):
    """A parsed search."""

    groups: tuple[tuple[SearchTerm, ...], ...]  #: one term of each group must match
    excluded: tuple[SearchTerm, ...] = ()  #: terms that must not match
    min_groups: int = 0  #: groups that must match; 0 for all

    @property
    def terms(self) -> tuple[SearchTerm, ...]:
        """The terms of all groups."""
        return tuple(term for group in self.groups for term in group)

    @property
    def has_signs(self) -> bool:
        """Whether a letter with signs is searched, of which the index has only the letter."""
        return any(term.signs for term in (*self.terms, *self.excluded))

    @property
    def group_texts(self) -> tuple[str, ...]:
        """Each group as text for the user."""
        return tuple(" or ".join(map(str, group)) for group in self.groups)

    def drop_stop_words(self) -> SearchQuery:
        """Return the query without stop words, unless it has no other words.

        >>> parse_search("what is said about the Fed").drop_stop_words().group_texts
        ('fed',)
        """
        groups = tuple(
            group
            for group in self.groups
            if any(
                term.is_exact
                or term.is_prefix
                or term.signs
                or not STOP_WORDS.issuperset(term.words)
                for term in group
            )
        )
        return msgspec.structs.replace(self, groups=groups or self.groups)

    def relax(self) -> SearchQuery | None:
        """Return a query that half of the words satisfy, without stop words; None if nothing can
        be relaxed.

        A phrase in quotation marks is meant exactly, so a query with one is not relaxed.

        >>> query = parse_search("what is said about electricity for data centers").relax()
        >>> query.group_texts, query.min_groups
        (('electricity', 'data', 'centers'), 2)
        """
        if any(term.is_exact for term in self.terms):
            return None
        groups = self.drop_stop_words().groups
        min_groups = (len(groups) + 1) // 2
        if min_groups == len(groups):
            return None
        return SearchQuery(groups, self.excluded, min_groups)

    def to_fts(self) -> str:
        """Return the query in the language of FTS5; a relaxed one matches any of its groups.

        It has no signs: where the query :attr:`~SearchQuery.has_signs`, more things match it.
        """
        groups = (" OR " if self.min_groups else " AND ").join(self.groups_to_fts())
        excluded = [term for term in self.excluded if not term.signs]
        return f"({groups}) NOT {_join_or(excluded)}" if excluded else groups

    def groups_to_fts(self) -> tuple[str, ...]:
        """Return each group in the language of FTS5."""
        return tuple(map(_join_or, self.groups))

    def matches(self, text: str) -> bool:
        """Return whether a text matches."""
        min_groups = self.min_groups or len(self.groups)
        folded = fold_case(text)
        possible = [[t for t in group if t.may_match(text, folded)] for group in self.groups]
        if sum(map(bool, possible)) < min_groups:  # as most texts, before the slow cut into words
            return False
        words = tokenize_with_offsets(text)
        matching = sum(any(find_matches(term, text, words) for term in group) for group in possible)
        return matching >= min_groups and not any(
            find_matches(term, text, words) for term in self.excluded
        )


def parse_search(text: str) -> SearchQuery:
    """Parse the text of a search.

    Raises:
        InputError: it has no word, or more than :data:`MAX_SEARCH_TERMS`.

    >>> parse_search('"export controls" OR chips -intel').to_fts()
    '(("export controls" OR "chips" OR "chip")) NOT ("intel" OR "intels")'
    """
    groups: list[list[SearchTerm]] = []
    excluded: list[SearchTerm] = []
    joins = negates = False
    for token in _QUERY_TOKEN.finditer(replace_surrogates(text)):
        operator = token[0]
        if operator in ("AND", "OR", "NOT"):
            joins = operator == "OR" or (joins and operator == "NOT")
            negates = operator == "NOT"
            continue
        phrase = token["phrase"]
        word = _POSSESSIVE.sub("", token["plain"] or "")
        written = word if phrase is None else phrase
        words = tokenize(written)
        if not words:
            continue
        signs = _find_signs(written)
        # Signs end their word: no longer one begins with it.
        is_prefix = word.endswith("*") and not (signs and signs[-1])
        term = SearchTerm(words, is_prefix, is_exact=phrase is not None, signs=signs)
        if token["without"] or negates:
            excluded.append(term)
        elif joins and groups:
            groups[-1].append(term)
        else:
            groups.append([term])
        joins = negates = False
    if not groups:
        raise InputError(f"{shorten(text)!r}: nothing to search for: give at least one word")
    if (count := sum(map(len, groups)) + len(excluded)) > MAX_SEARCH_TERMS:
        raise InputError(f"{count} words to search for: use at most {MAX_SEARCH_TERMS}")
    return SearchQuery(tuple(map(tuple, groups)), tuple(excluded))


def _find_signs(text: str) -> tuple[str, ...]:
    signs = tuple(find_letter_signs(text, word.end) for word in tokenize_with_offsets(text))
    return signs if any(signs) else ()


def _join_or(terms: Sequence[SearchTerm]) -> str:
    phrases = [
        f'"{" ".join(spelling)}"{" *" if term.is_prefix else ""}'
        for term in terms
        for spelling in term.spellings()
    ]
    return f"({' OR '.join(phrases)})"


def find_spans(term: SearchTerm, text: Sequence[str]) -> list[tuple[int, int]]:
    """Return the matches of a term in the words of a text: first word, and one past the last.

    >>> find_spans(SearchTerm(("chip",)), ["chips", "and", "chip"])
    [(0, 1), (2, 3)]
    """
    spans = []
    for *first_words, last_word in term.spellings():
        length = len(first_words)
        for start, word in enumerate(text[length:]):
            is_last = word == last_word or (term.is_prefix and word.startswith(last_word))
            if is_last and list(text[start : start + length]) == first_words:
                spans.append((start, start + length + 1))
    return sorted(spans)


def find_matches(term: SearchTerm, text: str, words: Sequence[WordSpan]) -> list[tuple[int, int]]:
    """Return start and end of the matches of a term in a text, which has these words.

    A letter with signs matches only with the same ones.

    >>> text = "C, C++ or c#"
    >>> [term] = parse_search("C#").terms
    >>> find_matches(term, text, tokenize_with_offsets(text))
    [(10, 12)]
    """
    matches = []
    for first, last in find_spans(term, [word.folded for word in words]):
        span, end = words[first:last], words[last - 1].end
        if term.signs and tuple(word.folded for word in span) == term.words:
            signs = [find_letter_signs(text, word.end) for word in span]
            if any(own and sign != own for sign, own in zip(signs, term.signs, strict=True)):
                continue
            end += len(signs[-1])
        matches.append((span[0].start, end))
    return matches
