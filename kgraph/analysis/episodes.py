"""Episodes to listen to: those similar to a given one, and a few that cover many companies.

Similarity is the cosine of the episodes' tf-idf vectors, by the entities that they mention. An
entity's weight is its confidence times the logarithm of (all episodes / episodes that mention it),
its inverse document frequency.

The search for a listening list is exact. An episode mentions one of the 1,024 subsets of ten
companies, so all unions of a few episodes can be enumerated set by set. A set of companies is a
bit mask.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from kgraph.base.errors import InputError
from kgraph.base.text import format_day
from kgraph.graph import Entity, EpisodeSummary, SharedData
from kgraph.query.parameters import QueryArguments, int_arg, split_keywords, text_arg
from kgraph.query.table import Finding, Findings
from kgraph.store import Store

MAX_SHARED_NAMES = 6  #: shared entities named in a row, greatest weight first

#: Companies that are covered exactly: 4,096 sets take a second, twice as many a minute.
MAX_COVERED_COMPANIES = 12

EpisodeChoice = tuple[float, tuple[str, ...]]
"""Sum of the confidences of the mentions in some episodes, and the episodes' slugs."""


def rank_similar_episodes(store: Store, arguments: QueryArguments) -> Findings:
    """Rank episodes by similarity to the given one; the score is the cosine, in (0, 1]."""
    shared = store.shared
    slug = text_arg(arguments, "episode").removeprefix("episode/")
    vectors = _tfidf_vectors(shared.summaries)
    own = vectors.pop(slug)
    ranked = sorted(
        (-math.fsum(x * vector[id_] for id_, x in own.items() if id_ in vector), slug)
        for slug, vector in vectors.items()
    )
    findings = []
    for cosine, slug in ((-negated, slug) for negated, slug in ranked if negated < 0):
        vector = vectors[slug]
        common = sorted(own.keys() & vector.keys(), key=lambda i: (-own[i] * vector[i], i))
        names = ", ".join(shared.entities[id_].label for id_ in common[:MAX_SHARED_NAMES])
        cells = (cosine, *_list_title_show_day(shared, slug), names)
        findings.append(Finding(cells, (f"episode/{slug}",), cosine))
        if len(findings) == int_arg(arguments, "count"):
            break
    return Findings(("likeness", "title", "show", "day", "shared"), findings)


def _list_title_show_day(shared: SharedData, slug: str) -> tuple[str, str, str]:
    summary = shared.summaries[slug]
    show = shared.entities[summary.show].label if summary.show else ""
    return summary.title, show, format_day(summary.date[:10], summary.is_dated)


def _tfidf_vectors(summaries: Mapping[str, EpisodeSummary]) -> dict[str, dict[str, float]]:
    """Return each episode's unit vector by slug; {} for an episode whose weights are all 0."""
    episodes = Counter(id_ for summary in summaries.values() for id_ in summary.mentions)
    rarity = {id_: math.log(len(summaries) / n) for id_, n in episodes.items()}
    vectors = {}
    for slug, summary in summaries.items():
        weights = {id_: sure * rarity[id_] for id_, sure in summary.mentions.items()}
        length = math.sqrt(math.fsum(x * x for x in weights.values()))
        vectors[slug] = {id_: x / length for id_, x in weights.items()} if length else {}
    return vectors


# -- listening list --------------------------------------------------------------


def choose_listening_list(store: Store, arguments: QueryArguments) -> Findings:
    """Choose episodes that together mention most of the top companies of some kinds.

    Of choices that cover as many companies, the one with the fewest episodes and then the highest
    confidence is best. If it has fewer episodes than allowed, episodes follow that mention the
    companies covered least. The score is the number of companies covered so far.

    Raises:
        InputError: there are too many companies, or none of the kinds.
    """
    shared = store.shared
    kinds = frozenset(split_keywords(text_arg(arguments, "kinds")))
    companies = _choose_companies(shared, kinds, int_arg(arguments, "companies"))
    ids, max_episodes = [e.id for e in companies], int_arg(arguments, "episodes")
    slugs = _fill_up(_find_cover(ids, shared, max_episodes), ids, shared, max_episodes)
    findings, covered = [], set[str]()
    for slug in slugs:
        labels = {e.label for e in companies if e.id in shared.summaries[slug].mentions}
        new = ", ".join(sorted(labels - covered))
        covered |= labels
        episode = _list_title_show_day(shared, slug)
        cells = (*episode, new, ", ".join(sorted(labels)), len(covered))
        findings.append(Finding(cells, (f"episode/{slug}",), float(len(covered))))
    missing = ", ".join(e.label for e in companies if e.label not in covered)
    if missing:
        findings.append(Finding(("(no episode chosen)", "", "", missing, "", len(covered))))
    return Findings(("title", "show", "day", "adds", "companies", "covered"), findings)


