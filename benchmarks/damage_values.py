"""Kinds of damage to values that are read in many spellings: texts as rows, durations, dates.

Takes the text of a healthy file, gives it with such a field as its last one, or with the
mappings of its lists written as texts.
"""

from __future__ import annotations

import re
from random import Random

from editing import append_field

_LISTS = ("companies", "quotes", "topics", "tags", "insights", "actionable_items")
_ROW = re.compile(r"^([ ]*-[ ]+)(?:name|text|topic|tag|action):[ ]+", re.MULTILINE)


def write_rows_as_texts(rng: Random, text: str) -> str:
    if rng.random() < 0.3:
        return _ROW.sub(lambda row: row[1] if rng.random() < 0.5 else row[0], text)
    names = rng.choice((3, 300, 20_000, 20_001))
    value = rng.choice(
        (
            "Acme, Bolt and Cog, Inc.",
            "'Acme, Inc., Bolt; Cog'",
            "|\n  Acme\n  - Bolt, Cog\n\n  * Dot",
            ">\n  Acme,\n  Bolt,\n  and Cog",
            "'; ; '",
            "','",
            "' '",
            '"\\n- \\n"',
            '"Acme\\r\\nBolt\\u2028Cog"',
            "[[Acme]], [Bolt](https://bolt.example)",
            '"[[Acme]], [Bolt](https://bolt.example), **Cog**"',
            "\n- Acme, Bolt\n- '[[Cog]]'\n- ''\n- ~\n- 7\n- true\n- [[Dot]]",
            "{name: Acme, text: Bolt, topic: Cog, tag: Dot, action: 007}",
            "{name: , text: ' ', topic: ~}",
            "{nothing: known}",
            "7",
            "true",
            "Acme, " * names + "Bolt",
            "'" + "," * names + "'",
            "|\n" + "  - Acme;\n" * names,
            "well " * names,
            "[" + "Acme, " * names + "]",
        )
    )
    return append_field(text, f"{rng.choice(_LISTS)}: {value}")


def spell_durations(rng: Random, text: str) -> str:
    digits = "7" * rng.choice((5, 9, 400, 4_001, 60_000))
    blanks = " " * rng.choice((5, 4_000, 60_000))
    value = rng.choice(
        (
            "1:02:51", "'45:12'", "1:75", "999:59:59", "9999:59", ":30", "1:02:51.5",
            "PT52M27S", "pt1h", "P", "PT", "P1M", "P9D", "P0.5D", "-PT5M", "PT999999H",
            "1h 2m", "52 min", "1 hour, 2 minutes and 3 secs.", "2 weeks", "an hour", "52 min 1 h",
            "1440", "1441", "604800", "604801", "-1", "0", "0.5", "1e3", "1e400", "-0.0", ".nan",
            ".inf", "'52'", "'1e400'", "0x34", "0o64", "1_000", "٥٢", "'1:٠٢'", "[52]", "{m: 52}",
            digits, f"'{digits}'", f"{digits}:30", f"PT{digits}M", f"{digits} min", f"0.{digits}",
            f"'{blanks}52 min{blanks}x'", f"'1h{blanks}2m'", "'" + "1 h, " * 9_000 + "'",
        )
    )  # fmt: skip
    name = rng.choice(("duration", "duration", "duration_seconds"))
    return append_field(text, f"{name}: {value}")


def spell_dates(rng: Random, text: str) -> str:
    digits = "7" * rng.choice((5, 10, 13, 400, 4_001, 60_000))
    blanks = " " * rng.choice((5, 4_000, 60_000))
    value = rng.choice(
        (
            "2025-09-01", "2025/9/1", "20250901", "20250901T101500Z", "20251301", "2025-02-30",
            "0000-01-01", "2025-09-01T24:00:00Z", "2025-09-01T10:15:60Z", "2025-09-01 10:15 +15:00",
            "2025-09-01T10:15:00.123456789+0530", "2025-09-01T10:15:00+05:75", "2025-09-01t10:15z",
            "1756723500", "1756723500000", "'1756723500'", "631151999", "4102444800", "-1", "1.5e9",
            "12 Oct 2025", "Sept. 5th, 2025 at 10:15", "Mon, 01 Sep 2025 10:15:00 GMT",
            "31 Feb 2025", "Okt 12 2025", "may 1, 2025", "01/02/2025", "'1.2.25'", "yesterday",
            "!!timestamp 2025-09-01", "٢٠٢٥-٠٩-٠١", "２０２５0901", "[2025, 9, 1]",
            digits, f"'{digits}'", f"{digits}-09-01", f"2025-09-01T10:15:00.{digits}Z",
            f"'2025-09-01{blanks}10:15{blanks}x'", f"'Mon,{blanks}1 Sep 2025{blanks}'",
            f"'1{blanks}Sep{blanks}2025'",
        )
    )  # fmt: skip
    return append_field(text, f"{rng.choice(('date', 'date', 'processing_date'))}: {value}")
