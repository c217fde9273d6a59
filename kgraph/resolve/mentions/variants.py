"""Variants of a surface form: the name with fewer and fewer of the words around it.

The word lists are ``data/surfaces.yaml``. Which variant is right is for the caller to decide,
who knows names.

Invariants:
    * the first variant is the surface itself, with its quotes and spaces put in order;
    * no variant is empty, and all differ;
    * work is linear in the surface, of which :data:`MAX_SURFACE_CHARS` characters count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import dropwhile
from typing import TypeAlias

import msgspec

from kgraph.base.external_id import EXCHANGES
from kgraph.base.vocabulary import data_path, load_field_table, load_yaml
from kgraph.base.word_lists import load_vocabulary

MAX_SURFACE_CHARS = 120  #: characters of a surface that count; only hostile input is longer
MAX_VARIANTS = 16  #: variants of one surface; steps combine, and the first are the likely ones
MAX_ACRONYM_LETTERS = 6
MAX_TITLE_WORDS = 4  #: words before a name that may hold an office or a title

#: Number words, which are compared with digits: "Maven Eleven" and "Maven 11".
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()

OFFICE_LINK_WORDS = frozenset({"of", "for", "the", "at", "in", "and"})
SINGLE_LETTER_WORDS = frozenset({"I", "A", "O"})


class SurfaceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word lists of ``data/surfaces.yaml``, which explains each."""

    leads: frozenset[str]
    calls: frozenset[str]
    verbs: frozenset[str]
    titles: frozenset[str]
    posts: frozenset[str]
    placeholders: frozenset[str]
    tails: frozenset[str]
    legal: frozenset[str]
    asides: frozenset[str]
    domains: frozenset[str]
    stopped: frozenset[str]
    registered: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()


#: Name of a cleaning step, and the texts that it makes of a text.
CleaningStep: TypeAlias = tuple[str, Callable[[str], Iterator[str]]]


class Variant(msgspec.Struct, frozen=True, array_like=True):
    """A possible name, and the steps that led to it."""

    text: str
    steps: tuple[str, ...] = ()


@cache
def load_surface_words() -> SurfaceWords:
    """Load the shipped word lists."""
    return load_yaml(data_path("data", "surfaces.yaml"), SurfaceWords)


_PLAIN_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u200b": ""})
FINAL_MARKS = ".!?"
_OTHER_EDGES = " \t\n\"',;:*_-–—·•|#`~"
_EDGES = _OTHER_EDGES + FINAL_MARKS
_LETTERS_WITH_STOPS = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]")
_OPENING = frozenset("(（[")
_BRACKET = re.compile(r"^(.*?)\s*[(（\[]([^()（）\[\]]*)[)）\]]?\s*(.*)$", re.DOTALL)
#: Names of realms begin with a capital: "Ann Lord of the manor" has a surname.
_RULER = re.compile(r"(?P<first>[^\W\d_]+)(?: [IVX]+)?,? (?P<rank>[^\W\d_]+) of (?=[^\W\d_a-z])")
_MARKED_SYMBOL = re.compile(
    r"(?:\$|(?P<exchange>[A-Z]{3,8}): ?)(?P<symbol>[A-Z][A-Z0-9]{0,5}(?:\.[A-Z])?)"
)
_DOMAIN = re.compile(r"^(?:https?://)?((?:[\w-]+\.)+[a-z]{2,10})(?:/.*)?$", re.IGNORECASE)


@lru_cache(maxsize=1 << 10)
def clean_surface(surface: str) -> str:
    """Return a surface with plain quotes, single spaces and no marks at its edges.

    >>> clean_surface("  “The\\n Graph”, ")
    'The Graph'
    """
    return " ".join(surface[:MAX_SURFACE_CHARS].translate(_PLAIN_QUOTES).split()).strip(_EDGES)


def restore_final_mark(core: str, surface: str, *, is_stated: bool) -> str:
    """Return the core of a surface with the mark behind it, if that belongs to the name.

    A full stop belongs to an abbreviation. That of one letter, and "!" and "?", as often end the
    sentence of a transcript: they count only where a name ``is_stated`` by itself.

    >>> [restore_final_mark(s[:-1], s, is_stated=True) for s in ("Acme S.A.", "Acme.", "Acme!")]
    ['Acme S.A.', 'Acme', 'Acme!']
    >>> restore_final_mark("Acme Co", "So Acme Co. (ACM)", is_stated=False)
    'Acme Co.'
    """
    written = surface.partition("(")[0].translate(_PLAIN_QUOTES).rstrip(_OTHER_EDGES)
    text, mark, word = written[:-1], written[-1:], core.rpartition(" ")[2]
    if mark not in FINAL_MARKS or not word[-1:].isalnum() or not text.endswith(word):
        return core
    if mark == ".":
        is_abbreviation = word.lower() in load_surface_words().stopped
        is_abbreviation |= _LETTERS_WITH_STOPS.fullmatch(word) is not None
        belongs = is_abbreviation or (is_stated and len(word) == 1 and word.isupper())
    else:
        belongs = is_stated
    return core + mark if belongs else core


