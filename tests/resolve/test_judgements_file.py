"""The file of judgements: read with its lines, added to at its end, never else changed."""

import os

import pytest

from kgraph.base.errors import DataError, InputError
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements, remove_judgements


def test_an_appended_judgement_is_loaded_with_its_line(tmp_path):
    path = tmp_path / "judgements.yaml"
    path.write_text("# ours\n", "utf-8")
    first = Judgement("reject", ("Moreover",), by="ann", why="no: name", date="2025-01-31")
    append_judgements(path, [first])
    append_judgements(path, [Judgement("type", ("Acme",), type="product")])
    loaded = load_judgements(path)
    assert [(judgement.verb, judgement.names, judgement.line) for judgement in loaded] == [
        ("reject", ("Moreover",), 2),
        ("type", ("Acme",), 3),
    ]
    assert loaded[0].why == "no: name"
    assert path.read_text("utf-8").startswith("# ours\n")


def test_no_file_means_no_judgements(tmp_path):
    assert load_judgements(tmp_path / "none.yaml") == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "judgements.yaml"
    os.mkfifo(path)
    message = "judgements.yaml: not a regular file: name another, or remove it"
    with pytest.raises(DataError, match=message):
        load_judgements(path)
    with pytest.raises(DataError, match=message):
        append_judgements(path, [Judgement("reject", ("Acme",))])


@pytest.mark.parametrize(
    ("old", "new", "message"),
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
def test_a_contradicting_judgement_is_not_appended(tmp_path, old, new, message):
    path = tmp_path / "judgements.yaml"
    append_judgements(path, [old])
    before = path.read_bytes()
    with pytest.raises(DataError) as caught:
        append_judgements(path, [new])
    assert str(caught.value) == (
        f"{path}: {message}: remove that with `kgraph judge --undo 1 --judgements {path}` first"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {verb: praise, names: [A]}", ":1: praise: no such verb; choose one of same, different"),
        ("# ours\n- {verb: same, names: [A]}", ":2: same: needs 2 names: add one"),
        ("- {verb: type, names: [A]}", ":1: type: needs a type, one of company"),
        (
            "- {verb: type, names: [A, Crypto]}",
            ":1: type: needs a type: crypto is read as a name: write --type crypto, or in a ",
        ),
        ("- {verb: type, names: [Crypto]}", ":1: type: needs a type, one of company"),
        ("- {verb: rename, names: [A, B, C]}", ":1: rename: takes two names, the old one and"),
        ("- {verb: reject, names: [A], type: company}", ":1: reject: takes no type: remove comp"),
        ("verb: reject", ":1: expected a list of judgements: start each with '- '"),
        (
            "- {verb: [",
            ":2:1: while parsing a flow node of line 2, did not find expected node content",
        ),
        ("- {verb: reject, names: [A], date: 2025-13-01}", ":1:3: month must be in 1..12"),
    ],
)
def test_invalid_judgements_are_reported_with_their_lines(tmp_path, text, message):
    path = tmp_path / "judgements.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        load_judgements(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("judgement", "message"),
    [
        (Judgement("reject", ("Acme",), by="caf\udce9"), "reject: caf\ufffd: not UTF-8: encode it"),
        (Judgement("reject", ("Acme",), by=5), "reject: by 5: not a text: put it in quotes"),
        (Judgement("frob", ("Acme",)), "frob: no such verb; choose one of same, different"),
        (Judgement("reject", ()), "reject: needs 1 name: add one"),
        (Judgement("reject", 5), "reject: names must be a list of texts"),
        ("junk", "'junk': expected a verb and names: write {verb: reject, names: [NAME]}"),
    ],
)
def test_only_valid_judgements_are_appended(tmp_path, judgement, message):
    path = tmp_path / "judgements.yaml"
    with pytest.raises(InputError) as caught:
        append_judgements(path, [Judgement("reject", ("Visa",)), judgement])
    assert str(caught.value).startswith(f"judge {message}")
    assert not path.exists()


@pytest.mark.parametrize("last", ["# é", "# ours", "# ours\n"])
def test_a_line_is_appended_after_any_end_of_file(tmp_path, last):
    path = tmp_path / "judgements.yaml"
    path.write_text(last, "utf-8")
    append_judgements(path, [Judgement("reject", ("Ünd",))])
    assert path.read_text("utf-8").startswith(last.rstrip() + "\n- ")
    assert [judgement.names for judgement in load_judgements(path)] == [("Ünd",)]


@pytest.mark.parametrize("text", ["[]\n", "  - {verb: reject, names: [A]}\n", "---\n...\n"])
def test_a_file_that_cannot_be_extended_stays_unchanged(tmp_path, text):
    path = tmp_path / "judgements.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError):
        append_judgements(path, [Judgement("reject", ("B",))])
    assert path.read_text("utf-8") == text


