"""Kinds of damage to an episode file, each a function of a random source and a text.

Takes the text of a healthy file, gives it damaged, as text or as bytes. Each kind is one
function and one row of :data:`KINDS`. The same seed gives the same damage.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from random import Random

from editing import Damage, add_field, edit_lines, insert, move, rename_keys_to, set_values

# -- bytes and encodings -------------------------------------------------------


def flip_bits(rng: Random, text: str) -> bytes:
    raw = bytearray(text.encode())
    for _ in range(rng.randint(1, 8)):
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
    return bytes(raw)


def insert_bytes(rng: Random, text: str) -> bytes:
    raw = bytearray(text.encode())
    offset = rng.randrange(len(raw))
    raw[offset:offset] = rng.randbytes(rng.randint(1, 6))
    return bytes(raw)


def truncate(rng: Random, text: str) -> bytes:
    raw = text.encode()
    return raw[: rng.randrange(1, len(raw))]


def delete_span(rng: Random, text: str) -> str:
    offset = rng.randrange(len(text))
    return text[:offset] + text[offset + rng.randint(1, 2_000) :]


def encode_otherwise(rng: Random, text: str) -> bytes:
    return text.encode(
        rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1")), "replace"
    )


def add_mark(rng: Random, text: str) -> bytes:
    raw = text.encode()
    mark = rng.choice((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF8 * 2))
    offset = rng.choice((0, 4, rng.randrange(len(raw))))
    return raw[:offset] + mark + raw[offset:]


def break_lines_otherwise(rng: Random, text: str) -> bytes:
    sign = rng.choice(("\r\n", "\r", "\n\r", "\x85\n", "\u2028\n", "\x0b\n"))
    share = rng.choice((1.0, 0.1))
    lines = text.split("\n")
    return "".join(p + (sign if rng.random() < share else "\n") for p in lines).encode()


def decode_wrongly(rng: Random, text: str) -> str:
    offset = rng.randrange(len(text))
    span = text[offset : offset + 400]
    return text[:offset] + span.encode().decode("cp1252", "replace") + text[offset + 400 :]


# -- lines ---------------------------------------------------------------------


def change_indent(rng: Random, text: str) -> str:
    return edit_lines(rng, text, lambda line: " " * rng.randint(1, 5) + line.lstrip(" "))


def shift_block(rng: Random, text: str) -> str:
    lines = text.split("\n")
    start = rng.randrange(1, len(lines))
    for number in range(start, min(start + rng.randint(2, 20), len(lines))):
        lines[number] = " " * rng.randint(1, 2) + lines[number]
    return "\n".join(lines)


def indent_by_tab(rng: Random, text: str) -> str:
    return edit_lines(rng, text, lambda line: rng.choice(("\t", " \t", "  \t")) + line.lstrip(" "))


def duplicate_lines(rng: Random, text: str) -> str:
    return move(rng, text, times=rng.randint(2, 4), keep=True)


def remove_lines(rng: Random, text: str) -> str:
    return move(rng, text, times=0, keep=False)


def move_lines(rng: Random, text: str) -> str:
    return move(rng, text, times=1, keep=False)


def damage_fences(rng: Random, text: str) -> str:
    signs = ("--- ", "----", "--", "---x", "...", "", "+++", "--- # x", " ---", "---\n---")
    lines = text.split("\n")
    fences = [n for n, line in enumerate(lines) if line == "---"] or [0]
    lines[rng.choice(fences)] = rng.choice(signs)
    return "\n".join(lines)


def add_comment(rng: Random, text: str) -> str:
    return edit_lines(rng, text, lambda line: line + rng.choice((" # x", "# x", "\n# x", "\n #")))


# -- YAML ----------------------------------------------------------------------


def unbalance_quotes(rng: Random, text: str) -> str:
    if rng.random() < 0.5:
        return insert(rng, text, '"', "'", ' "', " '", '"\n')
    quotes = [n for n, char in enumerate(text) if char in "\"'"] or [0]
    offset = rng.choice(quotes)
    return text[:offset] + text[offset + 1 :]


def insert_indicators(rng: Random, text: str) -> str:
    return insert(rng, text, *"[]{},:#&*!|>%@`?-~\\", ": ", "- ", "? ", " #", ", ")


def nest_deeply(rng: Random, text: str) -> str:
    depth = rng.choice((5, 31, 32, 33, 63, 64, 65, 70, 200, 1_500))
    nest = rng.choice(
        (
            "[" * depth + "]" * depth,
            "{a: " * depth + "}" * depth,
            "[{a: " * depth + "}]" * depth,
            "[a, " * depth + "]" * depth,
            "\n  " + "- " * depth + "b",
            "\n" + "".join(" " * n + "a:\n" for n in range(1, depth)),
            "[" * depth,
        )
    )
    return add_field(rng, text, f"nest: {nest}") if rng.random() < 0.7 else insert(rng, text, nest)


def nest_keys(rng: Random, text: str) -> str:
    depth = rng.choice((1, 2, 8, 40, 60, 300))
    keys = ("? " * depth + "x", "{" * depth + "x" + "}" * depth, "? [a, {b: c}]\n: d", "[a, b]: c")
    field = rng.choice(
        (*keys, "? |\n  a\n: b", "{{ page.title }}", "? a", "x: {[a]: b, {c: d}: e}")
    )
    where = rng.choice(("", "deep: ", "deep:\n  "))
    return add_field(rng, text, where + field)


def rename_keys(rng: Random, text: str) -> str:
    return rename_keys_to(rng, text, "title", "companies", "name", "x", "Title", "text", "topics")


def spell_keys_as_values(rng: Random, text: str) -> str:
    keys = ("~", "1.50", "null", "true", "0x1F", "012", ".inf", "", "1e3", "'a'", '"b"', "yes")
    if rng.random() < 0.5:
        return rename_keys_to(rng, text, *keys)
    pairs = ", ".join(f"{rng.choice(keys)} : {n}" for n in range(2))
    return add_field(rng, text, f"mood: {{{pairs}}}")


def replace_values(rng: Random, text: str) -> str:
    values = ("7", "-1", "true", "~", "[a, b]", "{a: b}", "2025-02-30", "", "1e400", ".nan", '""')
    return set_values(rng, text, *values, "high", "12:30", "0o17", "[[a], {b: 1}]", "a: b", "7.5")


def insert_numbers(rng: Random, text: str) -> str:
    digits = rng.choice((20, 400, 4_000, 4_001, 5_000, 60_000))
    number = rng.choice(
        ("7" * digits, "-" + "7" * digits, "0." + "7" * digits, "0x" + "f" * digits)
    )
    return set_values(rng, text, number, f"{number}e5", f"[{number}]", f"1_{number}")


def add_anchors(rng: Random, text: str) -> str:
    field = rng.choice(
        (
            "a: &x [1, two]\nb: *x",
            "a: &x {b: *x}",
            "a: *nothing",
            "&k key: v\nb: *k",
            "a: &x y\n*x : z",
            "a: &x " + "y" * 50_000 + "\nb: [" + "*x, " * 900 + "]",
            "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*a, *a, *a]\n" for n in "bcdefghi") + "j: *i",
            "".join(f"n{i}: &n{i} [{'[' * 9}*n{i - 1}{']' * 9}]\n" for i in range(1, 12)),
        )
    )
    return (
        insert(rng, text, "&a ", "*a ", "&a") if rng.random() < 0.3 else add_field(rng, text, field)
    )


def add_merge_keys(rng: Random, text: str) -> str:
    field = rng.choice(
        ("<<: {title: Other}", "<<: [{a: 1}, {a: 2, b: 3}]", "<<: 5", "b: &b {c: 1}\nd:\n  <<: *b")
    )
    return add_field(rng, text, field)


def add_tags(rng: Random, text: str) -> str:
    tags = ("!!str ", "!!int ", "!x ", "! ", "!!binary ", "!!set ", "!!python/object:os.system ")
    return edit_lines(rng, text, lambda line: line.replace(": ", f": {rng.choice(tags)}", 1))


def add_directives(rng: Random, text: str) -> str:
    head = rng.choice(("%YAML 1.1\n---\n", "%TAG ! x:\n", "%TAG !a! b\n" * 80, "%FOO\n--- "))
    return text[:4] + head + text[4:]


def add_document_marks(rng: Random, text: str) -> str:
    return edit_lines(
        rng, text, lambda line: rng.choice(("--- ", "...", "--- a", "...\n---x")) + "\n" + line
    )


def insert_controls(rng: Random, text: str) -> str:
    return insert(
        rng, text, *"\x00\x01\x07\x0b\x0c\x1b\x7f\x85\u2028\u2029\ufeff\ufffe\uffff\u202e"
    )


def insert_escapes(rng: Random, text: str) -> str:
    escapes = (r"\ud83d\ude00", r"\ud83d", r"\U00100041", r"\U0010d83d", r"\x41", r"\q", r"\N")
    escape = rng.choice((*escapes, r"\U000fd83d", r"\\ud83d", r"\UFFFFFFFF", r"\u2028", "\\"))
    odd = rng.choice(("", "\u2028", "\x01", "\U00100041", "\U0010d83d"))
    values = (f'"{escape}{odd}"', f"'{escape}{odd}'", f"{escape}{odd}")
    return set_values(rng, text, *values)


def use_flow_style(rng: Random, text: str) -> str:
    field = rng.choice(
        (
            "companies: [{name: Acme, confidence: high}, {name: 'Bolt'}, Cog]",
            "quotes: [{text: 'a, b', topics: [x, y]}, {text: }]",
            "tags: [a, b, [c], {d: e}, ]",
            "mood: {a, b: c, 'd':e, \"f\":g}",
            "topics: [topic: ai, topic: b]",
            "tags: [a,\n b\n, c",
            "mood: [a]b",
        )
    )
    return add_field(rng, text, field)


def use_block_scalars(rng: Random, text: str) -> str:
    headers = ("|", ">", "|-", ">+", "|2", ">9", "| # x", "|x", "|\n", ">\n\n")
    bodies = ("\n  a\n  b", "\n    a\n   b", "\n  a: b\n\n  - c", "", "\n\n\n   a", "\n  # a")
    return set_values(rng, text, *(header + rng.choice(bodies) for header in headers))


def repeat_keys(rng: Random, text: str) -> str:
    return add_field(
        rng, text, rng.choice(("title: Again", "companies: []", "'title': x", "a: {b: 1, b: 2}"))
    )


def lengthen(rng: Random, text: str) -> str:
    entries = rng.choice((1_000, 19_999, 20_000, 20_001, 20_500))
    field = rng.choice(
        (
            "moods:\n" + "- a\n" * entries,
            "moods: [" + "a, " * entries + "]",
            "tags:\n" + "- a\n" * entries,
            "key_takeaways: [" + "a, " * entries + "]",
            "long: " + "word " * entries,
            "k" * 2_000 + ": a",
            "? " + "k" * 2_000 + "\n: {b: 1, b: 2}",
        )
    )
    return add_field(rng, text, field.rstrip("\n"))


def shape_rows_otherwise(rng: Random, text: str) -> str:
    return edit_lines(
        rng,
        text,
        lambda line: rng.choice(("- 7", "-", "- [a]", "- ~", "- {}", "- a: b", "- - a", "name: x")),
    )


KINDS: Sequence[Damage] = (
    flip_bits, insert_bytes, truncate, delete_span, encode_otherwise, add_mark,
    break_lines_otherwise, decode_wrongly, change_indent, shift_block, indent_by_tab,
    duplicate_lines, remove_lines, move_lines, damage_fences, add_comment, unbalance_quotes,
    insert_indicators, nest_deeply, nest_keys, rename_keys, spell_keys_as_values,
    replace_values, insert_numbers, add_anchors, add_merge_keys, add_tags, add_directives,
    add_document_marks, insert_controls, insert_escapes, use_flow_style, use_block_scalars,
    repeat_keys, lengthen, shape_rows_otherwise,
)  # fmt: skip
"""All kinds of damage."""


def damage(rng: Random, text: str, kind: Damage) -> bytes:
    """The bytes of a file with one kind of damage, and now and then with a second one."""
    damaged = kind(rng, text)
    if isinstance(damaged, str) and rng.random() < 0.25:
        damaged = rng.choice(KINDS)(rng, damaged or "---\n")
    return damaged.encode("utf-8", "surrogatepass") if isinstance(damaged, str) else damaged