@lru_cache(maxsize=1 << 15)
def generate_variants(surface: str) -> tuple[Variant, ...]:
    """List what may be the name in a surface, from the least to the most changed.

    >>> [variant.text for variant in generate_variants("So Acme's Rocket (ROC)")][:3]
    ["So Acme's Rocket (ROC)", "So Acme's Rocket", 'ROC']
    """
    return _apply_steps(generate_outer_variants(surface), INNER_STEPS)


@lru_cache(maxsize=1 << 15)
def generate_outer_variants(surface: str) -> tuple[Variant, ...]:
    """List the variants that only drop what stands around the name.

    >>> [variant.text for variant in generate_outer_variants("So Acme's Rocket")]
    ["So Acme's Rocket", "Acme's Rocket"]
    """
    cleaned = clean_surface(surface)
    return _apply_steps((Variant(cleaned),), OUTER_STEPS) if cleaned else ()


def _apply_steps(
    variants: tuple[Variant, ...], steps: tuple[CleaningStep, ...]
) -> tuple[Variant, ...]:
    by_text = {variant.text: variant for variant in variants}
    for name, step in steps:
        for variant in tuple(by_text.values()):
            for text in step(variant.text):
                if text and text not in by_text and len(by_text) < MAX_VARIANTS:
                    by_text[text] = Variant(text, (*variant.steps, name))
    return tuple(by_text.values())


def strip_legal_forms(name: str, *, keep_nouns: bool = False) -> str:
    """Return a name without the forms of incorporation at its end, as registers of companies have.

    Args:
        keep_nouns: keep forms that are ordinary nouns: "The Acme Company" may be called so.

    >>> strip_legal_forms("Novo Nordisk A/S"), strip_legal_forms("Acme & Co. KGaA")
    ('Novo Nordisk', 'Acme')
    >>> [strip_legal_forms(name, keep_nouns=True) for name in ("Acme & Co. KGaA", "Acme Trust AG")]
    ['Acme & Co.', 'Acme Trust']
    >>> [strip_legal_forms(name) for name in ("Société Générale S. A.", "SA", "Acme 3")]
    ['Société Générale', 'SA', 'Acme 3']
    """
    lists = load_surface_words()
    known = lists.legal | lists.registered | {"", "andco"}  # "" is "&"
    if keep_nouns:
        known -= {"", "andco", *lists.nouns}
    words = clean_surface(name).split()
    while len(words) > 1:
        sizes = (n for n in (3, 2, 1) if n < len(words))  # "S.A. de C.V." before "C.V."
        endings = ((n, "".join(filter(str.isalnum, "".join(words[-n:]).lower()))) for n in sizes)
        size = next((n for n, ending in endings if ending in known), 0)
        if not size:
            break
        words = words[:-size]
    return " ".join(words).rstrip(",")


def has_only_function_words(surface: str) -> bool:
    """Return whether a surface has only function words and verbs of address.

    >>> has_only_function_words("And I"), has_only_function_words("And Acme")
    (True, False)
    """
    lists = load_surface_words()
    words = clean_surface(surface).split()
    return all(word in SINGLE_LETTER_WORDS or _is_lead(word, lists) for word in words)


def is_placeholder(surface: str) -> bool:
    """Return whether a surface stands where a name is missing: without a letter or digit, or "N/A".

    >>> [is_placeholder(surface) for surface in ("N/A", "(unknown)", "?", "3M")]
    [True, True, True, False]
    """
    text = clean_surface(surface).strip("()[]").lower()
    return not any(map(str.isalnum, text)) or text in load_surface_words().placeholders


def is_job_title(surface: str) -> bool:
    """Return whether a surface is an office or a job title.

    >>> is_job_title("Chief Technology Officer"), is_job_title("CEO Ann Example")
    (True, False)
    """
    lists = load_surface_words()
    words = [word.strip(".,") for word in clean_surface(surface).lower().split()]
    words = [word for word in words if word not in lists.leads]
    return not lists.titles.isdisjoint(words) and lists.posts.issuperset(words)


def _split_brackets(text: str) -> Iterator[str]:
    match = _BRACKET.match(text) if not _OPENING.isdisjoint(text) else None
    if match is None:
        return
    before, inner, after = (text.strip(_EDGES) for text in match.groups())
    outer = f"{before} {after}".strip()
    if not inner or load_surface_words().asides.intersection(inner.lower().split()):
        yield outer
    # Many things share an acronym: what it stands for comes first.
    elif _is_acronym_of(outer, inner):
        yield from (inner, outer)
    else:
        yield from (outer, inner)


