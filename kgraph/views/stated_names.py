"""Names by which files state a show, and by which judgement or rule each of them means it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from kgraph.base.text import name_key
from kgraph.graph import Entity
from kgraph.graph.decoded_fields import EpisodeShow
from kgraph.resolve.judgement import describe_judgement
from kgraph.resolve.shows.evidence import parse_stated_show, read_claimed_name
from kgraph.resolve.shows.match_names import match_stated_name
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import BuildKnowledge
from kgraph.views.values import EpisodeLine

#: By which a stated name means a show.
StatedRule = Literal["label", "judgement", "known", "spelling", "unknown"]

_RULE_WORDS = {
    "label": "the show is called so",
    "known": "the show is known by this name, its first words or its sound",
    "spelling": "the same name, spelt as most files spell it",
    "unknown": "what the build knew of this name is not known: build again",
}  #: rule -> what it says


class StatedName(msgspec.Struct, frozen=True):
    """A name by which files state a show.

    Attributes:
        name: as written.
        rule: by which it means the show; ``words`` says it.
        lines: of the judgements by which it does.
        episodes: of the show that state it.
        example: the first of them; ``file`` is the file that states it.
    """

    name: str
    rule: StatedRule
    words: str
    lines: list[int]
    episodes: int
    example: EpisodeLine
    file: str


class StatedNames(msgspec.Struct, frozen=True):
    """The names by which files state a show.

    Attributes:
        names: most episodes first.
        total: number of names, of which ``names`` has the first.
        episodes: number of episodes that state the show.
    """

    names: list[StatedName] = []
    total: int = 0
    episodes: int = 0


class ShowEpisodes(msgspec.Struct, frozen=True):
    """Stated names of a show, and the judgements that decided its episodes.

    Attributes:
        stated: the names by which their files state it.
        judged: episodes of it that each judgement decided, by the judgement in words.
    """

    stated: list[StatedName]
    judged: Counter[str]


def read_show_episodes(graph: OpenGraph, knowledge: BuildKnowledge, show: Entity) -> ShowEpisodes:
    """Read which names the files of a show's episodes state, and which judgements decided it."""
    slugs = graph.episodes_by_show.get(show.id, [])
    stating: dict[str, list[EpisodeShow]] = {}
    judged: Counter[str] = Counter()
    for episode in graph.store.read_fields(EpisodeShow, slugs):
        if episode.judged_show:
            judged.update({reason.words for reason in episode.judged_show.reasons})
        edge = episode.show
        if edge and any(reason.part == "source" for reason in edge.reasons):
            name = parse_stated_show(episode.files[edge.file].values.source)
            stating.setdefault(name, []).append(episode)
    ranked = sorted(stating.items(), key=lambda item: (-len(item[1]), item[0]))
    names = [_explain_name(graph, knowledge, show, name, episodes) for name, episodes in ranked]
    return ShowEpisodes(names, judged)


def cut_stated_names(stated: Sequence[StatedName], limit: int) -> StatedNames:
    """Return the first of some names with the totals of all."""
    return StatedNames(list(stated[:limit]), len(stated), sum(name.episodes for name in stated))


def _explain_name(
    graph: OpenGraph,
    knowledge: BuildKnowledge,
    show: Entity,
    name: str,
    episodes: Sequence[EpisodeShow],
) -> StatedName:
    first = episodes[0]
    assert first.show is not None
    names = knowledge.show_names
    match, is_known = match_stated_name(read_claimed_name(name), names)
    applied = {names.judgements.reasons[k] for k in match.keys if k in names.judgements.labels}
    judgements = [judgement for judgement in knowledge.judgements if judgement.words in applied]
    rule: StatedRule = "known" if is_known else "spelling"
    if knowledge.replay is None or match.is_rejected or name_key(match.label) != show.key:
        rule, judgements = "unknown", []
    elif judgements:
        rule = "judgement"
    elif name == show.label:
        rule = "label"
    return StatedName(
        *(name, rule, _RULE_WORDS.get(rule) or "; ".join(map(describe_judgement, judgements))),
        [judgement.line for judgement in judgements],
        len(episodes),
        graph.make_episode_line(first.slug),
        first.files[first.show.file].file,
    )
