"""Damage to front matter in TOML and in JSON.

Takes the text of a healthy file, whose front matter is YAML, gives the same fields in
another format, damaged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from random import Random
from typing import Any

import yaml
from editing import find_end, insert

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_toml(rng: Random, text: str) -> str:
    front, body = _convert(text, partial(_as_toml, with_tables=rng.random() < 0.5))
    document = f"+++\n{front}\n+++{body}"
    digits = "7" * rng.choice((20, 4_001, 60_000))
    depth = rng.choice((31, 63, 64, 65, 300, 3_000))
    field = rng.choice(
        (
            f"mood = {digits}", f"duration = {digits}", f"mood = 0.{digits}", "duration = inf",
            "mood = 1e400", "mood = [1979-05-27T07:32:00Z, 1979-05-27, 07:32:00]", "mood = nan",
            "date = 1979-05-27 07:32:00", "duration = 07:32:00", "date = 2025-02-30",
            f"mood = {'[' * depth}{']' * depth}", f"mood = {'{a = ' * depth}1{'}' * depth}",
            f"{'a.' * depth}b = 1", f"[{'a.' * depth}b]", f"{'[[a]]' * depth}", "a.'b.c'.\"d\" = 1",
            "title = 'Again'", "[title]", "[[companies]]\nname = 'Acme'", "[companies]\nname = 'A'",
            "companies = 'Acme, Bolt'", "quotes = [['a'], {text = 'b'}, 'c', 7, {}]", "tags = [7]",
            'mood = """a\n+++\n"""', "mood = '''\n[a]\nb = 1", 'mood = "\\ud83d"', 'mood = "\\q"',
            'mood = "\\U00110000"', "mood = yes", "mood =", "= 1", "'' = 1", "mood: 1", "# \x00",
            "companies = [" + "{name = 'Acme'}, " * rng.choice((10, 20_001)) + "]",
            "mood = [" + "[1], " * rng.choice((10, 20_001)) + "]",
        )
    )  # fmt: skip
    return _damage(rng, document, f"{field}\n", *"[]{}=\"'#.,\r\t\0-", '"""', "\n[a]\n", "\n+++\n")


def write_json(rng: Random, text: str) -> str:
    is_ascii, indent = rng.random() < 0.5, rng.choice((None, 0, 1))
    front, body = _convert(
        text, partial(json.dumps, ensure_ascii=is_ascii, indent=indent, default=str)
    )
    digits = "7" * rng.choice((20, 4_001, 60_000))
    depth = rng.choice((31, 62, 63, 64, 65, 300, 3_000))
    field = rng.choice(
        (
            f'"mood": {digits}', f'"duration": {digits}', f'"mood": -{digits}', '"mood": -Infinity',
            f'"mood": 0.{digits}', '"mood": 1e400', '"mood": NaN', '"mood": 1e-400', '"mood": 007',
            f'"mood": {"[" * depth}{"]" * depth}', f'"mood": {"[" * depth}',
            f'"mood": {"{" + chr(34) + "a" + chr(34) + ":"}' * depth + "1" + "}" * depth,
            '"title": "Again"', '"mood": {"a": 1, "a": 2}', '"": {"": [null]}', '"mood": "\\ud83d"',
            '"\\ud83d": 1', '"mood": "\\q"', '"mood": "\t\x01"', "'mood': 1", "mood: 1", "// x",
            '"companies": "Acme, Bolt"', '"quotes": [["a"], {"text": "b"}, "c", 7, {}, null]',
            '"companies": {"name": 1.50}', '"duration": "PT52M"', '"date": 1756723500', '"mood"',
            '"companies": [' + '{"name": "Acme"}, ' * rng.choice((10, 20_001)) + '"Bolt"]',
            '"mood": [' + "[1], " * rng.choice((10, 20_001)) + "2]",
        )
    )  # fmt: skip
    offset = rng.choice((1, len(front) - 1))
    front = front[:offset] + (f"\n{field},\n" if offset == 1 else f",\n{field}\n") + front[offset:]
    fence = rng.choice(("", "", ";;;", "---"))
    if fence == ";;;" and rng.random() < 0.5:
        front = front[1:-1]
    document = f"{fence}\n{front}\n{fence}{body}" if fence else f"{front}\n{body}"
    return _damage(
        rng, document, "", *"[]{}:,\"\\'#\r\0-", "\n}\n", "null", "/**/", "\n---\n", "\n;;;"
    )


def _damage(rng: Random, text: str, field: str, *pieces: str) -> str:
    """The text with a field behind its first line, with pieces in it, with both or cut off."""
    first = text.find("\n") + 1
    offset = first if rng.random() < 0.5 else find_end(text) + 1
    text = text[:offset] + field + text[offset:]
    if rng.random() < 0.3:
        text = insert(rng, text, *pieces)
    return text[: rng.randrange(len(text))] if rng.random() < 0.1 else text


def _convert(text: str, form: Callable[[dict[str, Any]], str]) -> tuple[str, str]:
    """The fields of the front matter in another form, and what stands behind its fence.

    Fields that were damaged before, such that they have no other form, give a few others.
    """
    end = find_end(text)
    try:
        value = yaml.load(text[4:end], Loader=yaml.CSafeLoader)
        front = form({str(name): item for name, item in value.items()})
    except (ValueError, yaml.YAMLError, RecursionError, TypeError, KeyError, AttributeError):
        front = form({"title": "A talk", "companies": ["Acme"]})
    return front, text[end + 4 :]


def _as_toml(fields: dict[str, Any], *, with_tables: bool) -> str:
    lines, tables = [], []
    for name, value in fields.items():
        is_table = value and isinstance(value, list) and all(isinstance(v, dict) for v in value)
        if with_tables and is_table:
            for row in value:
                pairs = [f"{_key(key)} = {_toml(v)}" for key, v in row.items() if v is not None]
                tables.append("\n".join((f"[[{_key(name)}]]", *pairs)))
        elif value is not None:
            lines.append(f"{_key(name)} = {_toml(value)}")
    return "\n".join(lines + tables)


def _key(name: object) -> str:
    return str(name) if _BARE.fullmatch(str(name)) else _toml(str(name))


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value if v is not None) + "]"
    if isinstance(value, dict):
        pairs = (f"{_key(key)} = {_toml(v)}" for key, v in value.items() if v is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bool, int, float)):
        return str(value).lower()
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
