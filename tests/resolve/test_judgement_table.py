import pytest
from msgspec.structs import replace

from kgraph.base.errors import DataError, InputError
from kgraph.base.model import Decision, Reason
from kgraph.resolve import judgement_table, unapplied
from kgraph.resolve.judged_entries import resolve_targets
from kgraph.resolve.judgement import Judgement, make_judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.renamed_ids import list_renamed_ids
from kgraph.resolve.unapplied import report_unapplied

ACME = Decision("company", "acme", "Acme", 0.7, "known")
JASMINE_IS_A_SHOW = Judgement("type", ("Jasmine",), "show")


@pytest.mark.parametrize(
    ("judgement", "expected"),
    [
        (Judgement("reject", ("Acme",)), ("noise", "Acme", "acme")),
        (Judgement("type", ("ACME",), type="product"), ("product", "Acme", "acme")),
        (Judgement("rename", ("Acme", "ACME Inc")), ("company", "ACME Inc", "acmeinc")),
        (Judgement("same", ("Bolt", "Acme")), ("company", "Bolt", "bolt")),
        (Judgement("reject", ("Other",)), ("company", "Acme", "acme")),
        (Judgement("accept", ("Acme",)), ("company", "Acme", "acme")),
        (Judgement("different", ("Acme", "Acme Bank")), ("company", "Acme", "acme")),
    ],
)
def test_a_judgement_changes_the_decision(judgement, expected):
    judged = build_judgement_table([judgement]).apply(("acme",), ACME)
    assert (judged.type, judged.label, judged.key) == expected


@pytest.mark.parametrize(
    ("type_", "judgements", "judged_type"),
    [
        ("person", [Judgement("rename", ("Kim", "Jasmine"))], "person"),
        ("person", [Judgement("rename", ("person/kim", "Jasmine"))], "person"),
        ("company", [Judgement("rename", ("Kim", "Jasmine"))], "crypto"),
        ("company", [Judgement("rename", ("company/kim", "Jasmine"))], "crypto"),
        ("person", [Judgement("same", ("Jasmine", "Kim"))], "crypto"),
        ("person", [Judgement("rename", ("Kim", "Jasmine"), "show")], "show"),
        *(
            ("person", [Judgement("rename", (kim, "Jasmine")), JASMINE_IS_A_SHOW], "show")
            for kim in ("Kim", "person/kim")
        ),
    ],
)
def test_a_person_stays_one_under_a_new_name_that_is_also_a_token(type_, judgements, judged_type):
    table = resolve_targets(
        build_judgement_table(judgements), {"jasmine": "crypto"}.get, lambda *entity: ""
    )
    judged = table.apply(("kim",), Decision(type_, "kim", "Kim", 0.7, "itself"))
    assert (judged.type, judged.label) == (judged_type, "Jasmine")
    assert list_renamed_ids(table)[f"{type_}/kim"] == f"{judged_type}/jasmine"


def test_accepting_brings_a_rejected_name_back():
    rejected = Decision("noise", "monday", "Monday", 0.9, "function-words")
    judged = build_judgement_table([Judgement("accept", ("Monday",), type="company")]).apply(
        ("monday",), rejected
    )
    assert (judged.type, judged.label, judged.confidence, judged.rule) == (
        "company", "Monday", 1.0, "judgement",
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["accept", "type"])
def test_an_accepted_name_is_spelled_as_in_its_judgement(verb):
    rejected = Decision("noise", "somonday", "So Monday", 0.9, "not-a-name")
    table = build_judgement_table([Judgement(verb, ("monday.com",), type="company")])
    judged = table.apply(("somonday", "mondaycom"), rejected)
    assert (judged.label, judged.key) == ("monday.com", "mondaycom")


def test_accepting_keeps_the_label_of_a_name_that_was_not_rejected():
    decision = Decision("company", "acme", "Acme", 0.4, "heard")
    assert (
        build_judgement_table([Judgement("accept", ("Akme",))]).apply(("akme",), decision).label
        == "Acme"
    )


