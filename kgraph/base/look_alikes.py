"""Find letters of other alphabets that look like Latin ones, such as a Cyrillic o in "Solana".

They are those of confusables.txt (Unicode Technical Standard 39) that have one Latin letter and
look like it in most fonts.
"""

from __future__ import annotations

import re

_LOOK_ALIKES = "ЅІЈАВЕКМНОРСТУҮХӀԌԚԜаеорсухѕіјһӏԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳ"
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
_BESIDE_LATIN = re.compile(rf"(?<=[{_LATIN}])[{_LOOK_ALIKES}]|[{_LOOK_ALIKES}](?=[{_LATIN}])")


def find_look_alike(text: str) -> str:
    """Return the first letter of another alphabet that looks Latin beside a Latin one; "" for none.

    >>> find_look_alike("S\\N{CYRILLIC SMALL LETTER O}lana") == "\\N{CYRILLIC SMALL LETTER O}"
    True
    >>> find_look_alike("Solana"), find_look_alike("Сбер"), find_look_alike("the angle θb")
    ('', '', '')
    """
    if text.isascii():
        return ""
    found = _BESIDE_LATIN.search(text)
    return found[0] if found else ""