FORM = "write each judgement as - {verb: reject, names: [NAME]}, names with commas in quotes"
VALUES = "write a date as 2025-10-31, and values without tags"
NO_JUDGEMENTS = (
    (
        b"- a\n---\n- b\n",
        "2:1",
        "expected a single document in the stream of line 1, but found another document",
    ),
    (
        b"# x\n- {verb: !foo x}\n",
        "2:10",
        "could not determine a constructor for the tag '!foo'",
    ),
    (b"- {[a]: b}\n", "1:4", "while constructing a mapping of line 1, found unhashable key"),
)
NO_VALUES = (
    (b"- !!bool x\n", "1:3", "a value is not what its tag says"),
    (b"- !!timestamp x\n", "1:3", "a value is not what its tag says"),
)


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (
            b"- {verb: reject, names: [OpenAI]\n  - x\n",
            "2:3",
            f"while parsing a flow mapping of line 1, did not find expected ',' or '}}': {FORM}",
        ),
        (b"# \xc3\xa9\n- [\xc3\xa9\xff]\n", "2:5", "byte 0xff is not UTF-8: save it in UTF-8"),
        (
            "# é\n- [é\x07]\n".encode(),
            "2:5",
            "U+0007: control characters are not allowed: remove the character",
        ),
        (
            b"- {verb: reject, names: [*a]}\n",
            "1:26",
            f"found undefined alias: {FORM}",
        ),
        *((content, place, f"{words}: {FORM}") for content, place, words in NO_JUDGEMENTS),
        *((content, place, f"{words}: {VALUES}") for content, place, words in NO_VALUES),
    ],
)
def test_a_file_that_is_no_yaml_is_refused_with_line_and_column(tmp_path, content, place, words):
    path = tmp_path / "judgements.yaml"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_judgements(path)
    assert str(caught.value) == f"{path}:{place}: {words}"


FILE = """# ours, kept: é
- {verb: reject, names: [Moreover]}   # a verb

# the app, not the coin
- verb: type
  names:
  - Base
  type: product
  why: |
    an app

  # below
-
    verb: reject
    names: ["And - so"]
"""


@pytest.mark.parametrize(
    ("line", "removed", "left"),
    [
        (2, "reject Moreover", ("- {verb: reject, names: [Moreover]}   # a verb\n",)),
        (5, "type Base as product", (FILE[FILE.index("- verb") : FILE.index("\n  # below")],)),
        (14, "reject And - so", (FILE[FILE.index("-\n") :],)),
        (0, "reject And - so", (FILE[FILE.index("-\n") :],)),
    ],
)
@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_undo_removes_only_the_lines_of_the_judgement(tmp_path, line, removed, left, breaks):
    path = tmp_path / "judgements.yaml"
    path.write_bytes(FILE.replace("\n", breaks).encode())
    path.chmod(0o640)
    assert list(map(str, remove_judgements(path, [line]))) == [removed]
    [removed_lines] = left
    assert path.read_bytes() == FILE.replace(removed_lines, "").replace("\n", breaks).encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["judgements.yaml"]


def test_every_judgement_can_be_undone(tmp_path):
    path = tmp_path / "judgements.yaml"
    path.write_text("# ours")
    append_judgements(path, [Judgement("reject", ("A",))])
    append_judgements(path, [Judgement("reject", ("B",))])
    removed = [*remove_judgements(path), *remove_judgements(path)]
    assert [judgement.names for judgement in removed] == [("B",), ("A",)]
    assert path.read_text("utf-8") == "# ours\n"
    with pytest.raises(InputError, match="there is no judgement to undo"):
        remove_judgements(path)


def test_undo_refuses_a_line_on_which_no_judgement_begins(tmp_path):
    path = tmp_path / "judgements.yaml"
    path.write_text(FILE, "utf-8")
    with pytest.raises(InputError, match=r"judgements.yaml:3: no judgement begins on this line"):
        remove_judgements(path, [2, 3])
    assert path.read_text("utf-8") == FILE


def test_several_judgements_are_undone_at_once(tmp_path):
    path = tmp_path / "judgements.yaml"
    path.write_text(FILE, "utf-8")
    removed = remove_judgements(path, [14, 2, 0])
    assert list(map(str, removed)) == ["reject Moreover", "reject And - so"]
    assert [str(judgement) for judgement in load_judgements(path)] == ["type Base as product"]


@pytest.mark.parametrize(
    "text",
    [
        "[{verb: reject, names: [A]}, {verb: reject, names: [B]}]\n",
        "- &a {verb: reject, names: [A]}\n- *a\n",
    ],
)
def test_undo_refuses_a_judgement_that_shares_its_lines(tmp_path, text):
    path = tmp_path / "judgements.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match="delete it with an editor"):
        remove_judgements(path, [1])
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- reject", ":1: 'reject': expected a verb and names: write {verb: reject, names"),
        ("- {names: [A]}", ":1: no verb: no such verb; choose one of same"),
        ("- reject: Monday", ":1: reject: no field reject: write {verb: reject, names: [NAME]}"),
        ("- {verb: reject, names: A}", ":1: reject: names must be a list of texts"),
        ("- {verb: reject, names: [7]}", ":1: reject: names must be a list of texts"),
        ("- {verb: type, names: [A], type: robot}", ":1: type: type robot: no such type; choose"),
        ("- {verb: reject, names: [A], date: soon}", ":1: reject: date soon: not a date: write"),
        ("- {verb: reject, names: [A], by: 7}", ":1: reject: by 7: not a text: put it in quotes"),
        ("- {verb: reject, names: [A], hwy: x}", ":1: reject: no field hwy; choose among verb, "),
        ("- {verb: reject, names: [A], line: 3}", ":1: reject: no field line; choose among verb"),
    ],
)
def test_invalid_fields_are_reported_in_plain_words(tmp_path, text, message):
    path = tmp_path / "judgements.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        load_judgements(path)
    assert f"{path}{message}" in str(caught.value)
