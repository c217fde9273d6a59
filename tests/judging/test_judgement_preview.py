"""A preview of a judgement tells which rows, entities and ids a build with it changes."""

import random
from collections import Counter
from functools import cache

import msgspec
import pytest
from support import SAMPLE, episode_text

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import DataError, KgraphError, StoreOutdatedError
from kgraph.base.model import format_confidence
from kgraph.ingest import find_files, read_file
from kgraph.judging.judgement_effect import (
    EntityChange,
    EntityState,
    JudgementEffect,
)
from kgraph.judging.judgement_preview import preview_judgement, preview_judgements
from kgraph.pipeline import build, kept, update
from kgraph.pipeline.rejudge import BuiltDecisions, list_rows
from kgraph.resolve.judgement import VERBS, make_judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.judgements_file import append_judgements, load_judgements
from kgraph.resolve.shows.evidence import observe_show
from kgraph.store import Store
from kgraph.views.values import EntityRef

STEPS = 10  #: random judgements, one after the other
SHOW_SHARE = 0.5  #: of random judgements that are of shows


@pytest.fixture(autouse=True)
def build_by_difference(monkeypatch):
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)


@pytest.fixture
def make_store(tmp_path):
    """A function that builds a store of companies, an episode each."""

    def make(*names, judged=()):
        home = tmp_path / "episodes"
        home.mkdir(exist_ok=True)
        for number, companies in enumerate(names):
            url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
            text = episode_text(f"Talk {number}", url, companies)
            (home / f"{number}.md").write_text(text, "utf-8")
        file = tmp_path / "judgements.yaml"
        file.write_text("")
        for judgement in judged:
            append_judgements(file, [judgement])
        build([home], tmp_path / "store", workers=1, judgements=file)
        return Store(tmp_path / "store")

    return make


def read_rows(store):
    """Return the decisions on each row, by place."""
    slugs = [episode.slug for episode in store.graph]
    episodes = store.read_mentions(slugs)
    return {place: row for episode in episodes for place, row in list_rows(episode)}


def compare_key(decisions):
    return [(d.type, d.key, d.confidence, d.rule, d.reasons) for d in decisions]


def read_states(store):
    """Return the state of each entity that rows name."""
    entities = store.shared.entities.values()
    return {
        e.id: (e.type, sum(e.surfaces.values()), e.episodes + e.advertised + e.unlikely)
        for e in entities
        if e.surfaces
    }


def state_key(state):
    return (state.type, state.rows, state.episodes)


def read_shows(store):
    """Return the show of each episode with its confidence and reasons, by slug."""
    return {episode.slug: episode.show for episode in store.graph}


@cache
def list_claimed_names():
    """Return the names that sample episodes call their show by, sorted."""
    readings = map(read_file, find_files([SAMPLE]).files)
    episodes = [reading.episode for reading in readings if reading.episode]
    return sorted({name for each in episodes for _, name, _ in observe_show(each).claims})


def make_random_judgement(chance, store, rows):
    """Make a judgement of any verb of names and ids that rows and shows have."""
    verb = chance.choice(VERBS)
    surfaces = sorted({row.surface for row in rows.values()})
    ids = sorted(store.shared.entities)
    if chance.random() < SHOW_SHARE:
        surfaces = list_claimed_names()
        ids = sorted({summary.show for summary in store.shared.summaries.values()} - {""})
    count = {"same": 2, "different": 2, "rename": 1}.get(verb, chance.choice((1, 1, 2)))
    names = [chance.choice(surfaces if chance.random() < 0.6 else ids) for _ in range(count)]
    fields = {"why": "a test"}
    if verb == "rename":
        names.append(chance.choice([chance.choice(surfaces), f"New {chance.randrange(9)}"]))
    elif verb in ("sameas", "not-sameas"):
        held = [f"{kind}:{id_}" for e in store.shared.entities.values() for kind, id_ in e.ids]
        names = [names[0], chance.choice([f"Q{chance.randrange(1, 99)}", chance.choice(held)])]
    if verb == "type" or (verb in ("accept", "same", "rename") and chance.random() < 0.3):
        fields["type"] = chance.choice(TYPE_NAMES)
    return make_judgement(verb, names, **fields)


