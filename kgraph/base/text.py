"""Keys, slugs and safe text: how names become comparable and addressable.

Takes and gives text. Nothing here knows episodes, RDF or files. Rules of Unicode are
those of UAX #15 (normalisation) and of ``str.casefold``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from kgraph.base.errors import InputError

_SURROGATES = re.compile("[\ud800-\udfff]")
# RFC 3987: what an IRI may not hold, and what would end or split one of ours.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`%/?#\[\]\x7f-\xa0\ufff0-\uffff]')
_MARKUP = re.compile(
    r"!?\[\[(?:[^\[\]|]{1,200}\|)?(?P<link>[^\[\]|]{1,200})\]\]"
    r"|\[(?P<text>[^\[\]]{1,200})\]\((?:https?://|/|\./|\.\./|mailto:|[^\s()]{1,200}\.md)[^\s()]{0,2000}\)"
    r"|(?P<mark>\*\*|__)(?P<bold>[^*_]{1,200})(?P=mark)"
    r"|</?a(?:\s[^<>]{0,2000})?>",
    re.IGNORECASE,
)
_SLUG_SEPARATORS = re.compile(r"[^\w.~]+", re.UNICODE)
_YEAR_OR_MONTH = re.compile("([0-9]{4})(?:-([0-9]{2}))?")


def strip_markup(text: str) -> str:
    """The text without links and emphasis of Markdown, wikis and HTML.

    >>> strip_markup("[[Oracle|Oracle Cloud]]"), strip_markup("**Acme** of [Bolt](https://e.org)")
    ('Oracle Cloud', 'Acme of Bolt')
    >>> strip_markup('<a href="https://e.org">Acme</a>'), strip_markup("a[1](2) * b")
    ('Acme', 'a[1](2) * b')
    """
    if not has_markup(text):
        return text
    for _ in range(_MAX_MARKUP_DEPTH):
        plain = _MARKUP.sub(lambda m: m["link"] or m["text"] or m["bold"] or "", text)
        if plain == text:
            break
        text = plain
    return text.strip()


_MAX_MARKUP_DEPTH = 3
"""Marks within one another that are taken out: a link in bold in a link."""


def has_markup(text: str) -> bool:
    """Whether a text may hold a link or emphasis; a quick test for the many that hold none."""
    return "](" in text or "[[" in text or "**" in text or "__" in text or "</" in text


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """What two spellings of one name share: letters and digits, without case or accents.

    Names without a letter or digit get a key made from a digest, so that no name is lost.

    >>> name_key("Open AI"), name_key("open a.i."), name_key("Nestlé"), name_key("比特幣")
    ('openai', 'openai', 'nestle', '比特幣')
    >>> name_key("$$$")
    'x-49359263'
    """
    return fold_letters(name) or "x-" + hex_digest(name, 8)


def fold_letters(name: str) -> str:
    """The letters and digits of a name, without case or accents; "" when it has none.

    >>> fold_letters("Open A.I."), fold_letters("&")
    ('openai', '')
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    folded = unicodedata.normalize("NFKD", name).casefold()
    return unicodedata.normalize("NFC", "".join(filter(str.isalnum, folded)))


@lru_cache(maxsize=1 << 16)
def slugify(text: str, limit: int = 80) -> str:
    """A readable path segment of an IRI: words joined with hyphens, case kept.

    >>> slugify("It's here: AI & more!"), slugify("比特幣 2025")
    ('It-s-here-AI-more', '比特幣-2025')
    """
    words = _SLUG_SEPARATORS.sub("-", unicodedata.normalize("NFC", text)).strip("-.")
    return _NOT_IN_IRI.sub("", words)[:limit].rstrip("-.") or "x-" + hex_digest(text, 8)