@pytest.mark.parametrize(
    ("judgements", "outcome"),
    [
        ([Judgement("accept", ("Acme",), type="company")], ("company", "Acme")),
        ([Judgement("type", ("Acme",), type="product")], ("product", "Acme")),
        ([Judgement("rename", ("Acme", "ACME Inc"))], ("company", "ACME Inc")),
        (
            [
                Judgement("rename", ("Acme", "ACME Inc")),
                Judgement("type", ("ACME Inc",), type="show"),
            ],
            ("show", "ACME Inc"),
        ),
    ],
)
def test_rows_of_another_name_follow_the_entity_with_their_own_confidence(judgements, outcome):
    decision = Decision("company", "acme", "Acme", 0.4, "heard", (Reason("heard", "like it"),))
    judged = build_judgement_table(judgements).apply(("akme",), decision)
    assert ((judged.type, judged.label), judged.confidence, judged.rule) == (outcome, 0.4, "heard")
    assert judged.reasons[-1] == Reason("heard", "like it")
    assert len(judged.reasons) == (1 if outcome == ("company", "Acme") else 2)


@pytest.mark.parametrize(
    ("rule", "type_", "label"),
    [("heard", "product", "Akme"), ("heard", "company", "Acme"), ("known", "product", "Acme")],
)
def test_what_has_another_type_is_not_what_its_name_sounds_like(rule, type_, label):
    decision = Decision("company", "acme", "Acme", 0.8, rule)
    table = build_judgement_table([Judgement("type", ("Akme",), type=type_)])
    judged = table.apply(("akme",), decision)
    assert (judged.type, judged.label, judged.confidence) == (type_, label, 1.0)


def test_rows_of_another_name_are_rejected_with_the_entity():
    decision = Decision("company", "acme", "Acme", 0.4, "heard")
    judged = build_judgement_table([Judgement("reject", ("Acme",))]).apply(("akme",), decision)
    assert (judged.type, judged.confidence, judged.rule) == ("noise", 1.0, "judgement")


def test_an_accepted_name_follows_its_entity_to_a_new_name():
    decision = Decision("company", "acme", "Acme", 0.4, "heard")
    judgements = [Judgement("accept", ("Akme",)), Judgement("rename", ("Acme", "ACME Inc"))]
    judged = build_judgement_table(judgements).apply(("akme",), decision)
    assert (judged.label, judged.key, judged.confidence) == ("ACME Inc", "acmeinc", 1.0)


def test_a_name_that_is_the_same_as_an_entry_has_its_type():
    table = build_judgement_table(
        [Judgement("same", ("Acme", "Akme")), Judgement("same", ("New", "Old"))]
    )
    resolved = resolve_targets(table, {"acme": "company"}.get, lambda *entity: "")
    rejected = Decision("noise", "akme", "Akme", 0.9, "not-a-name")
    assert resolved.types == {"akme": "company"}
    assert resolved.apply(("akme",), rejected).type == "company"


def test_a_judged_type_overrules_the_type_of_an_entry():
    judgements = [
        Judgement("same", ("Acme", "Akme")),
        Judgement("same", ("Base", "Bass")),
        Judgement("type", ("Akme",), type="product"),
        Judgement("type", ("Base",), type="crypto"),
    ]
    table = build_judgement_table(judgements)
    types = {"acme": "company", "base": "company"}
    judged = resolve_targets(table, types.get, lambda *entity: "")
    assert judged.types == {"akme": "product", "base": "crypto", "bass": "crypto"}


def test_every_verb_but_different_decides_its_keys():
    judgements = [
        Judgement("same", ("A", "B")),
        Judgement("rename", ("C", "D")),
        Judgement("type", ("E",), type="person"),
        Judgement("reject", ("F",)),
        Judgement("accept", ("G",)),
        Judgement("different", ("H", "I")),
    ]
    assert build_judgement_table(judgements).decided_keys == {"b", "c", "e", "f", "g"}


def test_text_that_is_not_utf8_is_refused():
    with pytest.raises(InputError, match="judge reject: A\ufffd: not UTF-8: encode it again"):
        make_judgement("reject", ["A\udcff"])