def make_valid_judgement(chance, store, rows, earlier):
    """Make a random judgement that is valid and contradicts no earlier one."""
    while True:
        try:
            judgement = make_random_judgement(chance, store, rows)
            build_judgement_table([*earlier, judgement])
        except KgraphError:
            continue
        return judgement


@pytest.mark.parametrize("seed", range(2))
def test_a_build_changes_the_rows_of_the_preview(tmp_path, seed):
    chance = random.Random(seed)
    file = tmp_path / "judgements.yaml"
    file.write_text("")

    def run():
        report = build([SAMPLE], tmp_path / "store", workers=1, judgements=file)
        return Store(tmp_path / "store"), report

    store, _ = run()
    for _ in range(STEPS):
        rows = read_rows(store)
        earlier = load_judgements(file)
        judgement = make_valid_judgement(chance, store, rows, earlier)
        built = BuiltDecisions(store)
        tables = built.resolve((*earlier, judgement), "a file")
        stale = built.find_stale_episodes(tables)
        told = [row for _, rows in built.decide([tables], stale) for row in rows]
        show_changes = built.find_show_changes(tables)
        effect = preview_judgements(store, earlier, (*earlier, judgement))
        append_judgements(file, [judgement])
        now, report = run()
        assert {*stale, *show_changes} == set(report.redone)
        check_rows(rows, read_rows(now), told, judgement)
        check_shows(store, now, show_changes, effect)
        check_effect(store, now, effect, judgement)
        store = now


@pytest.mark.parametrize("seed", range(2))
def test_a_preview_counts_what_no_build_has_applied_yet(tmp_path, seed):
    chance = random.Random(f"pending {seed}")
    file = tmp_path / "judgements.yaml"
    file.write_text("")

    def run():
        build([SAMPLE], tmp_path / "store", workers=1, judgements=file)
        return Store(tmp_path / "store")

    store = run()
    rows, pending = read_rows(store), []
    for _ in range(4):
        pending.append(make_valid_judgement(chance, store, rows, pending))
        append_judgements(file, [pending[-1]])
    judgement = make_valid_judgement(chance, store, rows, pending)
    earlier = load_judgements(file)
    added = preview_judgements(store, earlier, (*earlier, judgement))
    assert added.notes[0] == (
        "4 earlier judgements not built yet: the preview is of the graph with them"
    )
    before = run()
    append_judgements(file, [judgement])
    after = run()
    check_effect(before, after, added, judgement)
    assert added.rows == count_changes(before, after)
    *others, last = load_judgements(file)
    removed = preview_judgements(after, (*others, last), others)
    assert (removed.rows, removed.judgements) == (added.rows, (last,))
    check_effect(after, before, removed, judgement)
    fewer = preview_judgements(before, (*others, last), others)
    assert (fewer.rows, fewer.entities) == (removed.rows, removed.entities)


def count_changes(store, other):
    rows, others = read_rows(store), read_rows(other)
    return sum(
        compare_key(rows[place].decisions) != compare_key(others[place].decisions) for place in rows
    )


def check_rows(before, after, told, judgement):
    """Check that exactly the rows of a preview changed, and as it said."""
    expected = {
        place: compare_key(after[place].decisions)
        for place in before
        if compare_key(before[place].decisions) != compare_key(after[place].decisions)
    }
    decided = {row.place: compare_key(row.decided[0]) for row in told}
    assert expected == {
        place: key for place, key in decided.items() if key != compare_key(before[place].decisions)
    }, judgement


