"""What is like a quote, an episode or an insight, and quotes that repeat another."""

import pytest
from support import build_once, episode_text

from kgraph.base.errors import InputError, UnknownNameError
from kgraph.pipeline import build
from kgraph.search import Filters, Index, search
from kgraph.store import Store

REACTORS = (
    "Small nuclear reactors will power the next data centers of Microsoft.",
    "Nobody wants nuclear reactors beside a school, however small.",
    "Small nuclear reactors will power next data centers of Microsoft, I think.",
    "Bananas are cheap.",
)
EVIL = ("company/nvidia", "quote/", "", "'; DROP TABLE thing; --", "\ud800", "quote/" + "x" * 900)


@pytest.fixture(scope="module")
def reactors(tmp_path_factory):
    def make(home):
        folder = home / "episodes"
        folder.mkdir()
        for number, quote in enumerate(REACTORS):
            url = f"https://www.youtube.com/watch?v={str(number) * 11}"
            text = episode_text(f"Talk {number}", url=url, quotes=(quote,))
            (folder / f"{number}.md").write_text(text)
        build([str(folder)], home / "store")

    return Index(Store(build_once(tmp_path_factory, "reactors", make) / "store"))


def find_id(index, text):
    [hit] = search(index, f'"{text}"', Filters(kinds=frozenset({"quote"}))).hits
    return hit.id


def test_a_quote_is_like_those_with_its_telling_words(reactors):
    like = find_id(reactors, "beside a school")
    found = search(reactors, like, mode="similar")
    assert {hit.text for hit in found.hits} == {REACTORS[0], REACTORS[2]}
    assert {hit.kind for hit in found.hits} == {"quote"}
    matches = [piece.text for piece in found.hits[0].segments if piece.match]
    assert matches == ["Small", "nuclear", "reactors"]


def test_a_near_equal_quote_is_not_repeated(reactors):
    like = find_id(reactors, "beside a school")
    found = search(reactors, like, mode="similar", per_episode=2)
    assert (len(found.hits), found.left_out) == (1, 1)
    source = find_id(reactors, "of Microsoft, I think")
    found = search(reactors, source, mode="similar", per_episode=2)
    assert [hit.text for hit in found.hits] == [REACTORS[1]]


def test_a_quote_beyond_the_limit_of_its_episode_hides_none_of_another(tmp_path):
    crowded = ("Reactors are small.", "Reactors melt down where no engineer was looking for days.")
    late = (
        "And reactors melt down where no engineer was looking, whatever insurers in Bern may write."
    )
    texts = (crowded, (late,))
    for number, quotes in enumerate(texts):
        url = f"https://www.youtube.com/watch?v={str(number) * 11}"
        (tmp_path / f"{number}.md").write_text(episode_text(f"{number}", url=url, quotes=quotes))
    build([str(tmp_path)], tmp_path / "store")
    index, quotes_only = Index(Store(tmp_path / "store")), Filters(kinds=frozenset({"quote"}))
    found = search(index, "reactors", quotes_only, per_episode=1)
    assert [hit.text for hit in found.hits] == [crowded[0], late]
    assert found.left_out == 1


def test_an_iri_will_do_and_filters_narrow(reactors):
    like = find_id(reactors, "beside a school")
    by_id = search(reactors, like, mode="similar")
    assert search(reactors, reactors.base + like, mode="similar") == by_id
    episodes = Filters(kinds=frozenset({"episode"}))
    assert all(h.kind == "episode" for h in search(reactors, like, episodes, mode="similar").hits)
    assert search(reactors, like, Filters(since="2999"), mode="similar").hits == ()


def test_what_shares_no_word_is_like_nothing(reactors):
    like = find_id(reactors, "Bananas are cheap")
    assert search(reactors, like, mode="similar").hits == ()


@pytest.mark.parametrize("id_", EVIL)
def test_an_unknown_id_is_said(reactors, id_):
    with pytest.raises(UnknownNameError, match="no quote, episode or insight has this id"):
        search(reactors, id_, mode="similar")


def test_an_unknown_mode_is_said(reactors):
    with pytest.raises(InputError, match="mode similer: no such mode: did you mean similar?"):
        search(reactors, "x", mode="similer")