def test_an_empty_name_is_refused():
    with pytest.raises(InputError, match="judge reject: a name is empty: write it as"):
        make_judgement("reject", [" "])


@pytest.mark.parametrize(
    ("verb", "names", "message"),
    [
        ("rename", ("Acme", "B", "C"), "rename: takes two names"),
        ("same", ("Acme", "Acme"), "same: Acme is named twice: give two different names"),
        ("same", ("Acme", "ACME"), "same: Acme and ACME are one name, as case, .* `kgraph judge"),
        ("different", ("Bolt", "Acmé", "ac-me"), "different: Acmé and ac-me are one name, .* cues"),
        ("same", ("Acme",), "same: needs 2 names"),
        ("reject", (), "reject: needs 1 name: add one"),
        ("rename", ("Acme", ""), "rename: a name is empty"),
        ("rename", ("Acme", "..."), "rename: '...' has no letter or digit"),
        ("same", ("!", "Acme"), "same: '!' has no letter or digit"),
        ("rename", ("Acme", "\u200b"), r"rename: '\\u200b' has no letter or digit"),
        ("same", ("\u2060", "Acme"), r"same: '\\u2060' has no letter or digit"),
    ],
)
def test_meaningless_judgements_are_refused(verb, names, message):
    with pytest.raises(InputError, match=f"judge {message}"):
        make_judgement(verb, names)


@pytest.mark.parametrize(
    ("verb", "names", "type_", "message"),
    [
        ("rename", ("company/a", "company/b"), "", "company/b is an id: write the new name"),
        ("type", ("company/a",), "company", "company/a is a company already: judge accept"),
        ("accept", ("company/a",), "company", "company/a is a company already: leave the type"),
        ("accept", ("company/a",), "show", "company/a says that it is a company: leave show out"),
        ("same", ("company/a", "company/a"), "", "company/a is named twice"),
        ("same", ("Acme", "product/acme"), "", "Acme is what product/acme is called: give two"),
        ("different", ("company/a", "product/a"), "", "are different entities already, by their"),
        ("different", ("company/a", "A"), "", "A is what company/a is called: give two"),
        ("reject", ("theme/stablecoins",), "", "theme/stablecoins is not an entity .theme"),
        ("reject", ("https://w3id.org/kgraph/id/episode/x-1",), "", "is not an entity .episode"),
    ],
)
def test_meaningless_ids_are_refused(verb, names, type_, message):
    with pytest.raises(InputError, match=f"judge {verb}: .*{message}"):
        make_judgement(verb, names, type=type_)


def test_unknown_verbs_and_types_are_refused_with_the_known_ones():
    with pytest.raises(InputError) as caught:
        make_judgement("frobnicate", ["A"])
    verbs = "same, different, type, rename, reject, accept, sameas, not-sameas"
    assert str(caught.value) == f"judge frobnicate: no such verb; choose one of {verbs}"
    with pytest.raises(InputError, match="judge type: type robot: no such type; choose one of com"):
        make_judgement("type", ["A"], type="robot")


GEMINI = Decision("product", "gemini", "Gemini", 0.7, "known")