def check_shows(before, after, told, effect):
    """Check that exactly the shows of a preview changed, and as it said."""
    old, new = read_shows(before), read_shows(after)
    changed = {slug: show for slug, show in new.items() if old[slug] != show}
    assert {slug: c.show for slug, c in told.items() if c.show != old[slug]} == changed
    listed = {
        c.episode.id.removeprefix("episode/"): (c.before.id, c.after.id) for c in effect.shows
    }
    assert listed == {
        slug: tuple(show.target if show else "" for show in (old[slug], new[slug]))
        for slug in changed
    }


def check_effect(store, now, effect, judgement):
    """Check the entities and ids of a preview against the graph that was built."""
    before, after = read_states(store), read_states(now)
    changed = {id_ for id_ in before.keys() | after if before.get(id_) != after.get(id_)}
    states = [(c.before, c.after) for c in effect.entities]
    told_before = {s.id: state_key(s) for s, _ in states if s and s.rows}
    told_after = {s.id: state_key(s) for _, s in states if s and s.rows}
    assert changed <= told_before.keys() | told_after.keys(), judgement
    for id_, state in told_before.items():
        assert state == before[id_], judgement
    for id_, state in told_after.items():
        assert state == after[id_], judgement
    own_before, own_after = (
        Counter(show.target for show in read_shows(each).values() if show) for each in (store, now)
    )
    for entity, own in (
        *((s, own_before) for s, _ in states),
        *((s, own_after) for _, s in states),
    ):
        assert entity is None or entity.own_episodes == own[entity.id], judgement
    moved = {id_ for id_ in own_before | own_after if own_before[id_] != own_after[id_]}
    assert moved <= {s.id for pair in states for s in pair if s}, judgement
    if judgement.external_ids:
        ids = {
            (how, e.id, f"{kind}:{id_}")
            for how, mine, other in (("lost", store, now), ("gained", now, store))
            for e in mine.shared.entities.values()
            for kind, id_ in e.ids
            if (kind, id_) not in other.shared.entities[e.id].ids
        }
        assert {(c.how, c.entity.id, c.id) for c in effect.ids} == ids, judgement


def test_a_preview_tells_rows_entities_and_examples(make_store):
    store = make_store(("OpenAI", "Visa"), ("OpenAI",))
    effect = preview_judgement(store, make_judgement("reject", ["open ai"]), ())
    told = [(c.before.id, c.after.type, c.rows, c.episodes) for c in effect.outcomes]
    assert told == [("company/openai", "noise", 2, 2)]
    openai = EntityState("company/openai", "company", "OpenAI", 2, 2)
    assert effect.entities == (EntityChange("lost", openai, None),)
    assert (effect.rows, effect.episodes, effect.moved_rows, effect.ids) == (2, 2, 2, ())
    first = effect.examples[0]
    assert (first.surface, first.file, first.pointer, first.date, first.context) == (
        *("OpenAI", "0.md", "/companies/0", "2025-09-01"),
        "Company OpenAI builds things",
    )
    assert first.episode == EntityRef("episode/youtube-abcdefghij0", "Talk 0", "episode")
    assert (first.before.id, first.before.label) == ("company/openai", "OpenAI")
    assert (first.after.id, first.after.type, first.after.confidence) == ("", "noise", 1.0)
    decoded = msgspec.json.decode(msgspec.json.encode(effect), type=JudgementEffect)
    assert decoded == effect
    confidences = [format_confidence(example.before.confidence) for example in effect.examples]
    assert str(effect) == (
        "reject open ai: 2 rows in 2 episodes change, 2 of them to something else or nothing\n"
        "lost: company/openai (OpenAI), 2 rows in 2 episodes\n"
        f"OpenAI in Talk 0: company/openai {confidences[0]} -> rejected 1.00\n"
        f"OpenAI in Talk 1: company/openai {confidences[1]} -> rejected 1.00"
    )


