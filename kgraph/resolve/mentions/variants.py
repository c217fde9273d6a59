"""A name as written, freed step by step from the words around it.

Takes a surface form, gives its variants: what may be the name itself, from the least to
the most changed. The word lists are ``data/surfaces.yaml``; which variant is right is
not decided here, but by who knows names (``resolve.candidates``).

Invariants:
    * the first variant is the surface itself, with its quotes and spaces put in order;
    * a variant is never empty, and no text stands twice;
    * work is linear in the surface, of which at most :data:`MAX_SURFACE_CHARS` characters count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import dropwhile
from typing import TypeAlias

import msgspec

from kgraph.base.vocabulary import data_path, load_yaml

MAX_SURFACE_CHARS = 120
"""Characters of a surface that are looked at: no name is longer, hostile input is."""

MAX_VARIANTS = 16
"""Variants of one surface: steps combine, and the first ones are the likely ones."""


OFFICE_LINK_WORDS = frozenset({"of", "for", "the", "at", "in", "and"})
"""Words between an office and what it is an office of."""

ACRONYM_LIMIT_LETTERS = 7
"""Letters that no acronym has: a word in capitals is no acronym by that alone."""

SINGLE_LETTER_WORDS = frozenset({"I", "A", "O"})
"""Capital letters that are words of their own."""


class SurfaceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``data/surfaces.yaml``."""

    leads: frozenset[str]
    calls: frozenset[str]
    verbs: frozenset[str]
    titles: frozenset[str]
    posts: frozenset[str]
    tails: frozenset[str]
    legal: frozenset[str]
    asides: frozenset[str]
    domains: frozenset[str]


CleaningStep: TypeAlias = tuple[str, Callable[[str], Iterator[str]]]


class Variant(msgspec.Struct, frozen=True, array_like=True):
    """A possible name, and the steps that led to it."""

    text: str
    steps: tuple[str, ...] = ()


@cache
def load_surface_words() -> SurfaceWords:
    """The word lists.

    Raises:
        DataError: the file does not have its shape.
    """
    return load_yaml(data_path("data", "surfaces.yaml"), SurfaceWords)


_PLAIN_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u200b": ""})
_EDGES = " \t\n\"'.,;:!?*_-–—·•|#`~"
_OPENING = frozenset("(（[")
_BRACKET = re.compile(r"^(.*?)\s*[(（\[]([^()（）\[\]]*)[)）\]]?\s*(.*)$", re.DOTALL)
_DOMAIN = re.compile(r"^(?:https?://)?((?:[\w-]+\.)+[a-z]{2,10})(?:/.*)?$", re.IGNORECASE)


@lru_cache(maxsize=1 << 10)
def clean_surface(surface: str) -> str:
    """The surface with plain quotes, single spaces and nothing at its edges.

    >>> clean_surface("  “The\\n Graph”, ")
    'The Graph'
    """
    return " ".join(surface[:MAX_SURFACE_CHARS].translate(_PLAIN_QUOTES).split()).strip(_EDGES)


@lru_cache(maxsize=1 << 15)
def generate_variants(surface: str) -> tuple[Variant, ...]:
    """What may be the name in a surface, from the least to the most changed.

    >>> [variant.text for variant in generate_variants("So Acme's Rocket (ROC)")][:3]
    ["So Acme's Rocket (ROC)", "So Acme's Rocket", 'ROC']
    """
    return _apply_steps(generate_outer_variants(surface), INNER_STEPS)


@lru_cache(maxsize=1 << 15)
def generate_outer_variants(surface: str) -> tuple[Variant, ...]:
    """The first of the :func:`generate_variants`: without what stands around the name.

    >>> [variant.text for variant in generate_outer_variants("So Acme's Rocket")]
    ["So Acme's Rocket", "Acme's Rocket"]
    """
    whole = clean_surface(surface)
    return _apply_steps((Variant(whole),), OUTER_STEPS) if whole else ()


def _apply_steps(made: tuple[Variant, ...], steps: tuple[CleaningStep, ...]) -> tuple[Variant, ...]:
    """The variants, and what each step makes of those before it."""
    found = {variant.text: variant for variant in made}
    for name, step in steps:
        for variant in tuple(found.values()):
            for text in step(variant.text):
                if text and text not in found and len(found) < MAX_VARIANTS:
                    found[text] = Variant(text, (*variant.steps, name))
    return tuple(found.values())


def single_words(surface: str) -> tuple[str, ...]:
    """The variants that are one word, lower-case, the least changed first.

    >>> single_words("So Acme's")
    ("acme's", 'acme')
    """
    return tuple(one.text.lower() for one in generate_variants(surface) if " " not in one.text)


def has_only_function_words(surface: str) -> bool:
    """Is there nothing but function words and verbs of address in it?

    >>> has_only_function_words("And I"), has_only_function_words("And Acme")
    (True, False)
    """
    lists = load_surface_words()
    parts = clean_surface(surface).split()
    return all(part in SINGLE_LETTER_WORDS or _is_lead(part, lists, 1) for part in parts)