@pytest.mark.parametrize(
    ("judgements", "outcome"),
    [
        ([Judgement("reject", ("product/gemini",))], ("noise", "Gemini", 1.0)),
        ([Judgement("reject", ("company/gemini",))], ("product", "Gemini", 0.7)),
        ([Judgement("accept", ("product/gemini",))], ("product", "Gemini", 1.0)),
        ([Judgement("type", ("product/gemini",), type="show")], ("show", "Gemini", 1.0)),
        ([Judgement("rename", ("product/gemini", "Bard"))], ("product", "Bard", 1.0)),
        ([Judgement("rename", ("product/gemini", "Bard"), type="show")], ("show", "Bard", 1.0)),
        ([Judgement("same", ("company/acme", "product/gemini"))], ("company", "Acme", 1.0)),
        (
            # one after the other: the second id is where the first leads
            [
                Judgement("type", ("product/gemini",), type="company"),
                Judgement("same", ("company/acme", "company/gemini")),
            ],
            ("company", "Acme", 1.0),
        ),
        (
            # names first
            [
                Judgement("type", ("Gemini",), type="company"),
                Judgement("reject", ("product/gemini",)),
            ],
            ("company", "Gemini", 1.0),
        ),
        (
            # what is rejected by its id is not brought back as another thing
            [
                Judgement("reject", ("product/gemini",)),
                Judgement("accept", ("company/gemini",)),
            ],
            ("noise", "Gemini", 1.0),
        ),
    ],
)
def test_a_judgement_of_an_id_applies_to_the_rows_resolved_to_it(judgements, outcome):
    labels = {("company", "acme"): "Acme", ("company", "gemini"): "Gemini"}
    table = resolve_targets(
        build_judgement_table(judgements),
        lambda key: None,
        lambda *entity: labels.get(entity, ""),
    )
    judged = table.apply(("gemini",), GEMINI)
    assert (judged.type, judged.label, judged.confidence) == outcome


def test_rows_of_another_name_follow_an_id_with_their_own_confidence():
    table = build_judgement_table([Judgement("type", ("product/gemini",), type="show")])
    judged = table.apply(("geminy",), GEMINI)
    assert (judged.type, judged.confidence, judged.rule) == ("show", 0.7, "known")
    assert judged.judgement_keys == ("product/gemini",)


def test_an_accepted_id_brings_back_a_rejected_name_as_that_entity():
    rejected = Decision("noise", "somonday", "So Monday", 0.9, "function-words")
    table = build_judgement_table([Judgement("accept", ("company/monday",))])
    table = resolve_targets(table, lambda key: None, lambda *entity: "Monday")
    judged = table.apply(("somonday", "monday"), rejected)
    assert (judged.type, judged.label, judged.key, judged.confidence) == (
        "company", "Monday", "monday", 1.0,
    )  # fmt: skip


def test_an_old_id_leads_to_the_id_it_was_merged_into():
    judgements = [Judgement("same", ("product/gemini", "company/gemini"))]
    assert list_renamed_ids(build_judgement_table(judgements)) == {
        "company/gemini": "product/gemini"
    }


def test_a_type_goes_with_its_verbs_alone():
    assert make_judgement("accept", ["Acme"], type="company").type == "company"
    assert make_judgement("rename", ["acme", "ACME"]).names == ("acme", "ACME")
    # What was taken for another thing is called by its own name again.
    assert make_judgement("rename", ["Acme", "Acme"]).names == ("Acme", "Acme")
    assert make_judgement("same", ["Acme Labs", "Acme", "ACME"]).verb == "same"
    with pytest.raises(InputError, match="judge reject: takes no type: remove company"):
        make_judgement("reject", ["Acme"], type="company")


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
        (Judgement("reject", ("A",), line=1), Judgement("type", ("A",), type="place", line=7)),
        (Judgement("rename", ("A", "B"), line=1), Judgement("reject", ("A",), line=7)),
        (Judgement("same", ("A", "B"), line=1), Judgement("reject", ("A",), line=7)),
        (Judgement("reject", ("A",), line=1), Judgement("accept", ("company/a",), line=7)),
        (
            Judgement("type", ("A",), type="person", line=1),
            Judgement("accept", ("company/a",), line=7),
        ),
        (
            Judgement("same", ("company/a", "company/b"), line=1),
            Judgement("type", ("company/b",), type="show", line=7),
        ),
        (
            Judgement("same", ("company/a", "company/b"), line=1),
            Judgement("different", ("a", "b"), line=7),
        ),
    ],
)
def test_contradictions_name_both_lines(pair):
    with pytest.raises(DataError) as caught:
        build_judgement_table(pair, "j.yaml")
    first, second = map(str, pair)
    words = f"j.yaml:7: {second} contradicts line 1: {first}: delete one of the two"
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("judgements", "key", "words"),
    [
        ([Judgement("accept", ("A",)), Judgement("rename", ("B", "A"))], "a", "accept A"),
        ([Judgement("accept", ("A",)), Judgement("different", ("A", "B"))], "a", "accept A"),
        ([Judgement("rename", ("B", "A"), "place"), Judgement("different", ("A", "C"))], "a",
         "rename B, A as place"),
        ([Judgement("same", ("A", "B")), Judgement("type", ("B",), "place")], "b", "same A, B"),
        ([Judgement("type", ("A",), "place"), Judgement("accept", ("A",))], "a",
         "type A as place"),
        ([Judgement("rename", ("B", "A"))], "a", "rename B, A"),
    ],
)  # fmt: skip
def test_the_reason_of_a_key_is_the_judgement_that_decides_it(judgements, key, words):
    for ordered in (judgements, judgements[::-1]):
        assert build_judgement_table(ordered).reasons[key] == words


