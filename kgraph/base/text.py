"""Text helpers: comparison keys, slugs, dates, word forms and spelling similarity.

Nothing here depends on episodes, RDF or the content of files. Normalisation is that of UAX #15,
case folding that of ``str.casefold``.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from kgraph.base.errors import InputError

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOTE_SUFFIXES = re.compile(r"(?:\.mdx?|\.markdown)+$", re.IGNORECASE)
#: Variation selectors, the joiner of graphemes, and enclosing marks such as that of a keycap.
_VARIATION_MARKS = re.compile(
    "[\u034f\u180b-\u180f\u20d0-\u20f0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
# What RFC 3987 forbids in an IRI, and what would end or split one of ours.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`%/?#\[\]\x7f-\xa0\ufff0-\uffff]')
_SLUG_SEPARATORS = re.compile(r"[^\w.~]+", re.UNICODE)
#: After a letter that is a whole word, and before none: not in "Disney+", "A++B" or "T+1".
_SIGNS_OF_LETTER = re.compile(r"(?<![^\W_][^\W\d_])(?<=[^\W\d_])(?!\+\d)[+#]++(?![^\W\d_])")
_YEAR_OR_MONTH = re.compile("([0-9]{4})(?:-([0-9]{2}))?")
_DAY_OR_MONTH = re.compile("[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?|[0-9]{4})")


# -- names and keys --------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """Return the key of a name: its :func:`fold_letters`, or digits of its SHA-256 if it has none.

    >>> name_key("Open AI"), name_key("open a.i."), name_key("Nestlé"), name_key("比特幣")
    ('openai', 'openai', 'nestle', '比特幣')
    >>> name_key("$$$")
    'x-49359263'
    """
    return fold_letters(name) or "x-" + hex_digest(name, 8)


def find_letter_signs(text: str, end: int) -> str:
    """Return the "+" and "#" behind a word that ends at a place, if it is one letter; else "".

    >>> find_letter_signs("C++ or C#", 1), find_letter_signs("C++ or C#", 8)
    ('++', '#')
    >>> find_letter_signs("Disney+", 6)
    ''
    """
    signs = _SIGNS_OF_LETTER.match(text, end)
    return signs[0] if signs else ""


def _spell_signs(signs: re.Match[str]) -> str:
    return "".join({"+": "plus", "#": "sharp"}[sign] for sign in signs[0])


def fold_letters(name: str) -> str:
    """Return the letters and digits of a name, without case and accents; "" if it has none.

    Marks of other scripts are parts of letters and stay: パ is not ハ, nor ครู คร.

    Signs after a letter are words: nothing else tells "C", "C#" and "C++" apart. After a longer
    word "+" and "#" say little.

    >>> fold_letters("Open A.I."), fold_letters("&")
    ('openai', '')
    >>> [fold_letters(name) for name in ("C", "C#", "c++", "Visual C# 12")]
    ['c', 'csharp', 'cplusplus', 'visualcsharp12']
    >>> [fold_letters(name) for name in ("Disney+", "A+B", "A++B", "T+1")]
    ['disney', 'ab', 'ab', 't1']
    >>> [fold_letters(name) for name in ("Nestlé", "パイプ", "ハイフ")]
    ['nestle', 'パイプ', 'ハイフ']
    """
    if "+" in name or "#" in name:
        name = _SIGNS_OF_LETTER.sub(_spell_signs, name)
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    folded = unicodedata.normalize("NFKD", name).casefold()
    return unicodedata.normalize("NFC", "".join(filter(_is_of_letter, folded)))


def _is_of_letter(character: str) -> bool:
    """Return whether a character is a letter, a digit, or a mark that makes another letter.

    The vowel and tone signs of Indic scripts and Thai and the voicing marks of kana do (combining
    classes 0 to 9 and 84 to 199 of The Unicode Standard); accents and points of Hebrew do not.
    """
    if character.isalnum() or unicodedata.category(character)[0] != "M":
        return character.isalnum()
    kind = unicodedata.combining(character)
    return (kind < 10 or 84 <= kind < 200) and not _VARIATION_MARKS.match(character)


@lru_cache(maxsize=1 << 16)
def slugify(text: str, limit: int = 80) -> str:
    """Make a readable path segment of an IRI: words joined with hyphens, case kept.

    >>> slugify("It's here: AI & more!"), slugify("比特幣 2025")
    ('It-s-here-AI-more', '比特幣-2025')
    """
    words = _SLUG_SEPARATORS.sub("-", unicodedata.normalize("NFC", text)).strip("-.")
    return _NOT_IN_IRI.sub("", words)[:limit].rstrip("-.") or "x-" + hex_digest(text, 8)


def hex_digest(text: str, length: int = 16) -> str:
    """Return the first ``length`` hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot encode, by U+FFFD.

    >>> replace_surrogates("a\\ud800b") == "a\\ufffdb"
    True
    """
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def shorten(text: str, limit: int = 80) -> str:
    """Put a text on one line of at most ``limit`` characters, for messages.

    >>> shorten("one\\ntwo   three", 9)
    'one two …'
    """
    line = " ".join(text[: limit * 8].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def replace_controls(text: str) -> str:
    """Replace control characters but tab, line feed and carriage return by U+FFFD.

    HTML (section 13.1.3) allows no others as text, and XML 1.0 none of them below U+0020.

    >>> replace_controls("a\\x1b[31m\\tb\\x85")
    'a\ufffd[31m\\tb\ufffd'
    """
    return _CONTROLS.sub("\ufffd", text)


def escape_html(text: str) -> str:
    """Escape a text for an element or a quoted attribute of HTML, or of SVG.

    >>> escape_html("<b>\\x07 & 'c'")
    '&lt;b&gt;\ufffd &amp; &#x27;c&#x27;'
    """
    return html.escape(replace_controls(text))


def make_printable(text: str, *, keep: str = "") -> str:
    """Make a text safe for a terminal: replace its control characters, and what is not seen.

    Blanks of all kinds and marks that have no shape become spaces.

    Args:
        keep: characters that stay, such as line breaks.

    >>> make_printable("a\\x1b[31m\\nb\\u202e"), make_printable("a\\x07\\nb", keep="\\n")
    ('a\ufffd[31m b ', 'a\ufffd\\nb')
    """
    return "".join(c if c.isprintable() or c in keep else " " for c in replace_controls(text))


def shorten_path(path: Path) -> str:
    """Return a path relative to the current folder if it is in it, as people would write it."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # the folder was removed; another drive of Windows
        return str(path)
    return str(path) if relative.startswith(os.pardir) else relative


