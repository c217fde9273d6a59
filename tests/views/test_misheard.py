"""A name is offered as another one, misheard, where sound, description and cooccurrence say so."""

import shlex
from types import SimpleNamespace

import msgspec
import pytest
from reviewed import graph

from kgraph.cli.review import MISHEARD_COLUMNS, format_case
from kgraph.judging.review import build_review_queue
from kgraph.judging.review_queue import tabulate_cases
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.views.misheard import find_misheard

CHAIN = "a fast chain for payments in shops"
COMPANY = [("company", name, name, 0.9) for name in ("Maple Works", "Quarry Bank")]


def known(label, context=CHAIN, type_="crypto"):
    return (type_, label, label, 0.9, "known", context)


def unknown(label, context=CHAIN, type_="crypto"):
    return (type_, label, label, 0.9, "itself", context)


def corpus(name, company=COMPANY, rows=2):
    """Four episodes on Suvi, some on a name, and forty-eight on one of 24 other things each."""
    others = [
        [
            known(f"Thing {chr(97 + n % 24)}", f"topic{n % 24} word{n % 24}"),
            ("company", f"Firm {n % 24}", f"Firm {n % 24}", 0.9),
        ]
        for n in range(48)
    ]
    return graph(*[[known("Suvi"), *COMPANY]] * 4, *[[name, *company]] * rows, *others)


def offered(made, **options):
    return list(build_review_queue(made, misheard=True, **options))


def test_a_name_is_offered_beside_what_it_probably_is():
    (case,) = offered(corpus(unknown("Swavy")))
    guess = case.misheard
    assert (guess.name, guess.id, guess.label, guess.type, guess.episodes, guess.spelling) == (
        *("Swavy", "crypto/suvi", "Suvi", "crypto", 4, "Suvi"),
    )
    assert (guess.cooccurrence, guess.beside) == (1.0, ("Maple Works", "Quarry Bank"))
    assert (guess.said, guess.known) == (CHAIN, CHAIN)
    assert case.wrong == case.pays == pytest.approx(2 * guess.evidence)


def test_a_sure_name_that_is_probably_misheard_is_worth_a_card():
    sure = ("crypto", "Swavy", "Swavy", 0.99, "itself", CHAIN)
    queue = build_review_queue(corpus(sure))
    assert [case.name for case in queue if case.misheard] == ["Swavy"]


def test_the_command_judges_both_to_be_the_same():
    (case,) = offered(corpus(unknown("Swavy")))
    words = shlex.split(case.misheard.command)
    assert words == ["kgraph", "judge", "same", "crypto/suvi", "Swavy"]
    table = build_judgement_table([make_judgement(words[2], words[3:])])
    assert (table.labels, table.types) == ({"swavy": "crypto/suvi"}, {"swavy": "crypto"})
    table = tabulate_cases([case])
    (row,) = table.rows
    guess = case.misheard
    cells = ("crypto/suvi", round(guess.evidence, 2), guess.command)
    assert table.columns[-3:] == MISHEARD_COLUMNS[-3:] == ("misheard", "evidence", "suggestion")
    assert row[-3:] == cells


def test_a_card_has_the_evidence_and_the_answer():
    (case,) = offered(corpus(unknown("Swavy")))
    lines = list(format_case(case, "1/1"))
    assert lines[-5:-1] == [
        "  probably Suvi, misheard (crypto, 4 episodes): sounds like Suvi, "
        f"evidence {case.misheard.evidence:.2f}; beside both: Maple Works, Quarry Bank",
        f"    Swavy is described as: {CHAIN}",
        f"    Suvi is described as: {CHAIN}",
        "    to judge: same crypto/suvi, or different crypto/suvi; "
        "later: kgraph judge same crypto/suvi Swavy",
    ]


@pytest.mark.parametrize(
    "made",
    [
        corpus(unknown("Brumal")),
        corpus(unknown("Swavy", "topic3 word3")),
        corpus(unknown("Swavy"), [("company", "Firm 2", "Firm 2", 0.9)]),
        corpus(unknown("Swavy"), rows=1),
        corpus(known("Swavy")),
        corpus(unknown("Suvi Labs")),
        corpus(unknown("Suvi 2")),
        corpus(unknown("Swavy", "")),
    ],
    ids=[
        *("other sound", "other description", "other company", "one episode", "known name"),
        *("longer name", "another version", "not described"),
    ],
)
def test_without_one_of_them_nothing_is_offered(made):
    assert offered(made) == []


@pytest.mark.parametrize("end", ["crypto/suvi", "suvi"])
def test_what_a_person_judged_is_not_offered_again(end):
    made = corpus(unknown("Swavy"))
    assert offered(made, different_pairs={("swavy", end)}) == []
    assert offered(made, settled_keys={"swavy"}) == []


def test_another_type_is_half_the_evidence():
    (case,) = offered(corpus(unknown("Swavy")))
    (other,) = offered(corpus(unknown("Swavy", type_="company")))
    assert other.misheard.evidence == pytest.approx(case.misheard.evidence / 2)


@pytest.mark.parametrize("name", ["\x1b[31mSwavy", "</b>Swavy", "Swavy\n", "Swavy'; rm -rf x"])
def test_hostile_names_are_quoted(name):
    for case in offered(corpus(unknown(name))):
        assert shlex.split(case.misheard.command)[-1] == case.misheard.name


def test_a_name_that_begins_like_an_option_is_judged_as_a_name():
    (case,) = offered(corpus(unknown("Swavy")))
    guess = msgspec.structs.replace(case.misheard, name="-Swavy")
    assert guess.command == f"kgraph judge same -- {guess.id} -Swavy"


def test_a_suspicion_is_the_one_that_the_review_offers_and_nobody_denied():
    made = corpus(unknown("Swavy"))
    store = SimpleNamespace(graph=made)
    opened = SimpleNamespace(shared=made.shared, store=store)
    swavy, suvi, maple = map(
        made.shared.entities.get, ("crypto/swavy", "crypto/suvi", "company/mapleworks")
    )
    assert find_misheard(opened, swavy).id == "crypto/suvi"
    assert find_misheard(opened, swavy, among=[suvi]).id == "crypto/suvi"
    assert find_misheard(opened, swavy, among=[maple]) is None
    assert find_misheard(opened, suvi, among=[swavy]) is None
    table = build_judgement_table([make_judgement("different", ["Swavy", "Suvi"])])
    assert find_misheard(opened, swavy, table.different_pairs) is None