def test_old_identifiers_lead_to_new_ones_over_several_renamings():
    ids = list_renamed_ids(
        build_judgement_table([Judgement("rename", ("A", "B")), Judgement("rename", ("B", "C"))])
    )
    assert (ids["company/a"], ids["company/b"]) == ("company/c", "company/c")


def test_an_old_identifier_leads_to_the_type_that_the_new_name_has():
    judgements = [Judgement("rename", ("A", "B")), Judgement("type", ("B",), type="product")]
    ids = list_renamed_ids(build_judgement_table(judgements))
    assert (ids["company/a"], ids["company/b"]) == ("product/b", "product/b")


@pytest.mark.parametrize(
    ("judged", "parties"),
    [
        ("same A B; same B C; same C A", "1 2 3"),
        ("same A B; same X Y; same B C; same C D; same D A", "1 3 5"),
        ("same A B; same B A", "1 2"),
        ("same B C; different A C; same A B", "1 2 3"),
        ("same A B; same B C; different C A", "2 3"),
        ("different D B; same A B; same C D; same B C", "1 3 4"),
        ("rename A C; rename B C; different A B", "1 2 3"),
        ("different A B; rename A C; same C B", "1 2 3"),
        ("rename A X; rename X C; same company/C B; different A B", "1 3 4"),
        ("rename A C; rename B C; different Y company/b; different company/a B", "1 2 4"),
        ("reject A; same B C; same A B", "1 3"),
        ("type C person; same B C; accept company/C", "1 3"),
        ("sameas A Q1; sameas C Q2; same A B; reject X; same B C; type X show", "4 6"),
        ("sameas A Q1; sameas C Q2; same A B; same B C; reject X", "1 2 4"),
        ("sameas A Q1; sameas B Q1; same A B; reject X; accept X", "4 5"),
        ("sameas A Q1; sameas B Q1; same X Y; same Y X", "3 4"),
    ],
)
def test_the_line_that_makes_a_contradiction_is_the_one_at_fault(judged, parties):
    judgements = []
    for line, words in enumerate(judged.split("; "), 1):
        verb, *names = words.split()
        type_ = names.pop() if verb == "type" else None
        names = [name.replace("company/C", "company/c") for name in names]
        judgements.append(replace(make_judgement(verb, names, type=type_ or ""), line=line))
    with pytest.raises(DataError) as caught:
        build_judgement_table(judgements, "j.yaml")
    *earlier, last = (judgements[int(line) - 1] for line in parties.split())
    rivals = " and ".join(f"line {each.line}: {each}" for each in earlier)
    count = "two" if len(earlier) == 1 else "three"
    assert str(caught.value) == (
        f"j.yaml:{last.line}: {last} contradicts {rivals}: delete one of the {count}"
    )
    with pytest.raises(DataError) as caught:
        build_judgement_table([*judgements[: last.line - 1], replace(last, line=0)], "j.yaml")
    undo = " or ".join(f"`kgraph judge --undo {e.line} --judgements j.yaml`" for e in earlier)
    which = "that" if len(earlier) == 1 else "one of them"
    assert str(caught.value) == (
        f"j.yaml: {last} contradicts {rivals}: remove {which} with {undo} first"
    )