@pytest.mark.parametrize(
    ("verb", "names", "type_", "told"),
    [
        ("rename", ["OpenAI", "Open Lab"], "", [("renamed", "company/openai", "company/openlab")]),
        ("rename", ["OpenAI", "OPENAI"], "", [("renamed", "company/openai", "company/openai")]),
        ("type", ["OpenAI"], "product", [("retyped", "company/openai", "product/openai")]),
        (
            *("same", ["Visa", "OpenAI"], ""),
            [
                ("merged", "company/openai", "company/visa"),
                ("recounted", "company/visa", "company/visa"),
            ],
        ),
        (
            *("same", ["Open Lab", "Visa", "OpenAI"], "company"),
            [
                ("merged", "company/openai", "company/openlab"),
                ("merged", "company/visa", "company/openlab"),
            ],
        ),
        ("reject", ["Visa"], "", [("lost", "company/visa", None)]),
        ("accept", ["Visa"], "", []),
        (
            *("different", ["Nvidea", "Nvidia"], ""),
            [
                ("recounted", "company/nvidia", "company/nvidia"),
                ("gained", None, "company/nvidea"),
            ],
        ),
    ],
)
def test_a_change_of_an_entity_has_its_kind(make_store, verb, names, type_, told):
    store = make_store(("OpenAI", "Visa"), ("OpenAI", "Nvidea"), ("NVIDIA",))
    effect = preview_judgement(store, make_judgement(verb, names, type=type_), ())
    assert told == [
        (c.how, c.before.id if c.before else None, c.after.id if c.after else None)
        for c in effect.entities
    ]


def test_an_entity_that_gets_its_old_name_back_is_renamed(make_store):
    """Of what got the new name, a row was rejected before, and is again."""
    renames = [
        make_judgement("rename", [name, "Open Lab"], type="company") for name in ("OpenAI", "And I")
    ]
    store = make_store(("OpenAI",), ("OpenAI", "And I"), judged=renames)
    effect = preview_judgements(store, BuiltDecisions(store).judgements, [])
    [change] = effect.entities
    assert (
        change.how,
        change.before.id,
        change.before.rows,
        change.after.id,
        change.after.rows,
    ) == (("renamed", "company/openlab", 3, "company/openai", 2))


def test_a_row_that_names_a_show_by_its_new_name_changes(tmp_path):
    home, file = tmp_path / "episodes", tmp_path / "judgements.yaml"
    home.mkdir()
    file.touch()
    for number, show in enumerate(("Cog Hour", "Cog Hour", "Cog Hour", "")):
        url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
        text = episode_text("Talk", url, ("So Cog Report",), more=f'source: "{show}"')
        (home / f"{number}.md").write_text(text)
    rename = make_judgement("rename", ["Cog Hour", "Cog Report"])
    stores = []
    for judged in ((), [rename]):
        append_judgements(file, judged)
        build([home], tmp_path / "store", workers=1, judgements=file)
        stores.append(Store(tmp_path / "store"))
    before, after = stores
    for store, now, effect in (
        (before, after, preview_judgement(before, rename, ())),
        (after, before, preview_judgements(after, load_judgements(file), ())),
    ):
        assert (effect.rows, effect.moved_shows) == (4, 3)
        check_effect(store, now, effect, rename)


def test_what_was_rejected_comes_back(make_store):
    reject = make_judgement("reject", ["OpenAI"])
    store = make_store(("OpenAI", "Visa"), judged=[reject])
    [earlier] = BuiltDecisions(store).judgements
    effect = preview_judgements(store, [earlier], [])
    assert (effect.is_removal, effect.judgements) == (True, (earlier,))
    assert [(c.how, c.after.id) for c in effect.entities] == [("gained", "company/openai")]
    assert str(effect).startswith("without reject OpenAI: 1 row in 1 episode changes, 1 of them")
    assert preview_judgements(store, [earlier], [earlier]).is_empty


