"""Write ``data/calendar.yaml``: what languages call months and weekdays, from Unicode CLDR.

The Common Locale Data Repository (https://cldr.unicode.org/, Unicode License v3) comes with Babel,
which Sphinx needs. The file has the wide and abbreviated names of CLDR, as in dates and alone.

    python benchmarks/calendar_names.py
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from babel import Locale

FILE = Path(__file__).parent.parent / "data" / "calendar.yaml"

#: Locale of CLDR -> its name. All write a date as day, month and year in words of single letters,
#: or month, day and year, or year, month and day.
LANGUAGES = {
    "af": "Afrikaans",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bs": "Bosnian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "de_AT": "German (Austria)",
    "el": "Greek",
    "en": "English",
    "en_GB": "English (United Kingdom)",
    "es": "Spanish",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "gl": "Galician",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "mk": "Macedonian",
    "ms": "Malay",
    "nb": "Norwegian Bokmål",
    "nl": "Dutch",
    "nn": "Norwegian Nynorsk",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sq": "Albanian",
    "sr": "Serbian",
    "sr_Latn": "Serbian (Latin)",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
}

#: Usual abbreviations that CLDR has not: language -> (months, weekdays).
ADDED: dict[str, tuple[dict[int, str], str]] = {
    "de": ({3: "Mrz"}, ""),
    "en": ({}, "Tues Thur Thurs"),
}

_HEADER = """\
# What languages call months and weekdays: dates in front matter are read with them. They are
# compared without case, accents and dots. A date whose month has a name of two months is refused:
# listopada is October in Croatian, and November in Polish.
#
# Written by benchmarks/calendar_names.py from Unicode CLDR (Unicode License v3) as it is in
# Babel {version}. Add a language or an abbreviation there: its next run would undo an edit.
#
#   language: {{months: [names of January, ... December], weekdays: names}}
"""


def collect_names(locale: Locale, kind: str) -> dict[int, list[str]]:
    """Return the names of the months or days of a locale, by number, each once, in CLDR's order."""
    names: dict[int, list[str]] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in getattr(locale, kind)[context][width].items():
                # Catalan months come with their preposition: "de març", "d’abril".
                word = name.removeprefix("de ").removeprefix("d’").rstrip(".")
                if " " not in word and word not in names.setdefault(number, []):
                    names[number].append(word)
    return names


def format_language(code: str) -> str:
    """Return the lines of one language."""
    locale = Locale.parse(code)
    months, weekdays = collect_names(locale, "months"), collect_names(locale, "days")
    more_months, more_weekdays = ADDED.get(code, ({}, ""))
    by_month = (" ".join([*months[n], *more_months.get(n, "").split()]) for n in range(1, 13))
    days = [name for number in sorted(weekdays) for name in weekdays[number]]
    return (
        f"{LANGUAGES[code]}:\n  months: [{', '.join(by_month)}]\n"
        f"  weekdays: {' '.join([*days, *more_weekdays.split()])}\n"
    )


def main() -> None:
    """Write the file."""
    text = _HEADER.format(version=version("babel"))
    FILE.write_text(text + "".join(map(format_language, sorted(LANGUAGES))), "utf-8")
    print(f"wrote {FILE}: {len(LANGUAGES)} languages")


if __name__ == "__main__":
    main()