def test_of_judgements_that_are_to_be_written_none_is_in_the_file():
    judgements = [make_judgement(verb, ["Zed"]) for verb in ("reject", "accept")]
    with pytest.raises(DataError) as caught:
        build_judgement_table(judgements, "j.yaml")
    assert str(caught.value) == (
        "j.yaml: accept Zed contradicts reject Zed: leave out one of the two"
    )


def test_a_name_that_leads_back_to_itself_is_a_contradiction():
    renamings = [Judgement("rename", ("A", "B"), line=1), Judgement("rename", ("B", "C"), line=2)]
    assert build_judgement_table(renamings).labels == {"a": "C", "b": "C"}
    back = Judgement("rename", ("C", "A"), line=3)
    with pytest.raises(DataError, match="judgements:3: rename C, A contradicts line 1: rename A, "):
        build_judgement_table([*renamings, back])
    assert build_judgement_table([Judgement("rename", ("A", "a"), line=1)]).labels == {"a": "a"}


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (("Acme", "https://www.wikidata.org/wiki/Q1"), ("Acme", "wikidata:Q1")),
        (
            ("company/acme", "xnas:acme", "Q1"),
            ("company/acme", "ticker:NASDAQ:ACME", "wikidata:Q1"),
        ),
        (("Acme", "cik:1", "CIK0000000001"), ("Acme", "cik:0000000001")),
        (("Acme", "NYSE:ACME", "LON:ACM"), ("Acme", "ticker:NYSE:ACME", "ticker:LON:ACM")),
    ],
)
def test_ids_of_other_registers_are_written_in_one_form(names, written):
    judgement = make_judgement("sameas", names)
    assert judgement.names == written
    assert make_judgement("sameas", judgement.names) == judgement
    assert (judgement.entity_names, judgement.external_ids) == (written[:1], written[1:])


@pytest.mark.parametrize(
    ("names", "type_", "message"),
    [
        (("Acme",), "", "needs a name and its id in another register: sameas NVIDIA Q182477"),
        (("Acme", "Bolt"), "", "'Bolt': no id of another register: write one such as Q182477"),
        (("Acme", "Q1"), "company", "takes no type: write the name as an id, such as company/acme"),
        (("Acme", "Q1", "Q2"), "", "wikidata:Q1 and wikidata:Q2: a thing has one of them"),
        (("theme/ai", "Q1"), "", "theme/ai is not an entity (theme)"),
        (("", "Q1"), "", "a name is empty"),
    ],
)
def test_meaningless_judgements_of_ids_are_refused(names, type_, message):
    with pytest.raises(InputError) as raised:
        make_judgement("sameas", names, type=type_)
    assert str(raised.value).startswith(f"judge sameas: {message}")


@pytest.mark.parametrize(
    "pair",
    [
        (("sameas", "Acme", "Q1"), ("sameas", "Bolt", "Q1")),
        (("sameas", "Acme", "Q1"), ("sameas", "company/acme", "Q2")),
        (("sameas", "company/acme", "Q1"), ("sameas", "product/acme", "Q1")),
        (("sameas", "Acme", "NYSE:A"), ("not-sameas", "company/acme", "NYSE:A")),
        (("not-sameas", "Acme", "Q1"), ("sameas", "ACME", "Q1")),
    ],
)
def test_contradictions_of_ids_name_both_lines(pair):
    first, second = (make_judgement(verb, names) for verb, *names in pair)
    numbered = [replace(first, line=3), replace(second, line=7)]
    with pytest.raises(DataError) as raised:
        build_judgement_table(numbered, "f.yaml")
    assert str(raised.value) == (
        f"f.yaml:7: {second} contradicts line 3: {first}: delete one of the two"
    )


@pytest.mark.parametrize(
    "pair",
    [
        (("sameas", "Acme", "Q1"), ("sameas", "ACME", "Q1")),
        (("sameas", "Acme", "NYSE:A"), ("sameas", "Acme", "LON:A")),
        (("sameas", "company/acme", "Q1"), ("sameas", "product/acme", "Q2")),
        (("sameas", "Acme", "Q1"), ("not-sameas", "Bolt", "Q1")),
        (("not-sameas", "Acme", "Q1"), ("not-sameas", "Bolt", "Q1")),
    ],
)
def test_judgements_of_ids_that_fit_together_are_kept(pair):
    judgements = [make_judgement(verb, names) for verb, *names in pair]
    table = build_judgement_table(judgements)
    count = sum(map(len, (*table.same_ids.values(), *table.wrong_ids.values())))
    assert (count, table.reasons, table.decided_keys) == (2, {}, frozenset())


