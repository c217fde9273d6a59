"""Classify the words of texts that name people: titles, placeholders, addresses, first names.

The words are those of ``people_words`` in ``ontology/fields.yaml`` and the lists in ``data/model``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from kgraph.base import known_names
from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.base.word_lists import load_vocabulary

MAX_WORD_CHARS = 40  #: before a place, in which a word such as "of" is looked for
MAX_WORDS_BEFORE_FIRM = 6  #: of a name with a post or a firm behind it
_ADDRESS = re.compile(r"<?(?:https?://|[\w.+%-]*+@)[^\s,;()<>]++>?")
_ADDRESS_BEFORE = re.compile(
    rf"{_ADDRESS.pattern}\s++(?:[-–—|]\s++)?"
    r"(?:[(（](?P<in_brackets>[^()（）]++)[)）]|(?P<name>[^\W\d_a-zß-ÿ].*+))",
    re.DOTALL,
)
#: Several, with a group if nothing but what stands beside a name is behind them.
_ADDRESSES_BEHIND = re.compile(
    rf"(?<!\s)(?:\s++{_ADDRESS.pattern})++(?P<end>(?=\s*+(?:$|[,;(（|]|[-–—]\s)))?"
)
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]$")
_ELISION = re.compile(r"(?:d|l|dell|dall|nell)['’](?=\w)")  # before a firm: d'Acme
_ONE_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def drop_addresses(text: str) -> str:
    """Return a text without the addresses of e-mail and of the web, and the handles, at names.

    >>> drop_addresses("Ann Lee <ann@acme.com>"), drop_addresses("Ann Lee @ann, Kate")
    ('Ann Lee', 'Ann Lee, Kate')
    >>> drop_addresses("ann@acme.com"), drop_addresses("Ann Lee @ Acme")
    ('ann@acme.com', 'Ann Lee @ Acme')
    >>> drop_addresses("ann@acme.com (Ann Lee)"), drop_addresses("Ann Lee @ann Carl Poe")
    ('Ann Lee', 'Ann Lee @ann Carl Poe')
    >>> drop_addresses("Ann Lee - @ann"), drop_addresses("Ann Lee at @acme")
    ('Ann Lee - @ann', 'Ann Lee at @acme')
    """
    before = _ADDRESS_BEFORE.fullmatch(text)
    plain = (before["in_brackets"] or before["name"]) if before else text
    return _ADDRESSES_BEHIND.sub(lambda match: "" if _is_at_name(match) else match[0], plain)


def _is_at_name(addresses: re.Match[str]) -> bool:
    """Check whether addresses are directly behind a name, and nothing but what is beside it next.

    Behind a dash, a colon or a word such as "of" they belong to that.
    """
    if addresses["end"] is None:
        return False
    last = find_word_before(addresses.string, addresses.start())
    return last[-1:] != ":" and fold_letters(last) != "" and not is_link(last)


def find_word_before(text: str, end: int) -> str:
    """Return the word before a place in a text; of a longer one the last characters."""
    *_, last = text[max(0, end - MAX_WORD_CHARS) : end].split() or [""]
    return last


def is_link(word: str) -> bool:
    """Check whether a word says whose somebody is, or how called: of, at, about, aka."""
    words, key = load_field_table().people_words, fold_letters(word)
    is_relation = key in words.of or key in words.at or key in words.relations
    return is_relation or key in map(fold_letters, words.also_known_as)


def drop_brackets(text: str) -> str:
    """Return a text without the brackets at its end."""
    return _BRACKETS.sub("", text).rstrip()


def is_title(word: str) -> bool:
    """Check whether a word is a title or a post, which may stand before a name."""
    return fold_letters(word) in load_field_table().people_words.titles or is_post(word)


def is_post(word: str) -> bool:
    """Check whether a word is a post, which may be the end of a longer word.

    >>> [is_post(word) for word in ("CEO", "Mitgründerin", "Siemens-Chef", "cofondatrice", "Zorb")]
    [True, True, True, True, False]
    """
    words, key = load_field_table().people_words, fold_letters(word)
    if " " in word:
        return False
    endings = words.post_endings
    return key in words.posts or key.endswith(endings) or key.removesuffix("in").endswith(endings)


def is_post_at_firm(text: str) -> bool:
    """Check whether a text is a post at a firm; before "von" and "de" it must be a known one.

    >>> texts = ("Mitgründer von Acme", "Directora General de Acme", "Chief Scientist of Acme")
    >>> all(map(is_post_at_firm, texts)), is_post_at_firm("PDG d'Acme")
    (True, True)
    >>> [is_post_at_firm(text) for text in ("Chef Zorb", "Karl Chef von Acme", "Marrow von Acme")]
    [False, False, False]
    """
    words = text.split()
    count = next((n for n, word in enumerate(words) if not _is_of_post(word)), len(words))
    if not 0 < count < len(words):
        return False
    people_words, link = load_field_table().people_words, words[count]
    if link in people_words.of or link in people_words.at:
        return count > 1 or is_post(words[0])
    is_link = link.islower() and not is_first_name(link.title())  # "chef ann"
    is_link |= link in people_words.particles or _ELISION.match(link) is not None
    return is_link and any(map(is_post, words[:count]))


def drop_firm_behind(text: str) -> str:
    """Return a full name without a post at a firm, or "von" and a firm spelt unlike a name.

    >>> drop_firm_behind("Ann Lee Chefin von Acme"), drop_firm_behind("Chefin von Acme")
    ('Ann Lee', 'Chefin von Acme')
    >>> drop_firm_behind("Ann Lee von SAP"), drop_firm_behind("Carl Friedrich von Siemens")
    ('Ann Lee', 'Carl Friedrich von Siemens')
    """
    words = text.split(" ")
    for count in range(2, min(len(words), MAX_WORDS_BEFORE_FIRM)):
        if _begins_firm(words[count:]):
            return " ".join(words[:count])
    return text


def _begins_firm(words: list[str]) -> bool:
    first, *firm = words
    if is_post(first) or _is_beside_post(first):
        is_clear = fold_letters(first) in load_field_table().people_words.beside_posts
        return is_post_at_firm(" ".join(words)) and (is_clear or any(map(is_post, words)))
    is_particle = first in load_field_table().people_words.particles
    is_name = firm == [] or all(map(looks_like_first_name, firm))
    return is_particle and not is_name and known_names.is_firm(" ".join(firm))


def _is_of_post(word: str) -> bool:
    is_between = word in load_field_table().people_words.between
    return is_between or is_post(word) or _is_beside_post(word)


def _is_beside_post(word: str) -> bool:
    is_ordinary = not word.islower() and list_word_classes([word]) == ["w"]
    return is_ordinary or fold_letters(word) in load_field_table().people_words.beside_posts


def ends_with_post(text: str) -> bool:
    """Check whether a text is a firm with a post behind it: Acme CEO, Stripe Founder.

    Several words before it are a person's name if one is a common name and none an ordinary word,
    unless the lexicon has a firm of them (Jensen Huang CEO, but Morgan Stanley CEO). A post that is
    spelt like a name is none behind a common first name (Ann Founder). Titles are none: Coach is a
    surname, too.

    >>> texts = ("Acme CEO", "Mercedes CEO", "Morgan Stanley Director", "Zorb Labs Founder")
    >>> all(map(ends_with_post, texts)), ends_with_post("Jensen Huang CEO")
    (True, False)
    >>> [ends_with_post(text) for text in ("CEO", "Ann Founder", "Zadie Coach", "Aaron Judge")]
    [False, False, False, False]
    """
    words = text.split()
    if len(words) < 2 or fold_letters(words[-1]) not in load_field_table().people_words.posts:
        return False
    *before, post = words
    if known_names.is_firm(" ".join(before)):
        return True
    classes = list_word_classes(before)
    is_named = has_ordinary_word(classes) or not any({"F", "L"} & {*each} for each in classes)
    return (len(before) == 1 or is_named) and (
        "F" not in classes[0] or not looks_like_first_name(post)
    )


def is_degree(word: str) -> bool:
    """Check whether a word is a degree, spelt unlike a name: with capitals or a stop at its end.

    >>> [is_degree(word) for word in ("PhD", "M.D.", "Esq.", "Md", "Poe")]
    [True, True, True, False, False]
    """
    return fold_letters(
        word
    ) in load_field_table().people_words.degrees and not looks_like_first_name(word)


def _is_plain_post(word: str) -> bool:
    posts = load_field_table().people_words.posts
    return fold_letters(word) in posts and "L" not in list_word_classes([word])[0]


def drop_degrees(text: str) -> str:
    """Return a text without degrees and posts at its end, if no comma and two words are before.

    Words such as "Managing" belong to a post behind them.

    >>> drop_degrees("Carl Poe MD PhD"), drop_degrees("Poe, Carl MD"), drop_degrees("Poe MD")
    ('Carl Poe', 'Poe, Carl', 'Poe MD')
    >>> drop_degrees("Ann Lee, MD"), drop_degrees("Ann Lee Vice CEO"), drop_degrees("Apple Pay CEO")
    ('Ann Lee, MD', 'Ann Lee', 'Apple Pay CEO')
    """
    words = text.split(" ")
    while len(words) > 2 and not words[-2].endswith(","):
        start = len(words) - 1 if is_degree(words[-1]) else _find_post_start(words)
        if start == len(words):
            break
        del words[start:]
    return " ".join(words)


def _find_post_start(words: list[str]) -> int:
    """Return where a post at the end of words begins, behind two words at least; else the end."""
    start = end = len(words) - 1
    while start > 2 and _is_beside_post(words[start - 1]):
        start -= 1
    before = " ".join(words[:start])
    is_clear = is_post(words[-1]) if start < end else _is_plain_post(words[-1])
    is_of_firm = known_names.is_firm(before) or ends_with_post(f"{before} {words[-1]}")
    return start if is_clear and not is_of_firm else len(words)


def is_address(word: str) -> bool:
    """Check whether a word is an address of e-mail or of the web, or a handle.

    >>> [is_address(word) for word in ("ann@acme.com", "<ann@acme.com>", "@ann", "@", "Ann")]
    [True, True, True, False, False]
    """
    is_url = word.startswith(("http://", "https://")) and " " not in word
    return is_url or _ADDRESS.fullmatch(word) is not None


def says_no_name(text: str) -> bool:
    """Check whether a text says that there is no name, or has no letter or digit.

    >>> [says_no_name(text) for text in ("none", "N/A", "-", "", "Guest", "None Such")]
    [True, True, True, True, False, False]
    """
    key = fold_letters(text)
    return not key or key in load_field_table().people_words.placeholders


def is_missing_name(text: str) -> bool:
    """Check whether a text stands where a name is missing, such as a role alone.

    >>> [is_missing_name(text) for text in ("Unknown", "N/A", "Special Guest", "Speaker 2", "?")]
    [True, True, True, True, True]
    >>> [is_missing_name(text) for text in ("Guest House", "C. Guest", "Special", "007", "林砚")]
    [False, False, False, False, False]
    """
    table = load_field_table()
    words, keys = table.people_words, list(filter(None, map(fold_letters, text.split())))
    if says_no_name(text):
        return True
    roles = {key for key in keys if key in table.people or key in words.placeholders}
    numbers = [key for key in keys if key not in roles and key not in words.before_roles]
    # "Speaker A", but not "A. Speaker"
    is_numbered = all(len(key) == 1 or key.isdecimal() for key in numbers)
    return roles != set() and is_numbered and (not numbers or keys[0] not in numbers)


def stands_beside_names(word: str) -> bool:
    """Check whether a word is no name whatever is before it: PhD, Prof, Friends, Guests, -."""
    words, key = load_field_table().people_words, fold_letters(word)
    is_beside = any(key in each for each in (words.no_names, words.degrees, words.titles))
    return is_beside or is_missing_name(word) or is_address(word)


def list_word_classes(words: Iterable[str]) -> list[str]:
    """Return the classes of words (:meth:`kgraph.base.word_lists.Vocabulary.word_class`).

    Two first names with a hyphen are one, unless the lexicon has something else of this name.

    >>> list_word_classes(["Lea-Sophie", "Max-Planck", "Harley-Davidson"])
    ['F', '', '']
    """
    return list(map(_find_word_class, words))


def _find_word_class(word: str) -> str:
    find_class = load_vocabulary().word_class
    first, hyphen, second = word.partition("-")
    word_class = find_class(fold_letters(word))
    if word_class or not hyphen or known_names.is_not_person(word):
        return word_class
    halves = (find_class(fold_letters(half)) for half in (first, second))
    return "F" if all("F" in half for half in halves) else ""


def has_ordinary_word(classes: Iterable[str]) -> bool:
    """Check whether one of these classes is of an ordinary word."""
    return any("w" in each for each in classes)


def is_first_name(text: str) -> bool:
    """Check whether a text is one word, and a common first name."""
    return looks_like_first_name(text) and "F" in list_word_classes([text])[0]


def looks_like_first_name(text: str) -> bool:
    """Check whether a text is one word that is written like a first name, unlike OpenAI and CEO.

    >>> list(map(looks_like_first_name, ("Ji-yeon", "McKenna", "D'Angelo", "OpenAI", "McDSP")))
    [True, True, True, False, False]
    """
    text = normalize("NFC", text)
    if not _ONE_WORD.fullmatch(text):
        return False
    first, *others = re.split("['’-]", text.removeprefix("Mc"))
    return first == first.title() and all(o == o.title() or o.islower() for o in others)
