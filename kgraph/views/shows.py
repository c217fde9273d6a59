"""Why an episode has no show, and by which names files state a show.

The graph keeps the evidence of shows that were decided. That of others is computed again by the
code that decides, from the file and from the table of shows that the build kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from kgraph.base.errors import StoreError
from kgraph.base.model import Reason
from kgraph.base.text import name_key, pluralize
from kgraph.graph import Entity, EpisodeGraph
from kgraph.graph.absence import format_names_command
from kgraph.graph.decoded_fields import EpisodeShow
from kgraph.resolve.shows.decide import (
    MIN_SHOW_CONFIDENCE,
    decide_show_of_files,
    list_stated_shows,
)
from kgraph.resolve.shows.evidence import observe_show, parse_stated_show, read_claimed_name
from kgraph.resolve.shows.match_names import match_stated_name
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import Claim, FilePlace, JudgementCitations, make_claim
from kgraph.views.replay import BuildKnowledge, Replay

MAX_SUGGESTED_SHOWS = 2  #: of which one is most likely right, or both are one
_UNKNOWN = "undecided, for a reason that another version of kgraph knows: build again"


class UndecidedShow(msgspec.Struct, frozen=True):
    """Why an episode has no show.

    Attributes:
        words: why, with the probability of the best candidate.
        reasons: for the best candidate, strongest first.
        stated_shows: those that the episode says it is of, the likeliest first.
        commands: the judgements that decide it: for the likeliest shows, or that two are one.
    """

    words: str
    reasons: tuple[Reason, ...] = ()
    stated_shows: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


def explain_undecided_show(store: Store, episode: EpisodeGraph) -> UndecidedShow:
    """Decide the show of an episode that has none again, and tell what was missing."""
    try:
        table = Replay.cached_for(store).shows
    except StoreError:  # the audit must not fail for this
        return UndecidedShow(_UNKNOWN)
    evidence = [observe_show(file, table.names.registry) for file in episode.files]
    number, decision = decide_show_of_files(evidence, table)
    if decision.key:
        return UndecidedShow(_UNKNOWN)
    if not decision.confidence:
        is_judged = bool(decision.evidence)
        why = "a judgement rejects each show that is named" if is_judged else "nothing names a show"
        return UndecidedShow(f"undecided: {why}", decision.evidence)
    words = (
        f"undecided: the best candidate has a probability of {decision.confidence:.3g}, "
        f"below {MIN_SHOW_CONFIDENCE:g}"
    )
    stated = list_stated_shows(evidence[number], table)
    if len(stated) > 1:
        words += f", since the file names {' and '.join(stated[:MAX_SUGGESTED_SHOWS])}"
    commands = _list_commands(store, stated[:MAX_SUGGESTED_SHOWS])
    return UndecidedShow(words, decision.evidence, tuple(stated), commands)


def _list_commands(store: Store, labels: list[str]) -> tuple[str, ...]:
    ids = [f"show/{name_key(label)}" for label in labels]
    accepted = tuple(f"kgraph judge accept {id_}" for id_ in ids)
    if len(ids) < 2:
        return accepted
    # `same` refuses an id that nothing in the graph has.
    kept = ids[0] if ids[0] in store.shared.entities else labels[0]
    return (*accepted, format_names_command("judge same", kept, *ids[1:]))


class ShowHistory(msgspec.Struct, frozen=True):
    """The names by which files state a show, and the episodes of it that judgements decided.

    Attributes:
        stated: a claim for each name, most episodes first.
        judged: episodes that each judgement decided, by the judgement in words.
    """

    stated: tuple[Claim, ...]
    judged: Counter[str]


def read_show_history(
    graph: OpenGraph, known: BuildKnowledge, show: Entity, citations: JudgementCitations
) -> ShowHistory:
    """Read which names the files of a show's episodes state, and which judgements decided it."""
    stating: dict[str, list[EpisodeShow]] = defaultdict(list)
    judged: Counter[str] = Counter()
    for episode in graph.store.read_fields(EpisodeShow, graph.episodes_by_show.get(show.id, [])):
        if episode.judged_show:
            judged.update({reason.words for reason in episode.judged_show.reasons})
        edge = episode.show
        if edge and any(reason.part == "source" for reason in edge.reasons):
            stating[parse_stated_show(episode.files[edge.file].values.source)].append(episode)
    ranked = sorted(stating.items(), key=lambda item: (-len(item[1]), item[0]))
    stated = (_explain_name(graph, known, name, e, citations) for name, e in ranked)
    return ShowHistory(tuple(stated), judged)


def _explain_name(
    graph: OpenGraph,
    known: BuildKnowledge,
    name: str,
    episodes: list[EpisodeShow],
    citations: JudgementCitations,
) -> Claim:
    """Return a name that files state as a claim, because of the judgements by which it is meant."""
    first, names = episodes[0], known.show_names
    assert first.show is not None
    match, is_known = match_stated_name(read_claimed_name(name), names)
    applied = {names.judgements.reasons[k] for k in match.keys if k in names.judgements.labels}
    judgements = [judgement for judgement in known.judgements if judgement.words in applied]
    rule = "judgement" if judgements else "known" if is_known else "spelling"
    words = {"judgement": "a judgement", "known": "a known name", "spelling": "its spelling"}[rule]
    values = {"episodes": pluralize(len(episodes), "episode"), "name": name, "words": words}
    return make_claim(
        "stated",
        values,
        rule=rule,
        episodes=len(episodes),
        episode=graph.make_episode_line(first.slug),
        source=FilePlace(first.files[first.show.file].file, "/source", name),
        because=tuple(map(citations.cite, judgements)),
    )