def hex_digest(text: str, length: int = 16) -> str:
    """The first ``length`` hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def replace_surrogates(text: str) -> str:
    """The text with lone surrogates, which no UTF-8 can carry, as U+FFFD.

    >>> replace_surrogates("a\\ud800b") == "a\\ufffdb"
    True
    """
    return _SURROGATES.sub("\ufffd", text)


def shorten(text: str, limit: int = 80) -> str:
    """The text on one line and at most ``limit`` characters long, for messages.

    >>> shorten("one\\ntwo   three", 9)
    'one two …'
    """
    line = " ".join(text[: limit * 8].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def local_id(name: str) -> str:
    """The id in the IRI of a thing, whatever the base; any other name as it is.

    >>> local_id("https://w3id.org/kgraph/id/company/openai"), local_id("OpenAI")
    ('company/openai', 'OpenAI')
    >>> local_id("https://example.org/graph#company/openai")
    'company/openai'
    >>> local_id("https://w3id.org/kgraph/id/mention/x/company/openai")  # an edge is no thing
    'https://w3id.org/kgraph/id/mention/x/company/openai'
    """
    if not name.startswith(("http://", "https://")) or re.search("[/#]mention/", name):
        return name
    return "/".join(name.rpartition("#")[2].rsplit("/", 2)[-2:])


def pluralize(number: int, one: str, many: str = "") -> str:
    """A number with what is counted, for words that people read.

    Args:
        number: how many.
        one: what a single one is called.
        many: what several are called, where it is not that with an ``s``.

    >>> pluralize(1, "row"), pluralize(0, "row"), pluralize(1014, "entity", "entities")
    ('1 row', '0 rows', '1,014 entities')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def parse_day(text: str, *, is_end: bool = False) -> str:
    """Parse a day, a month or a year, and return a day as ISO 8601 writes it.

    Args:
        text: such as 2025-06-01, 2025-06 or 2025.
        last: return the last day of a month or a year, and not the first.

    Raises:
        ValueError: it is not a date; the message says how to write one.

    >>> parse_day("2025-06-01"), parse_day("2025-02"), parse_day("2025-02", is_end=True)
    ('2025-06-01', '2025-02-01', '2025-02-28')
    >>> parse_day("2025", is_end=True)
    '2025-12-31'
    """
    try:
        period = _YEAR_OR_MONTH.fullmatch(str(text).strip())
        if period is None:
            return date.fromisoformat(str(text).strip()).isoformat()
        year, month = int(period[1]), int(period[2] or (12 if is_end else 1))
        return date(year, month, monthrange(year, month)[1] if is_end else 1).isoformat()
    except ValueError as error:
        raise ValueError("not a date: write it as 2025-06-01 or 2025-06") from error


def parse_bound(name: str, text: str, *, label: str = "") -> str:
    """Parse the first or last day of a period with :func:`parse_day`; "" for a blank text.

    Args:
        name: the parameter: ``until`` of a month or a year is its last day.
        text: a day, a month or a year.
        label: name of the parameter in messages, where it is another.

    Raises:
        InputError: the text is not a date.

    >>> parse_bound("since", "2025-02"), parse_bound("until", "2025-02"), parse_bound("since", " ")
    ('2025-02-01', '2025-02-28', '')
    """
    try:
        return parse_day(text, is_end=name == "until") if text.strip() else ""
    except ValueError as error:
        raise InputError(f"{label or name} {shorten(text)}: {error}", parameter=name) from error


def format_day(day: str, dated: bool) -> str:
    """A day for people to read, marked where it is only that of processing; "" stays.

    >>> format_day("2025-10-04", False), format_day("2025-10-04", True)
    ('2025-10-04 (processed)', '2025-10-04')
    """
    return f"{day} (processed)" if day and not dated else day


MAX_SUGGESTIONS = 5
"""How many near names an error offers."""

MIN_SIMILARITY = 0.5
"""Likeness from which a name is near: one slip in a name of five letters is at 0.6."""

MIN_LENGTH_RATIO = 0.4
"""Length as a part of another below which two names are nothing alike: hardly any letters make a
likeness of that, and it is looked for among thousands of names, perhaps of a page of text."""


def suggest_names(name: str, known: Iterable[str]) -> list[str]:
    """The :data:`MAX_SUGGESTIONS` known names that are spelt most nearly like one, nearest first.

    >>> suggest_names("Polimarket comes home", ["Chips", "Polymarket Comes Home"])
    ['Polymarket Comes Home']
    """
    scored = sorted((-spelling_similarity(name, other), other) for other in set(known))
    return [other for like, other in scored[:MAX_SUGGESTIONS] if -like >= MIN_SIMILARITY]


