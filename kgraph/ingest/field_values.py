"""Parse durations, URLs and lists of names as files spell them.

They become seconds, IRI references and names.
"""

from __future__ import annotations

import re

from kgraph.base import known_names
from kgraph.base.markup import read_entities
from kgraph.base.patterns import compile_when_used
from kgraph.base.vocabulary import compile_with_conjunctions

# -- durations -------------------------------------------------------------------

_CLOCK = compile_when_used(
    r"(?:(?P<h>[0-9]{1,3}):(?P<m>[0-5]?[0-9])|(?P<only>[0-9]{1,4})):(?P<s>[0-5][0-9])"
    r"(?:\.[0-9]{1,9})?"
)
_NUMBER = r"[0-9]{1,6}(?:[.][0-9]{1,3})?"
_ISO = compile_when_used(
    rf"P(?:(?P<d>{_NUMBER})D)?(?:T(?=[0-9])(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?"
    rf"(?:(?P<s>{_NUMBER})S)?)?",
    re.IGNORECASE,
)
_CONJUNCTION = r"[ ]{0,4}(?:,|and\b|und\b|et\b|y\b|e\b|en\b)?[ ]{0,4}"
# Units in English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese, Japanese and
# Korean.
_HOURS = r"(?:h|hrs?|hours?|std|stunden?|heures?|horas?|or[ae]|u|uur|uren|小[时時]|時間|시간)"
_MINUTES = r"(?:m|mins?|minutes?|minuten?|minutos?|minut[oi]|minuut|分[钟鐘]?|분)"
_SECONDS = (
    r"(?:s|secs?|seconds?|sek|sekunden?|secondes?|segundos?|second[oi]|seconden?|秒[钟鐘]?|초)"
)
_AMOUNT = r"[0-9]{1,6}(?:[.,][0-9]{1,2})?"  # 1.500 and 1,500 may be a thousand and more
_WORDS = compile_when_used(
    rf"(?:(?P<h>{_AMOUNT})[ ]{{0,4}}{_HOURS}\.?{_CONJUNCTION})?"
    rf"(?:(?P<m>{_AMOUNT})[ ]{{0,4}}{_MINUTES}\.?{_CONJUNCTION})?"
    rf"(?:(?P<s>{_AMOUNT})[ ]{{0,4}}{_SECONDS}\.?)?",
    re.IGNORECASE,
)
_FRENCH = compile_when_used(r"(?P<h>[0-9]{1,3})[ ]{0,4}h[ ]{0,4}(?P<m>[0-5][0-9])", re.IGNORECASE)
_UNIT_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "only": 60, "s": 1}


def parse_duration(text: str) -> float | None:
    """Return the seconds of a duration; None if the text is none.

    ``H:MM:SS`` and ``MM:SS`` are those of ``itunes:duration`` in podcast feeds, ``PT52M27S`` is
    ISO 8601 (section 5.5.2). Years and months have no fixed length and are refused.

    >>> [parse_duration(text) for text in ("1:02:51", "45:12", "PT52M27S", "1h 2m", "52 min")]
    [3771.0, 2712.0, 3147.0, 3720.0, 3120.0]
    >>> [parse_duration(text) for text in ("1 Std. 5 Min.", "1 h 05", "1 hora y 5 minutos")]
    [3900.0, 3900.0, 3900.0]
    >>> parse_duration("52"), parse_duration("P1M"), parse_duration("1:75")
    (None, None, None)
    """
    text = text.strip()
    for pattern in (_CLOCK, _ISO, _WORDS, _FRENCH):
        match = pattern.fullmatch(text)
        numbers = {k: v for k, v in match.groupdict().items() if v} if match else {}
        if numbers:
            return sum(
                float(value.replace(",", ".")) * _UNIT_SECONDS[unit]
                for unit, value in numbers.items()
            )
    return None


# -- URLs ------------------------------------------------------------------------

# RFC 3987, section 2.2: iunreserved and sub-delims, without the marks of direction that section
# 4.1 forbids.
_WIDE = "\u00a1-\u200d\u2010-\u2027\u202f-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U000e1000-\U000efffd"
_WIDE += "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_IRI_CHARACTERS = rf"-A-Za-z0-9._~!$&'()*+,;={_WIDE}"

_WEB_URL = compile_when_used(
    rf"(?P<host>(?i:https?)://(?:(?:[{_IRI_CHARACTERS}:]|%[0-9A-Fa-f]{{2}})*@)?"
    rf"[{_IRI_CHARACTERS}]+(?::[0-9]*)?)(?=[/?\#]|$)"
)
_URL_PATH = compile_when_used(r"(?=/(?!/))")
_BLANK_OR_CONTROL = compile_when_used(r"[\s\x00-\x1f\x7f-\x9f]")
_ILLEGAL = compile_when_used(rf"[^{_IRI_CHARACTERS}:@/?%]|%(?![0-9A-Fa-f]{{2}})")


