"""A few episodes that together mention as many as can be of some companies.

Takes outlines; the best choice is found exactly: what an episode mentions of ten companies is
one of 1,024 sets, so all unions of a few episodes can be walked set by set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from kgraph.analysis.result import Finding, Findings, QueryArguments, int_arg, text_arg
from kgraph.base.errors import InputError
from kgraph.base.text import format_day
from kgraph.graph import Entity, SharedData
from kgraph.store import Store

MAX_COVERED_COMPANIES = 12
"""Companies that can be covered exactly: 4,096 sets take a second, twice that a minute."""

EpisodeChoice = tuple[float, tuple[str, ...]]
"""How sure the mentions of some episodes are, in all, and the episodes' slugs."""


def choose_listening_list(store: Store, arguments: QueryArguments) -> Findings:
    """Episodes that together cover the most mentioned companies of some kinds.

    Where several choices cover as many, the fewest episodes and then the surest mentions are
    taken; what room is left is filled with episodes that speak of what was heard least.
    Score: companies heard of by then.
    """
    shared = store.shared
    kinds = frozenset(text_arg(arguments, "kinds").lower().replace(",", " ").split())
    wanted = _choose_companies(shared, kinds, int_arg(arguments, "companies"))
    ids, most = [e.id for e in wanted], int_arg(arguments, "episodes")
    chosen = _fill_up(_find_cover(ids, shared, most), ids, shared, most)
    found, heard = [], set[str]()
    for slug in chosen:
        here = {e.label for e in wanted if e.id in shared.summaries[slug].mentions}
        outline = shared.summaries[slug]
        new = ", ".join(sorted(here - heard))
        heard |= here
        show = shared.entities[outline.show].label if outline.show else ""
        day = format_day(outline.date[:10], outline.is_dated)
        cells = (outline.title, show, day, new, ", ".join(sorted(here)), len(heard))
        found.append(Finding(cells, (f"episode/{slug}",), float(len(heard))))
    missing = ", ".join(e.label for e in wanted if e.label not in heard)
    if missing:
        found.append(Finding(("(no episode chosen)", "", "", missing, "", len(heard))))
    return Findings(("title", "show", "day", "adds", "companies", "covered"), found)


def _choose_companies(shared: SharedData, kinds: frozenset[str], most: int) -> list[Entity]:
    if most > MAX_COVERED_COMPANIES:
        raise InputError(
            f"companies={most}: at most {MAX_COVERED_COMPANIES} can be covered exactly"
        )
    companies = [e for e in shared.entities.values() if e.type == "company" and e.kind]
    found = [e for e in companies if e.kind in kinds]
    if not found:
        known = ", ".join(sorted({e.kind for e in companies})) or "none that are known"
        raise InputError(
            f"kinds: no company here is of these kinds: choose some of {known}", parameter="kinds"
        )
    return sorted(found, key=lambda entity: (-entity.episodes, entity.id))[:most]


def _find_cover(ids: list[str], shared: SharedData, most: int) -> list[str]:
    """Slugs of at most so many episodes, each adding something, most companies first."""
    episodes = _best_episode_by_set(ids, shared)
    best: dict[int, EpisodeChoice] = {0: (0.0, ())}
    for _ in range(most):
        before = len(best)
        for mask, (sure, slugs) in list(best.items()):
            for other, (more, slug) in episodes.items():
                union, choice = mask | other, (sure + more, (*slugs, slug))
                if union != mask and _is_better(choice, best.get(union)):
                    best[union] = choice
        if len(best) == before:
            break  # more episodes reach no further set
    # The fewer episodes the better: a set was first reached with as few as can be.
    chosen = max(best, key=lambda mask: (mask.bit_count(), best[mask][0], -mask))
    sizes = {slug: mask.bit_count() for mask, (_, slug) in episodes.items()}
    return sorted(best[chosen][1], key=lambda slug: (-sizes[slug], slug))


def _fill_up(chosen: list[str], ids: list[str], shared: SharedData, most: int) -> list[str]:
    """The choice with further episodes, each speaking most of what was heard least."""
    chosen = list(chosen)
    speaking = {
        slug: _select_ids(ids, outline.mentions) for slug, outline in shared.summaries.items()
    }
    times = Counter(id_ for slug in chosen for id_ in speaking[slug])
    rest = {slug: found for slug, found in speaking.items() if found and slug not in chosen}
    while rest and len(chosen) < most:
        gains = {
            slug: sum(sure / (1 + times[id_]) for id_, sure in found.items())
            for slug, found in rest.items()
        }
        slug = max(gains, key=lambda slug: (gains[slug], slug))
        times.update(rest.pop(slug).keys())
        chosen.append(slug)
    return chosen


def _select_ids(ids: Collection[str], mentions: Mapping[str, float]) -> dict[str, float]:
    return {id_: sure for id_, sure in mentions.items() if id_ in ids}


def _is_better(choice: EpisodeChoice, known: EpisodeChoice | None) -> bool:
    if known is None:
        return True
    return (len(choice[1]), -choice[0], choice[1]) < (len(known[1]), -known[0], known[1])


def _best_episode_by_set(ids: list[str], shared: SharedData) -> dict[int, tuple[float, str]]:
    """For each set of companies, as bits, the episode whose mentions of it are surest."""
    found: dict[int, tuple[float, str]] = {}
    for slug, outline in shared.summaries.items():
        mask = sum(1 << n for n, id_ in enumerate(ids) if id_ in outline.mentions)
        sure = sum(outline.mentions.get(id_, 0.0) for id_ in ids)
        if mask and (mask not in found or sure > found[mask][0]):
            found[mask] = (sure, slug)
    return found
