"""What episodes share is the same, changed from the last graph or counted anew."""

import msgspec
import pytest

from kgraph.base.model import Reason
from kgraph.graph import SharedData
from kgraph.graph.records import FormerThing, ShowEdge
from kgraph.graph.shared_update import (
    ChangedEpisodes,
    can_update_shared,
    update_shared_data,
)
from kgraph.graph.tally import Tally, build_shared_data, make_enricher, tally_episode
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.knowledge import Knowledge, load_shipped_knowledge


@pytest.fixture(scope="module")
def episodes(sample):
    return {episode.slug: episode for episode in sample.graph}


def build(episodes):
    total = Tally()
    for episode in episodes.values():
        total.add(tally_episode(episode))
    return build_shared_data(total, "digest", make_enricher(load_shipped_knowledge()))


def update(last, old, new, read=tally_episode):
    """Change the shared data of some episodes into that of others."""
    slugs = [slug for slug in {**old, **new} if old.get(slug) != new.get(slug)]
    terms = {term for episode in new.values() for term in tally_episode(episode).terms}
    changed = ChangedEpisodes(
        {slug: e.show.confidence if e.show else 0.0 for slug, e in new.items()},
        list(old) == list(new),
        {term for term in terms if term.startswith("theme/")},
        lambda slug: read(new[slug]),
        [tally_episode(old[slug]) for slug in slugs if slug in old],
        [tally_episode(new[slug]) for slug in slugs if slug in new],
    )
    known = load_shipped_knowledge()
    return update_shared_data(last, changed, "digest", known)


def check_equal(changed: SharedData, wanted: SharedData):
    assert changed == wanted
    assert msgspec.msgpack.encode(changed) == msgspec.msgpack.encode(wanted)  # in the same order


def test_the_tally_of_an_episode_is_read_once(episodes):
    last, read = {}, []
    slug, episode = max(episodes.items(), key=lambda item: len(item[1].mentions))
    update(build(last), last, {slug: episode}, lambda e: read.append(e) or tally_episode(e))
    assert (len(episode.mentions) > 1, read) == (True, [episode])


def test_each_episode_is_taken_out_and_put_in_again(episodes):
    whole = build(episodes)
    for slug in episodes:
        rest = {other: episode for other, episode in episodes.items() if other != slug}
        partial = build(rest)
        check_equal(update(whole, episodes, rest), partial)
        check_equal(update(partial, rest, episodes), whole)


def test_most_episodes_change_at_once(episodes):
    first = dict(list(episodes.items())[:1])
    check_equal(update(build(first), first, episodes), build(episodes))
    check_equal(update(build(episodes), episodes, first), build(first))


def test_an_episode_without_its_rows_and_show(episodes):
    slug, episode = next((s, e) for s, e in episodes.items() if e.show and e.mentions)
    bare = msgspec.structs.replace(episode, show=None, mentions=(), quotes=(), occurrences=())
    changed = {**episodes, slug: bare}
    check_equal(update(build(episodes), episodes, changed), build(changed))


def state_show(episode, name):
    """Return an episode of a show whose file states a name."""
    file = episode.files[0]
    file = msgspec.structs.replace(file, values={**file.values, "source": name})
    show = ShowEdge("widgethour", "Widget Hour", 0.9, (Reason("source", "it says so", 3.0),))
    return msgspec.structs.replace(episode, files=(file, *episode.files[1:]), show=show)


def test_the_names_that_files_state_for_a_show(episodes):
    stated = {
        slug: state_show(episode, "Hour | Weekly" if number % 2 else "Widget Hour (Audio)")
        for number, (slug, episode) in enumerate(episodes.items())
    }
    whole = build(stated)
    names = whole.entities["show/widgethour"].stated_names
    assert len(names) == 2 and sum(names.values()) == len(episodes)
    for slug in (next(iter(stated)), list(stated)[-1]):
        rest = {other: episode for other, episode in stated.items() if other != slug}
        check_equal(update(whole, stated, rest), build(rest))
        renamed = {**stated, slug: state_show(episodes[slug], "Another Hour")}
        check_equal(update(whole, stated, renamed), build(renamed))
    check_equal(update(whole, stated, episodes), build(episodes))


def test_the_last_graph_stays_as_it_is(episodes):
    whole = build(episodes)
    before = msgspec.msgpack.encode(whole)
    update(whole, episodes, dict(list(episodes.items())[1:]))
    assert msgspec.msgpack.encode(whole) == before


def test_former_ids_of_the_last_graph_are_not_taken_over(episodes):
    whole = build(episodes)
    id_, entity = next(iter(whole.entities.items()))
    former = {"company/gone": FormerThing("Gone", id_)}
    last = msgspec.structs.replace(whole, former=former)
    last.entities = {**whole.entities, id_: msgspec.structs.replace(entity, replaces=tuple(former))}
    check_equal(update(last, episodes, episodes), whole)


@pytest.mark.parametrize(
    ("verb", "names", "is_possible"),
    [
        ("reject", ("Monday",), True),
        ("rename", ("Acme", "Acme Works"), False),
        ("sameas", ("Acme", "wikidata:Q1"), False),
        ("not-sameas", ("Acme", "wikidata:Q1"), False),
    ],
)
def test_judgements_of_ids_and_names_count_everything_anew(verb, names, is_possible):
    judged = Knowledge(judgements=build_judgement_table([Judgement(verb, names)]))
    assert can_update_shared(Knowledge(), judged) == is_possible
    assert can_update_shared(judged, Knowledge()) == is_possible
    if verb == "rename":
        assert can_update_shared(judged, judged)