def normalize_url(text: str) -> str | None:
    """Return an http or https URL, or a path on the site, as an IRI reference (RFC 3987).

    Characters that an IRI may not have are percent-encoded. Anything else gives None, so that no
    ``javascript:`` reaches a page.

    >>> normalize_url("https://example.org/a|b"), normalize_url("/transcripts/1.html")
    ('https://example.org/a%7Cb', '/transcripts/1.html')
    >>> [normalize_url(url) for url in ("javascript:alert(1)", "https://example.org/a b", "//a.b/")]
    [None, None, None]
    """
    text = text.strip()
    start = _URL_PATH.match(text) or _WEB_URL.match(text)
    if start is None or _BLANK_OR_CONTROL.search(text):
        return None
    path, hash_, fragment = text[start.end() :].partition("#")
    return start[0] + _percent_encode(path) + hash_ + _percent_encode(fragment)


def _percent_encode(text: str) -> str:
    return _ILLEGAL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


# -- lists of names ----------------------------------------------------------------

MAX_NAME_WORDS = 6  #: words of a name in a list separated by commas; a longer part is a sentence

#: Where no link such as [[Tesla|Tesla, Inc.]] and no bracket such as (CEO, Acme) ends: one that is
#: left open does not count.
NOT_INSIDE = r"(?![^\[\]\n]{0,300}\]\])(?![^()\n]{0,300}\))"
_HARD_SEPARATOR = compile_when_used(rf"\n|[;；]{NOT_INSIDE}")
_COMMA = compile_when_used(rf"(?:,(?![0-9])|[、，،]){NOT_INSIDE}")  # not that of 10,000
_HASHTAGS = compile_when_used(r"#[^\s,;]+(?:\s+#[^\s,;]+)+")
_LEGAL_FORM = compile_when_used(
    r"(?:Inc|INC|Incorporated|LLC|L\.L\.C|Ltd|LTD|Limited|Corp|CORP|Corporation|Co|PLC|plc|LLP|LP"
    r"|GmbH|AG|SA|S\.A|N\.V|NV|B\.V|BV|S\.p\.A|Oy|AB|AS|KG|Jr|Sr)\.?"
)
_AND = r"(?!\w\s+[a-z])<and>\s+(?=\S)"  # not the letter of "e commerce"
_BULLET = compile_when_used(r"(?:[-*•]\s+)?")


def split_names(text: str, max_words: int = MAX_NAME_WORDS) -> list[str]:
    """Split a text such as ``OpenAI, Nvidia`` into names; a text that is no list stays one.

    Semicolons and line breaks always separate names. Commas do where no part is as long as a
    sentence; a comma before a legal form, as in "Acme, Inc.", belongs to the name. Neither
    separates in a link of Obsidian or in brackets. Spaces separate where each word is a hashtag.

    Args:
        text: to split.
        max_words: of a part; a longer one is a sentence.

    >>> split_names("OpenAI, Acme, Inc., and Nvidia")
    ['OpenAI', 'Acme, Inc.', 'Nvidia']
    >>> split_names("[[Tesla|Tesla, Inc.]], [[BMW]]")
    ['[[Tesla|Tesla, Inc.]]', '[[BMW]]']
    >>> split_names("#cars #chips")
    ['#cars', '#chips']
    >>> split_names("Well, this is one sentence and not a list of anything")
    ['Well, this is one sentence and not a list of anything']
    """
    text = read_entities(text)  # their semicolons separate nothing
    if _HASHTAGS.fullmatch(text.strip()):
        return text.split()
    if len(lines := split_at_semicolons(text)) > 1:
        return lines
    names: list[str] = []
    for name in _strip_bullets(_COMMA.split(text)):
        if names and _LEGAL_FORM.fullmatch(name):
            names[-1] += f", {name}"
        else:
            names.append(name)
    if not names or any(len(name.split()) > max_words for name in names):
        return [text.strip()]
    if len(names) > 2:
        names[-1] = _strip_conjunction(names[-1])
    return names


def _strip_conjunction(name: str) -> str:
    """Remove "and" from the start of a name, but not the letter of "e Toro"."""
    conjunction = compile_with_conjunctions(_AND).match(name)
    if conjunction is None or known_names.is_not_person(name):
        return name
    return name[conjunction.end() :]


def split_at_semicolons(text: str) -> list[str]:
    """Split a text at semicolons and line breaks, which always separate names.

    >>> split_at_semicolons("Ann Lee, CEO; [[Bob; Bob Stone]]")
    ['Ann Lee, CEO', '[[Bob; Bob Stone]]']
    """
    return _strip_bullets(_HARD_SEPARATOR.split(text))


def _strip_bullets(names: list[str]) -> list[str]:
    stripped = (_BULLET.sub("", name.strip(), count=1) for name in names)
    return [name for name in stripped if name]
