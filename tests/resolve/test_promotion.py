import pytest

from kgraph.model import Episode, Row
from kgraph.resolve.promotion import (
    TALK,
    Passages,
    Repeated,
    observe_passages,
    promotion_of,
    tabulate,
)
from kgraph.resolve.quotes import shingles, words_of
from kgraph.resolve.recordings import Recording

BEFORE = "and so it goes that most of our listeners ask for "
BEHIND = " and for nothing comparable, since everything else breaks early"


def heard(name="Acme", before=BEFORE, behind=BEHIND):
    return Row("companies", 0, {"name": name, "context": f"{before}{name}{behind}"})


def told(text):
    return Row("companies", 1, {"name": "Acme", "context": text, "source": "llm_enhanced"})


def episode(file, *rows):
    return Episode(file, "", {}, {"companies": rows}, {})


SPONSOR = told("Sponsor of the podcast, a maker of widgets.")
NOTHING = Repeated()


@pytest.mark.parametrize(
    "text",
    [
        "A sponsor of the show that makes widgets.",
        "Mentioned as a company that has partnered with the podcast host's organization.",
        "Maker of widgets mentioned as sponsor",
        "Mentioned in an advertisement for widgets.",
        "Advertised platform for trading widgets.",
    ],
)
def test_the_language_model_says_that_it_is_a_sponsor(text):
    assert promotion_of([told(text)], NOTHING).is_likely


@pytest.mark.parametrize(
    "text",
    [
        "Launched a new widget; also a sponsor of the podcast.",
        "A widget team that is sponsored by Acme Fuels.",
        "Sponsor of the national widget prize.",
        "Mentioned for its advertising revenue.",
        "The guest's company, and a sponsor of the podcast.",
        "",
    ],
)
def test_what_it_says_beside_or_of_others_makes_no_advert(text):
    assert promotion_of([told(text)], NOTHING) == TALK


@pytest.mark.parametrize(
    ("text", "is_likely"),
    [
        ("Mentioned as a firm whose head of widgets has been featured on the podcast.", True),
        ("Named for an executive thought leader who is featured there.", True),
        ("The guest's firm, featured on the podcast in this episode for its widgets.", False),
        ("A maker of widgets that the hosts featured in their argument.", False),
    ],
)
def test_the_guests_that_a_show_boasts_of_are_its_own_words(text, is_likely):
    assert promotion_of([told(text)], NOTHING).is_likely == is_likely


def test_one_row_outside_adverts_makes_it_talk():
    assert promotion_of([SPONSOR, heard()], NOTHING) == TALK
    assert promotion_of([SPONSOR, told("A maker of widgets.")], NOTHING) == TALK


def test_the_sentence_that_holds_the_name_is_judged():
    before = "It rained. Today's episode is brought to you by "
    found = promotion_of([heard(before=before, behind=". We saw it.")], NOTHING)
    assert found.is_likely
    assert [reason.words for reason in found.reasons] == ["names a sponsor"]
    after = ", they said. Today's episode is brought to you by no one."
    assert promotion_of([heard(before="It rained on ", behind=after)], NOTHING) == TALK
    ended = "Today's episode is brought to you by no one. It rained on "
    assert promotion_of([heard(before=ended)], NOTHING) == TALK


def test_an_opening_sells_nothing():
    opening = heard(before="I'm your host, and with me is the founder of ")
    assert promotion_of([opening], NOTHING) == TALK


def test_passages_that_several_recordings_read_out_are_adverts():
    files = [f"{n}.md" for n in range(4)]
    passages = [observe_passages(episode(file, heard())) for file in files]
    recordings = [Recording(file, "", (file,)) for file in files]
    sides = tabulate(passages, recordings)
    assert list(sides.values()) == [4, 4]
    assert promotion_of([heard()], Repeated(sides=sides)).is_likely
    assert tabulate(passages, recordings[:2]) == {}
    one = [Recording("all", "", tuple(files))]
    assert tabulate(passages, one) == {}, "files of one recording are not several"


def test_what_repeats_on_one_side_alone_is_a_way_of_speaking():
    files = [f"{n}.md" for n in range(4)]
    passages = [
        observe_passages(episode(file, heard(before=f"there were then {n} of us who like ")))
        for n, file in enumerate(files)
    ]
    sides = tabulate(passages, [Recording(file, "", (file,)) for file in files])
    assert list(sides.values()) == [4]
    elsewhere = heard(before="another thing that we all know about is ")
    assert promotion_of([elsewhere], Repeated(sides=sides)) == TALK


def test_quotes_that_repeat_make_adverts_of_the_names_within():
    row = heard()
    counts = dict.fromkeys(shingles(words_of(row.text("context"))), 9)
    found = promotion_of([row], Repeated(shingles=counts))
    assert found.is_likely
    assert found.reasons[0].words == "100% of its wording stands in 9 recordings"


@pytest.mark.parametrize(
    "row",
    [
        Row("companies", 0, {}),
        Row("companies", 0, {"name": "Acme"}),
        Row("companies", 0, {"name": "", "context": "x" * 300}),
        Row("companies", 0, {"name": "ẞ\udcff", "context": "\x00" * 40 + "ẞ\udcff" + "İ" * 40}),
        heard(before="short ", behind=" too"),
    ],
)
def test_odd_rows_are_talk(row):
    assert observe_passages(episode("a.md", row)) is not None
    assert promotion_of([row], NOTHING) == TALK


def test_a_file_without_rows_has_no_passages():
    assert observe_passages(Episode("a.md", "", {}, {}, {})) == Passages("a.md", b"")
