"""An answer that a page sends: the name as it is, the judgements, the errors."""

from functools import partial

import pytest
from support import build_once, episode_text

from kgraph.base.errors import InputError, StoreError, UnknownNameError
from kgraph.graph import Entity, SharedData
from kgraph.judging import answer_preview
from kgraph.judging.answer_preview import preview_answer
from kgraph.judging.judge_answer import VERB_CHOICES, JudgeAnswer, make_judgements
from kgraph.judging.judgement_preview import preview_judgement
from kgraph.judging.replies import REPLY_COMMANDS
from kgraph.judging.review import find_case
from kgraph.judging.unknown_names import load_meanings
from kgraph.pipeline import build
from kgraph.resolve.judgement import VERBS, Judgement, make_judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements
from kgraph.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store of two episodes; nobody knows Quarnolt."""

    def fill(home):
        (home / "episodes").mkdir()
        for letter, names in {"a": ("NVIDIA", "So NVIDIA"), "b": ("NVIDIA", "Quarnolt")}.items():
            url = f"https://www.youtube.com/watch?v={letter * 11}"
            text = episode_text(f"Talk {letter}", url, names)
            (home / "episodes" / f"{letter}.md").write_text(text)
        build([home / "episodes"], home / "store", judgements=None, workers=1)

    return Store(build_once(tmp_path_factory, "judge-answers", fill) / "store")


def judge(store, name, verb, argument="", why=""):
    """The judgements of an answer, as text."""
    case = find_case(store, name)
    answer = JudgeAnswer(name, verb, argument, why)
    judgements = make_judgements(answer, case, store.shared, partial(load_meanings, store))
    return list(map(str, judgements))


def test_every_verb_is_offered_and_with_the_letters_of_the_review():
    assert {choice.verb for choice in VERB_CHOICES} == set(VERBS)
    letters = {command.word: command.letter for command in REPLY_COMMANDS}
    for choice in VERB_CHOICES:
        assert choice.letter == letters.get(choice.verb, ""), choice


@pytest.mark.parametrize(
    ("name", "rows", "episodes", "surfaces"),
    [
        ("nvidia", 3, 2, (("NVIDIA", 2), ("So NVIDIA", 1))),
        ("company/nvidia", 3, 2, (("NVIDIA", 2), ("So NVIDIA", 1))),
    ],
)
def test_a_case_of_a_name_or_an_id_has_all_rows(store, name, rows, episodes, surfaces):
    case = find_case(store, name)
    assert (case.name, case.rows, case.episodes, case.surfaces) == (name, rows, episodes, surfaces)
    assert [row.title for row in case.sightings] == ["Talk a", "Talk b"]


def test_a_name_without_rows_has_no_case(store):
    assert (find_case(store, "Nobody"), find_case(store, "company/nobody")) == (None, None)


@pytest.mark.parametrize(
    ("name", "verb", "argument", "judged"),
    [
        ("NVIDIA", "accept", "", ["accept NVIDIA as company"]),
        ("company/nvidia", "accept", "", ["accept company/nvidia"]),
        ("company/nvidia", "reject", "", ["reject company/nvidia"]),
        ("company/nvidia", "type", "product", ["type company/nvidia as product"]),
        ("Quarnolt", "same", "nvidia", ["same Nvidia, Quarnolt"]),
        ("company/quarnolt", "same", "nvidia", ["same company/nvidia, company/quarnolt"]),
        ("Quarnolt", "same", "Tesla", ["same company/tesla, Quarnolt"]),  # only the lexicon has it
        (
            "company/quarnolt",
            "different",
            "company/tesla",
            ["different company/tesla, company/quarnolt"],
        ),
        ("Quarnolt", "different", "nvidia", ["different company/nvidia, Quarnolt"]),
        ("company/nvidia", "rename", "Nvidia Corp", ["rename company/nvidia, Nvidia Corp"]),
        ("Nvidia", "sameas", "Q182477", ["sameas Nvidia, wikidata:Q182477"]),
        (
            "Nvidia",
            "not-sameas",
            "Q182477 NASDAQ:NVDA",
            ["not-sameas Nvidia, wikidata:Q182477, ticker:NASDAQ:NVDA"],
        ),
    ],
)
def test_an_answer_makes_judgements(store, name, verb, argument, judged):
    assert judge(store, name, verb, argument) == judged


@pytest.mark.parametrize(
    ("name", "verb", "argument", "message"),
    [
        ("NVIDIA", "eat", "", "eat: no such answer: choose one of accept, reject"),
        ("NVIDIA", "same", "", "same: a name is missing"),
        ("NVIDIA", "same", "NVIDIA", "same NVIDIA: that is NVIDIA itself"),
        ("NVIDIA", "reject", "x", "reject x: nothing follows reject"),
        ("company/nvidia", "reject", "company", "takes no type"),
        ("company/nvidia", "type", "robot", "type robot: no such type"),
        ("NVIDIA", "sameas", "", "needs a name and its id in another register"),
        ("NVIDIA", "sameas", "???", "???"),
    ],
)
def test_an_answer_that_cannot_be_says_why(store, name, verb, argument, message):
    with pytest.raises(InputError, match=message.replace("?", r"\?")):
        judge(store, name, verb, argument)


def test_a_show_is_told_from_a_name_that_only_its_files_state():
    hour = Entity("show", "widgethour", "The Widget Hour", {}, stated_names={"Widget | Weekly": 3})
    talk = Entity("show", "gadgettalk", "Gadget Talk", {}, stated_names={"Gadget Talk": 2})
    shared = SharedData({entity.id: entity for entity in (hour, talk)})

    def answer(verb, argument, show):
        [judgement] = make_judgements(JudgeAnswer(show.id, verb, argument), None, shared, dict, 3)
        return str(judgement)

    told = "different Widget | Weekly, show/widgethour"
    assert answer("different", "Widget | Weekly", hour) == told
    assert answer("same", "Widget | Weekly", hour) == "same Widget | Weekly, show/widgethour"
    assert answer("same", "Widget | Weekly", talk) == "same show/widgethour, show/gadgettalk"
    with pytest.raises(InputError, match="show/gadgettalk is named twice"):
        answer("different", "Gadget Talk", talk)


def test_an_unknown_name_has_suggestions(store):
    with pytest.raises(UnknownNameError, match="no row is called 'Quarnol'") as raised:
        judge(store, "Quarnol", "reject")
    assert raised.value.suggestions == ("Quarnolt",)


@pytest.mark.parametrize(
    ("name", "verb", "argument"),
    [
        ("Talk a", "reject", ""),
        ("Talk a", "same", "NVIDIA"),
        ("Quarnolt", "same", "Talk a"),
        ("Quarnolt", "different", "Talk a"),
        ("company/quarnolt", "same", "Talk a"),
    ],
)
def test_a_name_of_something_else_than_an_entity_is_told(store, name, verb, argument):
    told = preview_answer(store, JudgeAnswer(name, verb, argument), (), "x.yaml").error
    assert told.startswith("'Talk a' is an episode (episode/")
    assert told.endswith("), and no entity: only entities can be judged, such as a name in it")
    [note] = preview_judgement(store, Judgement("reject", ("Talk a",)), ()).notes
    assert note == f"{told}; the judgement waits for it"


def test_a_preview_has_the_name_the_rows_and_the_effect(store):
    preview = preview_answer(store, JudgeAnswer("So Quarnolt"), (), "x.yaml")
    assert (preview.name, preview.label, preview.case.rows) == ("Quarnolt", "Quarnolt", 1)
    assert (preview.judgements, preview.effect, preview.error) == ((), None, "")
    preview = preview_answer(store, JudgeAnswer("company/nvidia", "reject"), (), "x.yaml")
    assert (preview.label, preview.effect.rows, preview.effect.episodes) == ("Nvidia", 3, 2)
    assert [change.how for change in preview.effect.entities] == ["lost"]
    # An answer that lacks its argument is no error yet.
    preview = preview_answer(store, JudgeAnswer("company/nvidia", "same"), (), "x.yaml")
    assert (preview.judgements, preview.error) == ((), "")


def test_a_former_id_leads_to_what_the_entity_is_now(tmp_path):
    (tmp_path / "a.md").write_text(episode_text(companies=("NVIDIA", "Quarnolt", "Visa")))
    file = tmp_path / "judgements.yaml"
    build([tmp_path], tmp_path / "store", judgements=None, workers=1)
    append_judgements(file, [make_judgement("rename", ["Quarnolt", "Zunder"])])
    build([tmp_path], tmp_path / "store", judgements=file, workers=1)
    opened = Store(tmp_path / "store")
    answer = JudgeAnswer("https://w3id.org/kgraph/id/company/quarnolt", "reject")
    preview = preview_answer(opened, answer, load_judgements(file), str(file))
    assert (preview.name, preview.label, preview.case.rows) == ("company/zunder", "Zunder", 1)
    assert preview.note == (
        "company/quarnolt is now called Zunder (company/zunder): a judgement renamed it, or joined "
        "it with another"
    )
    assert list(map(str, preview.judgements)) == ["reject company/zunder"]


def test_a_preview_that_cannot_be_says_why(store):
    answer = JudgeAnswer("Quarnolt", "same", "Nvidai")
    preview = preview_answer(store, answer, (), "x.yaml")
    assert (preview.effect, preview.suggestions) == (None, ("Nvidia",))
    assert "did you mean Nvidia?" in preview.error


def test_a_store_that_cannot_be_read_is_no_fault_of_the_answer(store, monkeypatch):
    def fail(*_):
        raise StoreError("store/builds/0001/records-1: No such file or directory: build again")

    monkeypatch.setattr(answer_preview, "preview_further_judgements", fail)
    with pytest.raises(StoreError, match="records-1"):
        preview_answer(store, JudgeAnswer("company/nvidia", "reject"), (), "x.yaml")