_NO_KIND_ADVICE = (
    "it has none of a known kind: entries of your own in lexicon/*.yaml can state it, such as "
    "`kind: bank`"
)


def _choose_companies(shared: SharedData, kinds: frozenset[str], limit: int) -> list[Entity]:
    if limit > MAX_COVERED_COMPANIES:
        raise InputError(
            f"companies={limit}: at most {MAX_COVERED_COMPANIES} can be covered exactly"
        )
    companies = [e for e in shared.entities.values() if e.type == "company" and e.kind]
    matching = [e for e in companies if e.kind in kinds]
    if not matching:
        all_kinds = ", ".join(sorted({e.kind for e in companies}))
        advice = f"choose some of {all_kinds}" if all_kinds else _NO_KIND_ADVICE
        raise InputError(
            f"kinds: the graph has no company of these kinds: {advice}", parameter="kinds"
        )
    return sorted(matching, key=lambda entity: (-entity.episodes, entity.id))[:limit]


def _find_cover(ids: list[str], shared: SharedData, max_episodes: int) -> list[str]:
    """Return slugs of episodes that each add a company, the one with most companies first."""
    # Of the episodes that mention one set of companies, the one with most confidence.
    episodes: dict[int, tuple[float, str]] = {}
    for slug, summary in shared.summaries.items():
        mask = sum(1 << n for n, id_ in enumerate(ids) if id_ in summary.mentions)
        confidence = sum(summary.mentions.get(id_, 0.0) for id_ in ids)
        if mask and (mask not in episodes or confidence > episodes[mask][0]):
            episodes[mask] = (confidence, slug)
    best: dict[int, EpisodeChoice] = {0: (0.0, ())}
    for _ in range(max_episodes):
        before = len(best)
        for mask, (confidence, slugs) in list(best.items()):
            for episode_mask, (more, slug) in episodes.items():
                union, choice = mask | episode_mask, (confidence + more, (*slugs, slug))
                if union != mask and (union not in best or _rank(choice) < _rank(best[union])):
                    best[union] = choice
        if len(best) == before:
            break  # more episodes reach no further set
    # A set is first reached with as few episodes as possible.
    chosen = max(best, key=lambda mask: (mask.bit_count(), best[mask][0], -mask))
    sizes = {slug: mask.bit_count() for mask, (_, slug) in episodes.items()}
    return sorted(best[chosen][1], key=lambda slug: (-sizes[slug], slug))


def _rank(choice: EpisodeChoice) -> tuple[int, float, tuple[str, ...]]:
    confidence, slugs = choice
    return len(slugs), -confidence, slugs


def _fill_up(chosen: list[str], ids: list[str], shared: SharedData, max_episodes: int) -> list[str]:
    """Append episodes, in turn the one that mentions most of what is covered least."""
    chosen = list(chosen)
    mentions = {
        slug: {id_: sure for id_, sure in summary.mentions.items() if id_ in ids}
        for slug, summary in shared.summaries.items()
    }
    times = Counter(id_ for slug in chosen for id_ in mentions[slug])
    left = {slug: sure for slug, sure in mentions.items() if sure and slug not in chosen}
    while left and len(chosen) < max_episodes:
        gains = {
            slug: sum(sure / (1 + times[id_]) for id_, sure in by_id.items())
            for slug, by_id in left.items()
        }
        slug = max(gains, key=lambda slug: (gains[slug], slug))
        times.update(left.pop(slug).keys())
        chosen.append(slug)
    return chosen