def test_an_id_of_two_names_of_one_entity_is_no_contradiction():
    same = make_judgement("same", ("Acme", "Akme"))
    names = ("Acme", "Akme")
    ids = [replace(make_judgement("sameas", (n, "Q1")), line=i) for i, n in enumerate(names, 1)]
    build_judgement_table([same, *ids])
    with pytest.raises(DataError, match="2: sameas Akme, wikidata:Q1 contradicts line 1"):
        build_judgement_table(ids)


def count_calls(monkeypatch, module, name):
    """Count the calls of a module's function; return the list that grows with each."""
    calls, function = [], getattr(module, name)

    def counted(*arguments):
        calls.append(name)
        return function(*arguments)

    monkeypatch.setattr(module, name, counted)
    return calls


def test_work_grows_with_the_number_of_judgements(monkeypatch):
    count = 200
    judgements = [
        Judgement("same", tuple(f"Same{n}" for n in range(count))),
        *(Judgement("different", (f"Left{n}", f"Right{n}")) for n in range(count)),
        *(Judgement("same", (f"First{n}", f"Second{n}")) for n in range(count)),
    ]
    keys = count_calls(monkeypatch, judgement_table, "judgement_key")
    build_judgement_table(judgements)
    names = sum(len(judgement.names) for judgement in judgements)
    assert len(keys) <= 10 * names
    cut = count_calls(monkeypatch, unapplied, "strip_surroundings")
    assert len(report_unapplied(judgements, {"first1"}, "j.yaml")) == 2 * count + 1
    assert len(cut) <= names


def test_a_name_cut_from_a_longer_one_is_told_with_the_judgement_of_that():
    judgements = [
        replace(Judgement("reject", ("Acme",)), line=1),
        replace(Judgement("type", ("So Acme",), type="product"), line=2),
        replace(Judgement("reject", ("So Acme",)), line=3),
    ]
    (problem,) = report_unapplied(judgements, {"soacme"}, "j.yaml")
    assert problem.message == (
        f"reject Acme: no row is called 'Acme' but those that line 2 decides ({judgements[1]})"
    )


def test_the_words_of_a_judgement_list_its_first_names():
    names = tuple(f"Name{n}" for n in range(102))
    assert Judgement("reject", names).words.endswith("Name98, Name99, 2 more")
    (problem,) = report_unapplied([Judgement("reject", names)], (), "j.yaml")
    assert problem.message.endswith("'Name98' or 'Name99' or 2 more")


@pytest.mark.parametrize(
    ("pair", "is_contradiction"),
    [
        (("Acme", "Bolt"), True),
        (("company/acme", "Bolt"), True),
        (("company/acme", "product/bolt"), True),
        (("Acme", "Cord"), False),
    ],
)
def test_what_is_the_same_is_not_different_by_name_or_id(pair, is_contradiction):
    judgements = [Judgement("different", pair, line=1), Judgement("same", ("Acme", "Bolt"), line=2)]
    if is_contradiction:
        with pytest.raises(DataError, match="judgements:2: same Acme, Bolt contradicts line 1"):
            build_judgement_table(judgements)
    else:
        build_judgement_table(judgements)


@pytest.mark.parametrize(
    ("typed", "pair"),
    [
        ((), ("company/a", "product/b")),
        ((Judgement("type", ("A",), type="product"),), ("A", "company/b")),
    ],
)
def test_things_of_one_name_and_two_types_are_different(typed, pair):
    names = [name if typed else pair[n] for n, name in enumerate(("A", "B"))]
    renamed = [Judgement("rename", (name, "C")) for name in names]
    build_judgement_table([*typed, *renamed, Judgement("different", pair)])
