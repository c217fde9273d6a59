"""The file of judgements: read with its lines, added to at its end, never else changed."""

import pytest

from kgraph.errors import DataError
from kgraph.resolve.judgementfile import append, load
from kgraph.resolve.judgements import Judgement


def test_what_is_appended_is_read_back_with_its_line(tmp_path):
    path = tmp_path / "judgements.yaml"
    path.write_text("# ours\n", "utf-8")
    first = Judgement("reject", ("Moreover",), by="ann", why="no: name", date="2025-01-31")
    append(path, first)
    append(path, Judgement("type", ("Acme",), type="product"))
    found = load(path)
    assert [(one.verb, one.names, one.line) for one in found] == [
        ("reject", ("Moreover",), 2),
        ("type", ("Acme",), 3),
    ]
    assert found[0].why == "no: name"
    assert path.read_text("utf-8").startswith("# ours\n")


def test_no_file_means_no_judgements(tmp_path):
    assert load(tmp_path / "none.yaml") == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            Judgement("reject", ("Acme",)),
            Judgement("accept", ("Acme",)),
            "accept Acme contradicts line 1: reject Acme",
        ),
        (
            Judgement("same", ("A", "B")),
            Judgement("different", ("A", "B")),
            "different A, B contradicts line 1: same A, B",
        ),
    ],
)
def test_what_contradicts_a_line_is_not_added(tmp_path, old, new, said):
    path = tmp_path / "judgements.yaml"
    append(path, old)
    before = path.read_bytes()
    with pytest.raises(DataError) as caught:
        append(path, new)
    assert str(caught.value) == f"{path}: {said}: delete that line first"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {verb: praise, names: [A]}", ":1: praise: no such verb; choose one of same, different"),
        ("# ours\n- {verb: same, names: [A]}", ":2: same: needs 2 names: add one"),
        ("- {verb: type, names: [A]}", ":1: type: needs a type, one of company"),
        ("- {verb: rename, names: [A, B, C]}", ":1: rename: takes two names, the old one and"),
        ("- {verb: reject, names: [A], type: company}", ":1: reject: takes no type: leave compa"),
        ("verb: reject", ":1: expected a list of judgements: start each with '- '"),
        ("- {verb: [", ": it must be a YAML list of judgements"),
    ],
)
def test_what_is_no_judgement_is_said_with_its_line(tmp_path, text, words):
    path = tmp_path / "judgements.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        load(path)
    assert words in str(caught.value)


@pytest.mark.parametrize("last", ["# é", "# ours", "# ours\n"])
def test_a_line_is_added_whatever_the_file_ends_with(tmp_path, last):
    path = tmp_path / "judgements.yaml"
    path.write_text(last, "utf-8")
    append(path, Judgement("reject", ("Ünd",)))
    assert path.read_text("utf-8").startswith(last.rstrip() + "\n- ")
    assert [one.names for one in load(path)] == [("Ünd",)]