def spelling_similarity(one: str, other: str) -> float:
    """How nearly two names are spelt alike, in [0, 1].

    The mean of Dice's coefficient of the pairs of neighbouring letters, which forgives words
    in another order, and of the share of letters that need no edit (optimal string alignment),
    which forgives letters in another order. Of names of very different lengths it is 0.

    >>> spelling_similarity("Open AI", "OpenAI"), spelling_similarity("a", "b")
    (1.0, 0.0)
    >>> spelling_similarity("Nvidai", "Nvidia") > spelling_similarity("Nvidai", "Nvidia Power Day AI")
    True
    """
    first, second = name_key(one), name_key(other)
    if min(len(first), len(second)) < MIN_LENGTH_RATIO * max(len(first), len(second)):
        return 0.0

    from rapidfuzz.distance import OSA  # which only who mistypes a name waits for

    wanted, pairs = _bigrams(first), _bigrams(second)
    dice = 2 * len(wanted & pairs) / (len(wanted) + len(pairs))
    return (dice + OSA.normalized_similarity(first, second)) / 2


def _bigrams(folded: str) -> set[str]:
    """Neighbouring letters, with the ends marked."""
    marked = f"^{folded}$"
    return {marked[i : i + 2] for i in range(len(marked) - 1)}


# -- singular and plural -----------------------------------------------------------

MIN_PLURAL_LETTERS = 3
"""Letters from which a word has a singular and a plural: "ai" and "as" have none."""

_NO_PLURAL = {
    *("always", "atlas", "besides", "bias", "canvas", "chaos", "christmas", "dallas", "ethos"),
    *("kansas", "lens", "news", "perhaps", "series", "species", "texas", "thomas", "whereas"),
}
"""Words that end like a plural and are none."""

_SIBILANT_ENDINGS = ("x", "ch", "sh", "ss", "z")


def word_forms(word: str) -> tuple[str, ...]:
    """An English word in singular and plural, itself first; a form that is none does no harm.

    Args:
        word: in lower case.

    >>> word_forms("stablecoin"), word_forms("companies"), word_forms("basis"), word_forms("ai")
    (('stablecoin', 'stablecoins'), ('companies', 'companie', 'company'), ('basis',), ('ai',))
    >>> word_forms("tax"), word_forms("taxes"), word_forms("gpus"), word_forms("news"), word_forms("new")
    (('tax', 'taxes'), ('taxes', 'taxe', 'tax'), ('gpus', 'gpu'), ('news',), ('new',))
    """
    if (
        len(word) < MIN_PLURAL_LETTERS
        or not (word.isascii() and word.isalpha())
        or word in _NO_PLURAL
    ):
        return (word,)
    others = _singular_forms(word) if word.endswith("s") else (_pluralize_word(word),)
    return word, *(other for other in others if other not in _NO_PLURAL)


def loose_word_forms(word: str) -> tuple[str, ...]:
    """The forms of a word as people write it: "AI" and "GPT-4" have plurals, too.

    >>> loose_word_forms("AI"), loose_word_forms("GPT-4"), loose_word_forms("New"), loose_word_forms("gas")
    (('ai', 'ais'), ('gpt-4', 'gpt-4s'), ('new',), ('gas',))
    """
    found = word_forms(word.lower())
    plural = f"{found[0]}s"
    if len(found) > 1 or found[0].endswith("s") or plural in _NO_PLURAL:
        return found
    return (*found, plural)


def _pluralize_word(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_SIBILANT_ENDINGS) else f"{word}s"


def _singular_forms(word: str) -> tuple[str, ...]:
    if word.endswith("ss"):
        return (f"{word}es",)
    if len(word) == MIN_PLURAL_LETTERS or (len(word) > 4 and word.endswith(("us", "is"))):
        return ()
    if word.endswith("ies"):
        return word[:-1], f"{word[:-3]}y"
    is_hissing = word.endswith(tuple(f"{end}es" for end in _SIBILANT_ENDINGS))
    return (word[:-1], word[:-2]) if is_hissing else (word[:-1],)