def local_id(name: str) -> str:
    """Return the id in an entity's IRI, whatever its base; return any other name unchanged.

    >>> local_id("https://w3id.org/kgraph/id/company/openai"), local_id("OpenAI")
    ('company/openai', 'OpenAI')
    >>> local_id("https://example.org/graph#company/openai")
    'company/openai'
    >>> local_id("https://w3id.org/kgraph/id/mention/x/company/openai")  # an edge is no entity
    'https://w3id.org/kgraph/id/mention/x/company/openai'
    """
    if not name.startswith(("http://", "https://")) or re.search("[/#]mention/", name):
        return name
    return "/".join(name.rpartition("#")[2].rsplit("/", 2)[-2:])


def name_note(path: str) -> str:
    """Return the name of a Markdown file without folder and suffix, or of the folder of an index.

    >>> name_note("2025/My talk.md.md"), name_note("talks/on-money/index.md")
    ('My talk', 'on-money')
    """
    *folders, name = _NOTE_SUFFIXES.sub("", path).split("/")
    return folders[-1] if folders and name in ("index", "_index") else name or path


def pluralize(number: int, singular: str, plural: str = "") -> str:
    """Format a number with its noun; the plural adds an ``s`` by default.

    >>> pluralize(1, "row"), pluralize(0, "row"), pluralize(1014, "entity", "entities")
    ('1 row', '0 rows', '1,014 entities')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def end_sentence(words: str) -> str:
    """Return words with a full stop, which an abbreviation at their end has already.

    >>> end_sentence("It is Foo Inc"), end_sentence("It is Foo Inc.")
    ('It is Foo Inc.', 'It is Foo Inc.')
    """
    return words if words.endswith(".") else f"{words}."


# -- dates -----------------------------------------------------------------------


def parse_day(text: str, *, is_end: bool = False) -> str:
    """Return the first day of a day, month or year, or with ``is_end`` its last, in ISO 8601.

    Raises:
        ValueError: the text is not a date; the message says how to write one.

    >>> parse_day("2025-06-01"), parse_day("2025-02"), parse_day("2025-02", is_end=True)
    ('2025-06-01', '2025-02-01', '2025-02-28')
    >>> parse_day("2025", is_end=True), parse_day(" 20250601 ")
    ('2025-12-31', '2025-06-01')
    """
    try:
        period = _YEAR_OR_MONTH.fullmatch(str(text).strip())
        if period is None:
            return date.fromisoformat(str(text).strip()).isoformat()
        year, month = int(period[1]), int(period[2] or (12 if is_end else 1))
        return date(year, month, monthrange(year, month)[1] if is_end else 1).isoformat()
    except ValueError as error:
        if _DAY_OR_MONTH.fullmatch(str(text).strip()):
            raise ValueError("there is no such day or month: correct it") from error
        raise ValueError("not a date: write it as 2025-06-01, 2025-06 or 2025") from error


def parse_bound(name: str, text: str, *, label: str = "") -> str:
    """Parse the first or last day of a period with :func:`parse_day`; "" for a blank text.

    Args:
        name: the parameter; ``until`` of a month or a year is its last day.
        label: the parameter's name in messages, such as ``--until``; by default ``name``.

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
    """Format a day for people, and mark the day of processing; "" stays "".

    >>> format_day("2025-10-04", False), format_day("2025-10-04", True)
    ('2025-10-04 (processed)', '2025-10-04')
    """
    return f"{day} (processed)" if day and not dated else day


# -- similar names ---------------------------------------------------------------

MAX_SUGGESTIONS = 5  #: similar names that an error offers

