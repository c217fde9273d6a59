"""Remove characters that nothing shows, or that change the order in which text is read.

These are the format characters and controls of The Unicode Standard (sections 23.1 to 23.9). Some
scripts and emoji need a few of them: joiners behind a letter, a sign or an emoji (Persian, Indic
scripts, families), and the tags behind a black flag (Unicode Technical Standard #51, annex C).
Control sequences of terminals, such as those of colours, are removed as a whole (ECMA-48, sections
5.4 and 5.6).
"""

from __future__ import annotations

import re

_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
_CONTROLS = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # without those that break lines
_MARKS = (
    "\xad\u061c\u17b4\u17b5\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
_TAGS = "\U000e0000-\U000e007f"
#: Behind blanks, ASCII, and signs of Latin-1 and of general punctuation.
_LONE_JOINER = "(?<![^\x00-\xbf\u2000-\u206f])[\u200c\u200d]"
#: Which form a sign has: behind a letter of ASCII or a blank none.
_LONE_SELECTOR = "(?<![^\x00-\x20A-Za-z])[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
#: Control sequences, and strings of the operating system such as links. Without its first byte the
#: rest would be text; the 8-bit forms are quotes and letters in texts of Windows.
_SEQUENCE = "\x1b(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\\\))"
_INVISIBLE = re.compile(
    f"({_FLAG})|{_SEQUENCE}|[{_CONTROLS}{_MARKS}{_TAGS}]|{_LONE_JOINER}|{_LONE_SELECTOR}"
)
#: Of signs that are blank: parts of Korean letters, and a cell of Braille without dots.
_BLANK = re.compile("[\\s\u115f\u1160\u2800]*")

#: Controls, and marks that turn the order of the letters round: others read the text differently.
_MEANINGFUL = re.compile(f"[{_CONTROLS}\u202d\u202e]")


def remove_invisible(text: str) -> str:
    """Remove what nothing shows but line breaks and tabs, and what turns the order of the text.

    >>> remove_invisible("Ac\\u200bme\\x07 \\u202eCorp\\ufeff\\n"), remove_invisible("Ac\\u200dme")
    ('Acme Corp\\n', 'Acme')
    >>> [remove_invisible(text) for text in ("می\u200cخواهم", "👩\u200d💻", "🏴\U000e0067")]
    ['می\u200cخواهم', '👩\u200d💻', '🏴']
    >>> [remove_invisible(text) for text in ("Ac\ufe0fme\u3164", "1\ufe0f\u20e3", "ℹ\ufe0f")]
    ['Acme', '1️⃣', 'ℹ️']
    >>> [remove_invisible(f"\\x1b{text}") for text in ("[1;31mAcme\\x1b[0m", "[", "Acme")]
    ['Acme', '[', 'Acme']
    """
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(r"\1", text)


def is_seen(text: str) -> bool:
    """Check whether a text without invisible characters has a sign that is seen.

    >>> is_seen("Acme"), is_seen("\u2800 "), is_seen("")
    (True, False, False)
    """
    return not _BLANK.fullmatch(text)


def has_meaningful_control(text: str) -> bool:
    """Check whether a text changes its meaning for some readers without what is not seen.

    >>> has_meaningful_control("Levi\\x92s"), has_meaningful_control("Acme\\u200b")
    (True, False)
    """
    return _MEANINGFUL.search(text) is not None
