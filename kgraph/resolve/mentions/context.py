"""A row as a mention, and its context: its episode, and the transcript around it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from kgraph.base.model import EpisodeFile, ParsedMention, Row
from kgraph.base.text import name_key
from kgraph.resolve import name_counts

CONFIDENCE_LEVELS = ("high", "medium", "low")  #: of a stated confidence; others count as none
#: Trusted names of an episode with which its others are compared. Real ones have 46, at most 170.
MAX_TRUSTED_NAMES = 250
MAX_ABOUT_CHARS = 8_000  #: characters of title and summary that are read
SNIPPET_LEFT_CHARS = 50  #: characters that the transcript pass keeps before a name
BOUNDARY_CHARS = 24  #: characters on each side that show whether a name goes on

_WORD = re.compile(r"[\w$&+]+")  # the weights were trained on these words
# For bytes of ASCII text: what is in no word becomes a space.
_WORD_TABLE = bytes(c if _WORD.match(chr(c)) else ord(" ") for c in range(128)) + b" " * 128
# The assertion follows the first letter: so the search skips to a capital.
_CAPITALISED = re.compile(r"[A-Z](?<!\w.)[\w'-]*[ ](?:[A-Z][\w'-]*[ ]){0,2}[A-Z][\w'-]*")
_JOINTS = frozenset("&-+/:")
_STOP_MARKS = frozenset(',;!?)"')
_LINK_WORDS = frozenset({"of", "for", "and", "the", "on", "in"})
# "Acme's Ann Example": at least two words follow.
_OWNER = re.compile(r"^(?:[\w&.-]+\s+){0,3}[\w&.-]+['’]s\s+(?=\S+\s)")
# The pass cuts O'Brien behind the O, and J. D. Example behind the J.
_CUT_NAME = re.compile(r"(?:\.\s?[A-Z](?=\.))*(?:['’]|\.\s?)(?=[A-Z])")


class EpisodeContext(msgspec.Struct, frozen=True):
    """Facts of an episode that all of its rows share."""

    mentions: tuple[ParsedMention, ...]
    about_text: str  #: title and summary, lower-case, each word between single spaces
    about_words: frozenset[str]
    categories: dict[str, list[str]]  #: core key -> category words of its first stated row
    row_counts: dict[str, int]  #: core key -> rows of that name
    full_names: dict[str, list[str]]  #: first or last word, lower-case -> names of 2 or 3 words
    #: those of the title, the summary and stated rows, the first :data:`MAX_TRUSTED_NAMES`
    trusted_names: tuple[str, ...]
    trusted_keys: tuple[str, ...]  #: of these names
    day: str = ""  #: of publication or else of processing, ISO 8601; "" if unknown

    def mentions_phrase(self, phrase: str) -> bool:
        """Return whether title or summary have a lower-case phrase, as whole words."""
        # Most lack its first word, and a set is faster than a search.
        return phrase.partition(" ")[0] in self.about_words and f" {phrase} " in self.about_text


class TextWindow(msgspec.Struct, frozen=True):
    """Position of a name in the transcript around it."""

    left: str = ""
    name: str = ""  #: as written in the transcript, "" if it is not there
    right: str = ""
    is_open_left: bool = False  #: a capitalised word, a digit or a joint stands next to it
    is_open_right: bool = False


def parse_mention(row: Row) -> ParsedMention:
    """Convert a row to a mention.

    >>> parse_mention(Row("companies", 0, {"name": "Acme", "source": "llm_enhanced"})).extractor
    'llm'
    """
    stated = row.text("confidence").strip().lower()
    position = row.values.get("position")
    return ParsedMention(
        row.text("name"),
        row.text("context"),
        row.text("category"),
        row.extractor,
        stated if stated in CONFIDENCE_LEVELS else "",
        position if isinstance(position, int) else -1,
    )


def build_context(episode: EpisodeFile) -> EpisodeContext:
    """Collect the context that an episode gives to its rows."""
    mentions = tuple(parse_mention(row) for row in episode.rows.get("companies", ()))
    about = f"{episode.title}\n{episode.text('summary')}"[:MAX_ABOUT_CHARS]
    cores = [name_counts.strip_surroundings(mention.surface) for mention in mentions]
    categories: dict[str, list[str]] = {}
    row_counts: dict[str, int] = {}
    capitalised = (
        drop_owner(name_counts.strip_surroundings(name)) for name in _CAPITALISED.findall(about)
    )
    trusted = dict.fromkeys(capitalised)  # a set in order
    for mention, core in zip(mentions, cores, strict=True):
        key = name_key(core)
        row_counts[key] = row_counts.get(key, 0) + 1
        if mention.extractor != "regex":
            if key not in categories:
                categories[key] = name_counts.split_category(mention.category)
            trusted[core] = None
    full_names: dict[str, list[str]] = {}
    for name in dict.fromkeys((*trusted, *cores)):
        words = name.lower().split()
        if 2 <= len(words) <= 3:
            for word in dict.fromkeys((words[0], words[-1])):
                full_names.setdefault(word, []).append(name)
    trusted_names = tuple(trusted)[:MAX_TRUSTED_NAMES]
    about_words = split_words(about)
    return EpisodeContext(
        mentions,
        _pad(about_words),
        frozenset(about_words),
        categories,
        row_counts,
        full_names,
        trusted_names,
        tuple(map(name_key, trusted_names)),
        episode.date[:10],
    )


def drop_owner(name: str) -> str:
    """Return a name without the owner before it.

    >>> drop_owner("Acme Corp's Ann Example"), drop_owner("Levi's Stadium")
    ('Ann Example', "Levi's Stadium")
    """
    return _OWNER.sub("", name) if "'s" in name or "’s" in name else name


def pad_words(text: str) -> str:
    """Return the words of a text, lower-case, with a space on both sides of each.

    >>> pad_words("Acme's CEO, today")
    ' acme s ceo today '
    """
    return _pad(split_words(text))


def _pad(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def split_words(text: str) -> list[str]:
    """Split a text into lower-case words.

    >>> split_words("Acme's CEO, today")
    ['acme', 's', 'ceo', 'today']
    """
    lowered = text.lower()
    if lowered.isascii():  # in half the time
        return lowered.encode().translate(_WORD_TABLE).decode().split()
    return _WORD.findall(lowered)


def locate_mention(mention: ParsedMention) -> TextWindow:
    """Find a surface in the context of its transcript row.

    >>> window = locate_mention(ParsedMention("Acme", "at the Bank of acme people"))
    >>> window.left, window.name, window.right, window.is_open_left, window.is_open_right
    ('at the Bank of ', 'acme', ' people', True, False)
    """
    text, surface = mention.context, mention.surface
    haystack, needle = text.lower(), surface.lower()
    if len(haystack) != len(text):  # a letter that changes length in lower case
        haystack, needle = text, surface
    start = haystack.find(needle, max(0, SNIPPET_LEFT_CHARS - 2))
    if start < 0 or start > SNIPPET_LEFT_CHARS:
        start = haystack.find(needle)
    if start < 0:
        return TextWindow("", "", text, False, _is_open_right("", text))
    end = start + len(surface)
    left, name, right = text[:start], text[start:end], text[end:]
    return TextWindow(left, name, right, _is_open_left(left), _is_open_right(name, right))


def _is_open_left(left: str) -> bool:
    text = left[-BOUNDARY_CHARS:].rstrip()
    if not text or text[-1] in _JOINTS:
        return bool(text)
    word = text.rpartition(" ")[2]
    if word in _LINK_WORDS:
        return True
    return (word[0].isupper() or word[0].isdigit()) and text[-1] not in _STOP_MARKS


def _is_open_right(name: str, right: str) -> bool:
    ends_with_initial = name[-1:].isupper() and not name[-2:-1].strip()
    if ends_with_initial and _CUT_NAME.match(right):
        return True
    text = right[:BOUNDARY_CHARS].lstrip()
    if not text or text[0] in _JOINTS:
        return bool(text)
    return text[0].isupper() or text[0].isdigit() or text.partition(" ")[0] in _LINK_WORDS
