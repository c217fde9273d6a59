import pytest

from kgraph.errors import DataError
from kgraph.model import Decision
from kgraph.resolve.judgements import Judgement, append, load, rulings

ACME = Decision("company", "acme", "Acme", 0.7, "known")


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
    ("judgement", "said"),
    [
        (Judgement("reject", ("Acme",)), ("noise", "Acme", "acme")),
        (Judgement("type", ("ACME",), type="product"), ("product", "Acme", "acme")),
        (Judgement("rename", ("Acme", "ACME Inc")), ("company", "ACME Inc", "acmeinc")),
        (Judgement("same", ("Bolt", "Acme")), ("company", "Bolt", "bolt")),
        (Judgement("reject", ("Other",)), ("company", "Acme", "acme")),
    ],
)
def test_a_judgement_changes_the_decision(judgement, said):
    found = rulings([judgement]).apply(("acme",), ACME)
    assert (found.type, found.label, found.key) == said


def test_accepting_brings_a_rejected_name_back():
    rejected = Decision("noise", "monday", "Monday", 0.9, "function-words")
    found = rulings([Judgement("accept", ("Monday",), type="company")]).apply((), rejected)
    assert (found.type, found.label, found.confidence, found.rule) == (
        "company", "Monday", 1.0, "judgement",
    )  # fmt: skip


@pytest.mark.parametrize(
    "pair",
    [
        (Judgement("same", ("A", "B"), line=1), Judgement("different", ("A", "B"), line=7)),
        (Judgement("different", ("A", "B"), line=1), Judgement("same", ("B", "A"), line=7)),
        (Judgement("reject", ("A",), line=1), Judgement("accept", ("a",), line=7)),
        (
            Judgement("type", ("A",), type="person", line=1),
            Judgement("type", ("A",), type="place", line=7),
        ),
        (Judgement("rename", ("A", "B"), line=1), Judgement("rename", ("A", "C"), line=7)),
    ],
)
def test_contradictions_name_both_lines(pair):
    with pytest.raises(DataError) as caught:
        rulings(pair, "j.yaml")
    assert {"1", "7"} <= set(str(caught.value).replace(":", " ").split())


def test_old_identifiers_lead_to_new_ones_over_several_renamings():
    found = rulings([Judgement("rename", ("A", "B")), Judgement("rename", ("B", "C"))]).replaced
    assert (found["company/a"], found["company/b"]) == ("company/c", "company/c")