#: Least similarity of a suggestion, in [0, 1]: one slip in a name of five letters is 0.6.
MIN_SIMILARITY = 0.5

#: Ratio of lengths below which two names are not compared. A few letters hardly resemble a
#: text, and a name is compared with thousands of others.
MIN_LENGTH_RATIO = 0.4


def suggest_names(name: str, candidates: Iterable[str]) -> list[str]:
    """Return at most :data:`MAX_SUGGESTIONS` candidates spelt like a name, most similar first.

    >>> suggest_names("Polimarket comes home", ["Chips", "Polymarket Comes Home"])
    ['Polymarket Comes Home']
    """
    scored = sorted((-spelling_similarity(name, text), text) for text in set(candidates))
    return [text for score, text in scored[:MAX_SUGGESTIONS] if -score >= MIN_SIMILARITY]


def spelling_similarity(first: str, second: str) -> float:
    """Return how similarly two names are spelt, in [0, 1].

    The mean of Dice's coefficient of their bigrams, which forgives another order of words, and
    of the normalised optimal string alignment, which forgives another order of letters. Names
    of very different lengths score 0.

    >>> spelling_similarity("Open AI", "OpenAI"), spelling_similarity("a", "b")
    (1.0, 0.0)
    >>> spelling_similarity("Nvidai", "Nvidia") > spelling_similarity("Nvidai", "Nvidia Day AI")
    True
    """
    return key_similarity(name_key(first), name_key(second))


def key_similarity(first: str, second: str) -> float:
    """Return the :func:`spelling_similarity` of two names, from their :func:`name_key`."""
    if min(len(first), len(second)) < MIN_LENGTH_RATIO * max(len(first), len(second)):
        return 0.0

    from rapidfuzz.distance import OSA  # imported late: only mistyped names need it

    first_pairs, second_pairs = _bigrams(first), _bigrams(second)
    dice = 2 * len(first_pairs & second_pairs) / (len(first_pairs) + len(second_pairs))
    return (dice + OSA.normalized_similarity(first, second)) / 2


def _bigrams(folded: str) -> set[str]:
    marked = f"^{folded}$"
    return {marked[i : i + 2] for i in range(len(marked) - 1)}


# -- singular and plural ---------------------------------------------------------

MIN_PLURAL_LETTERS = 3  #: shortest word with a singular and a plural: "ai" and "as" have none

#: Words that end like a plural and are none.
_NO_PLURAL = {
    *("always", "atlas", "besides", "bias", "canvas", "chaos", "christmas", "dallas", "ethos"),
    *("kansas", "lens", "news", "perhaps", "series", "species", "texas", "thomas", "whereas"),
}
_SIBILANT_ENDINGS = ("x", "ch", "sh", "ss", "z")


def word_forms(word: str) -> tuple[str, ...]:
    """Return a lower-case English word with its singular or plural, itself first.

    The forms are for lookups, where one that is not a word ("companie") does no harm.

    >>> word_forms("stablecoin"), word_forms("companies"), word_forms("basis"), word_forms("ai")
    (('stablecoin', 'stablecoins'), ('companies', 'companie', 'company'), ('basis',), ('ai',))
    >>> [word_forms(word) for word in ("tax", "taxes", "gpus", "news", "new")]
    [('tax', 'taxes'), ('taxes', 'taxe', 'tax'), ('gpus', 'gpu'), ('news',), ('new',)]
    """
    if (
        len(word) < MIN_PLURAL_LETTERS
        or not (word.isascii() and word.isalpha())
        or word in _NO_PLURAL
    ):
        return (word,)
    if word.endswith("s"):
        forms = _singular_forms(word)
    elif word.endswith("y") and word[-2] not in "aeiou":
        forms = (f"{word[:-1]}ies",)
    else:
        forms = (f"{word}es" if word.endswith(_SIBILANT_ENDINGS) else f"{word}s",)
    return word, *(form for form in forms if form not in _NO_PLURAL)


def loose_word_forms(word: str) -> tuple[str, ...]:
    """Return the forms of a word in any case; "AI" and "GPT-4" have plurals here, too.

    >>> [loose_word_forms(word) for word in ("AI", "GPT-4", "New", "gas")]
    [('ai', 'ais'), ('gpt-4', 'gpt-4s'), ('new',), ('gas',)]
    """
    forms = word_forms(word.lower())
    plural = f"{forms[0]}s"
    if len(forms) > 1 or forms[0].endswith("s") or plural in _NO_PLURAL:
        return forms
    return (*forms, plural)


def _singular_forms(word: str) -> tuple[str, ...]:
    if word.endswith("ss"):
        return (f"{word}es",)
    if len(word) == MIN_PLURAL_LETTERS or (len(word) > 4 and word.endswith(("us", "is"))):
        return ()
    if word.endswith("ies"):
        return word[:-1], f"{word[:-3]}y"
    has_sibilant = word.endswith(tuple(f"{end}es" for end in _SIBILANT_ENDINGS))
    return (word[:-1], word[:-2]) if has_sibilant else (word[:-1],)