def test_ids_are_gained_lost_and_moved(make_store):
    store = make_store(("NVIDIA", "OpenAI"))
    held = f"cik:{dict(store.shared.entities['company/nvidia'].ids)['cik']}"
    moved = preview_judgement(store, make_judgement("sameas", ["OpenAI", held]), ())
    assert {(c.how, c.entity.id) for c in moved.ids if c.id == held} == {
        ("gained", "company/openai"),
        ("lost", "company/nvidia"),
    }
    denied = preview_judgement(store, make_judgement("not-sameas", ["NVIDIA", held]), ())
    assert [(c.how, c.id) for c in denied.ids] == [("lost", held)]
    assert str(denied) == (
        f"not-sameas NVIDIA, {held}: no row changes\ncompany/nvidia: lost {held}"
    )


def test_examples_are_few_and_of_several_episodes(make_store):
    names = [("OpenAI", "Open AI", "Visa")] * 9
    effect = preview_judgement(make_store(*names), make_judgement("reject", ["OpenAI"]), ())
    assert (effect.rows, effect.episodes, len(effect.examples)) == (18, 9, 6)
    assert len({example.episode.id for example in effect.examples}) == 6


def test_what_redoes_all_episodes_is_announced_and_so_built(make_store, monkeypatch):
    monkeypatch.undo()
    store = make_store(
        *(["OpenAI"] if n < 3 else ["Visa"] if n == 3 else ["Intel"] for n in range(10))
    )
    judgements = [make_judgement("reject", [name]) for name in ("OpenAI", "Visa")]
    excess = "3 of 10 episodes depend on what {}, more than a fifth"
    few, many = (preview_judgement(store, judgement, ()) for judgement in reversed(judgements))
    assert few.notes == ()
    note = f"the next build redoes all 10 episodes, since {excess.format('is judged')}; "
    assert many.notes == (f"{note}rows and shows change only as this preview says",)
    apart = preview_judgement(store, make_judgement("different", ["OpenAI", "Visa"]), ())
    assert str(apart) == (
        "different OpenAI, Visa: nothing changes\n"
        "the next build redoes all 10 episodes, since 4 of 10 episodes depend on what is judged, "
        "more than a fifth; rows and shows change only as this preview says"
    )
    file = store.path.parent / "judgements.yaml"
    for judgement, why in zip(judgements, (excess.format("changed"), ""), strict=True):
        append_judgements(file, [judgement])
        report = build([file.parent / "episodes"], store.path, workers=1, judgements=file)
        assert report.why_full == why


def test_a_contradiction_names_both_judgements(make_store):
    earlier = msgspec.structs.replace(make_judgement("accept", ["OpenAI"]), line=7)
    with pytest.raises(
        DataError,
        match="a.yaml: reject OpenAI contradicts line 7: accept OpenAI: "
        "remove that with `kgraph judge --undo 7 --judgements a.yaml` first",
    ):
        preview_judgement(
            make_store(("OpenAI",)), make_judgement("reject", ["OpenAI"]), [earlier], "a.yaml"
        )


def test_a_graph_of_another_version_is_refused(make_store, monkeypatch):
    store = make_store(("OpenAI",))
    monkeypatch.setattr(kept, "digest_program", lambda: "another")
    with pytest.raises(StoreOutdatedError, match="0001: another version of kgraph or of its lexi"):
        preview_judgement(store, make_judgement("reject", ["OpenAI"]), ())


def test_names_of_any_letters_are_told_as_they_are(make_store):
    name = "<b>&'\u202e\u2028[red]Ünïcode</b>"
    store = make_store((f'"{name}"', "OpenAI"))
    effect = preview_judgement(store, make_judgement("rename", ["OpenAI", name]), ())
    assert effect.entities[0].after.label == "<b>&' [red]Ünïcode</b>"
    assert msgspec.json.decode(msgspec.json.encode(effect), type=JudgementEffect) == effect


def test_a_preview_of_a_type_alone_finds_the_entry_of_that_type(make_store):
    store = make_store(("Gemini",), ("Google Gemini",))
    effect = preview_judgement(store, make_judgement("type", ["Gemini"], type="company"), ())
    assert [(o.after.id, o.rows) for o in effect.outcomes] == [("company/geminiexchange", 1)]