def _drop_market(text: str) -> Iterator[str]:
    """Yield the symbol of a share or token without what marks it: "$NVDA", "NASDAQ: NVDA".

    >>> [list(_drop_market(text)) for text in ("$NVDA", "NYSE: BRK.B", "CEO: AB", "$100M")]
    [['NVDA'], ['BRK.B'], [], []]
    """
    match = _MARKED_SYMBOL.fullmatch(text)
    if match and (match["exchange"] is None or match["exchange"] in EXCHANGES.values()):
        yield match["symbol"]


def _is_acronym_of(short: str, long: str) -> bool:
    if not (short.isalpha() and short.isupper() and 1 < len(short) <= MAX_ACRONYM_LETTERS):
        return False
    # Iterating consumes the letters, so that those of the acronym must follow in order.
    letters = iter(long.upper())
    is_in_order = all(letter in letters for letter in short)
    return " " in long and long[:1].upper() == short[0] and is_in_order


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
    words = text.split()
    for first in range(len(words) - 1):
        if not _is_lead(words[first], lists, is_first=first == 0):
            return
        yield " ".join(words[first + 1 :])


def _is_lead(word: str, lists: SurfaceWords, *, is_first: bool = False) -> bool:
    if len(word) > 1 and word.isupper():  # "VS Code", "IT", "US Steel": an acronym
        return False
    lowered = word.lower().strip(",.")
    return lowered in lists.leads or (is_first and lowered in lists.calls)


def _drop_pronoun(text: str) -> Iterator[str]:
    if text.endswith(" I"):
        yield text[:-2]


def _drop_verb(text: str) -> Iterator[str]:
    verb, _, name = text.partition(" ")
    if name and verb.lower() in load_surface_words().verbs:
        yield name


def _drop_title(text: str) -> Iterator[str]:
    if _begins_with_ruler(text):
        return
    titles = load_surface_words().titles
    words = text.split()
    positions = [n for n, word in enumerate(words[:-1]) if word.lower().strip(",.") in titles]
    if positions and positions[-1] < MAX_TITLE_WORDS:
        # "Head of the Acme Fund"
        yield " ".join(dropwhile(OFFICE_LINK_WORDS.__contains__, words[positions[-1] + 1 :]))


def _begins_with_ruler(text: str) -> bool:
    """Check whether a rank behind a common first name belongs to a name.

    >>> [_begins_with_ruler(f"{name} of Acme") for name in ("Felipe VI, King", "Ann Zorb, Queen")]
    [True, False]
    """
    match = _RULER.match(text)
    if match is None or match["rank"].lower() not in load_field_table().people_words.ranks:
        return False
    return "F" in load_vocabulary().word_class(match["first"])


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
        yield head.rstrip(",&").rstrip()


def _drop_tail(text: str) -> Iterator[str]:
    tails = load_surface_words().tails
    words = text.split()
    for end in range(len(words) - 1, 0, -1):
        if words[end].lower() not in tails:
            return
        yield " ".join(words[:end])


def _exchange_numbers(text: str) -> Iterator[str]:
    words = text.split()
    digits = [
        str(NUMBER_WORDS.index(word.lower())) if word.lower() in NUMBER_WORDS else word
        for word in words
    ]
    if digits != words and len(words) > 1:
        yield " ".join(digits)
    spelled = [
        NUMBER_WORDS[int(word)]
        if word.isascii() and word.isdigit() and int(word) < len(NUMBER_WORDS)
        else word
        for word in words
    ]
    if spelled != words:
        yield " ".join(spelled)


# The weights were trained on variants of this rule: kgraph.base.text has another singular.
def _drop_plural(text: str) -> Iterator[str]:
    if len(text) > 3 and text[-1] == "s" and text[-2] not in "su'":
        yield text[:-1]


#: Steps that free a name from what stands around it; each works on what earlier ones gave.
OUTER_STEPS: tuple[CleaningStep, ...] = (
    ("bracket", _split_brackets),
    ("market", _drop_market),
    ("address", _split_domain),
    ("lead", _drop_lead),
    ("pronoun", _drop_pronoun),
    ("title", _drop_title),
)

#: Later steps, which change the name itself.
INNER_STEPS: tuple[CleaningStep, ...] = (
    ("verb", _drop_verb),
    ("possessive", _split_possessive),
    ("legal", _drop_legal_form),
    ("plural", _drop_plural),
    ("tail", _drop_tail),
    ("number", _exchange_numbers),
)