def is_job_title(surface: str) -> bool:
    """Is it an office or a job title, and no name?

    >>> is_job_title("Chief Technology Officer"), is_job_title("CEO Ann Example")
    (True, False)
    """
    lists = load_surface_words()
    parts = [part.strip(".,") for part in clean_surface(surface).lower().split()]
    parts = [part for part in parts if part not in lists.leads]
    return not lists.titles.isdisjoint(parts) and lists.posts.issuperset(parts)


def _split_brackets(text: str) -> Iterator[str]:
    match = _BRACKET.match(text) if not _OPENING.isdisjoint(text) else None
    if match is None:
        return
    outer, inner, after = (part.strip(_EDGES) for part in match.groups())
    found = [f"{outer} {after}".strip()]
    if inner and not load_surface_words().asides.intersection(inner.lower().split()):
        found.append(inner)
    # Many things share an acronym: what it stands for comes first.
    yield from reversed(found) if _is_acronym_of(found[0], inner) else found


def _is_acronym_of(short: str, long: str) -> bool:
    """Is the one an acronym of the other: capitals that begin alike and follow in its order?"""
    if not (
        short.isalpha()
        and short.isupper()
        and 1 < len(short) < ACRONYM_LIMIT_LETTERS
        and " " in long
    ):
        return False
    rest = iter(long.upper())
    return long[:1].upper() == short[0] and all(letter in rest for letter in short)


def _split_domain(text: str) -> Iterator[str]:
    match = _DOMAIN.match(text) if "." in text else None
    if match is None:
        return
    host = match[1].removeprefix("www.")
    labels = host.split(".")
    if labels[-1].lower() in load_surface_words().domains:
        yield host
        yield labels[0]
        if len(labels) > 2:
            yield f"{labels[-2]} {labels[0]}"


def _drop_lead(text: str) -> Iterator[str]:
    lists = load_surface_words()
    parts = text.split()
    first = 0
    while first < len(parts) - 1 and _is_lead(parts[first], lists, first):
        first += 1
        yield " ".join(parts[first:])


def _is_lead(part: str, lists: SurfaceWords, place: int) -> bool:
    if len(part) > 1 and part.isupper():  # "VS Code", "IT", "US Steel": an acronym
        return False
    low = part.lower().strip(",.")
    return low in lists.leads or (place == 0 and low in lists.calls)


def _drop_pronoun(text: str) -> Iterator[str]:
    if text.endswith(" I"):
        yield text[:-2]


def _drop_verb(text: str) -> Iterator[str]:
    first, _, rest = text.partition(" ")
    if rest and first.lower() in load_surface_words().verbs:
        yield rest


def _drop_title(text: str) -> Iterator[str]:
    lists = load_surface_words()
    parts = text.split()
    last = max((n for n in range(len(parts) - 1) if _is_title(parts[n], lists)), default=-1)
    if 0 <= last < 4:
        rest = dropwhile(OFFICE_LINK_WORDS.__contains__, parts[last + 1 :])
        yield " ".join(rest)  # "Head of the Acme Fund"


def _is_title(part: str, lists: SurfaceWords) -> bool:
    return part.lower().strip(",.") in lists.titles


def _split_possessive(text: str) -> Iterator[str]:
    if text.endswith(("'s", "s'")):
        yield text[:-2] if text.endswith("'s") else text[:-1]
        return
    owner, mark, owned = text.partition("'s ")
    if mark and owner and owned:
        yield f"{owner} {owned}"
        yield owned


def _drop_legal_form(text: str) -> Iterator[str]:
    head, _, last = text.rpartition(" ")
    if head and last.lower().strip(".") in load_surface_words().legal:
        yield head.rstrip(",")


def _drop_tail(text: str) -> Iterator[str]:
    lists = load_surface_words()
    parts = text.split()
    last = len(parts)
    while last > 1 and parts[last - 1].lower() in lists.tails:
        last -= 1
        yield " ".join(parts[:last])


def _drop_plural(text: str) -> Iterator[str]:
    if len(text) > 3 and text[-1] == "s" and text[-2] not in "su'":
        yield text[:-1]


OUTER_STEPS: tuple[CleaningStep, ...] = (
    ("bracket", _split_brackets),
    ("address", _split_domain),
    ("lead", _drop_lead),
    ("pronoun", _drop_pronoun),
    ("title", _drop_title),
)
"""Name of a step that frees a name from what stands around it, and what it makes of a text;
later steps work on what earlier ones gave."""

INNER_STEPS: tuple[CleaningStep, ...] = (
    ("verb", _drop_verb),
    ("possessive", _split_possessive),
    ("legal", _drop_legal_form),
    ("plural", _drop_plural),
    ("tail", _drop_tail),
)
"""The steps that follow: they change the name itself."""
