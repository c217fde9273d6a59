import pytest

from kgraph.ingest.json_pointer import parse_pointer, pointer_token
from kgraph.ingest.yaml_positions import YamlLocator, find_fields

FRONT = """\
# a comment
title: 'A: talk'
"odd key": x
companies:
- name: Acme
  context: |
    name: it
- name: Bolt
  position: 007
tags:
  - a

  - b
summary:
  - overview: x
    themes:
      - y
text: |
  tags:
  - z
flow: [a, {b: c}]
- stray
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/title", (4, 1)),
        ("/odd key", (5, 1)),
        ("/companies", (6, 1)),
        ("/companies/0", (7, 1)),
        ("/companies/0/name", (7, 3)),
        ("/companies/0/context", (8, 3)),
        ("/companies/1/position", (11, 3)),
        ("/companies/2", (6, 1)),
        ("/tags/1", (15, 3)),
        ("/summary/0/themes/0", (19, 7)),
        ("/text", (20, 1)),
        ("/flow/1/b", (23, 1)),
        ("/none", (3, 1)),
    ],
)
def test_the_nearest_part_that_can_be_told_is_found(pointer, place):
    assert YamlLocator(FRONT, 3).position(pointer) == place


def test_fields_below_a_stray_entry_are_found():
    assert YamlLocator("- a\nb: 1\n", 2).position("/b") == (3, 1)


def test_scalars_are_found_as_they_are_spelled():
    layout = YamlLocator(FRONT.replace("- stray\n", ""), 3)
    assert layout.source_text("/companies/1/position") == "007"
    assert layout.source_text("/flow/1/b") == "c"
    assert layout.source_text("/companies/7/name") is None


def test_what_cannot_be_parsed_has_no_spelling():
    assert YamlLocator("a: b: c", 1).source_text("/a") is None


@pytest.mark.parametrize("step", ["plain", "a/b", "~", "~1", ""])
def test_steps_are_what_tokens_join(step):
    assert parse_pointer(pointer_token(step) + pointer_token(0)) == [step, "0"]


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("  b: 1", ["b"]),
        ("  b : 1", ["b"]),
        ("  'b: c': 1", ["b: c"]),
        ("  b:c: 1", ["b:c"]),
        ("  b:", ["b"]),
        ("x b: 1", []),
        ("   b: 1", []),
        ("  - b: 1", []),
        ("  # b: 1", []),
        ("  b", []),
        ("  {b: 1}", []),
        (f"  {'b' * 2000}: 1", []),
    ],
)
def test_a_key_stands_at_its_column_and_ends_in_a_colon(line, keys):
    assert [part.key for part in find_fields(["- a: 0", line], 0, 2, 2)] == ["a", *keys]
