"""Renders the answers of the tools ``how`` and ``why_not`` as small JSON for agents."""

from __future__ import annotations

from collections.abc import Iterable

from kgraph.server.mcp.render import (
    MAX_NAME_CHARS,
    MAX_TITLE_CHARS,
    JsonObject,
    clean_text,
    drop_empty,
    render_witness,
)
from kgraph.views.how import HowFacts
from kgraph.views.how_tables import list_groups
from kgraph.views.name_rows import RowGroup, RowGroups
from kgraph.views.rival import Candidacy
from kgraph.views.stated_names import StatedName
from kgraph.views.values import EpisodeLine
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotReason


def render_how(facts: HowFacts, base: str) -> JsonObject:
    """Render how an entity came together."""
    return drop_empty(
        id=facts.thing.id,
        iri=base + facts.thing.id,
        name=clean_text(facts.thing.label),
        type=facts.thing.type,
        kind=facts.kind,
        episodes=facts.episodes,
        advertised_in=facts.advertised or "",
        unlikely_in=facts.unlikely or "",
        label_from=clean_text(facts.label.words),
        type_from=clean_text(facts.type.words),
        ids=[{"id": id_.id, "from": clean_text(id_.words)} for id_ in facts.ids],
        judgements=[
            drop_empty(
                judgement=clean_text(x.words),
                line=x.line,
                rows=x.rows,
                own_episodes=x.series or "",
                by=clean_text(x.by, MAX_NAME_CHARS),
                date=x.date,
                why=clean_text(x.why),
            )
            for x in facts.judgements
        ],
        stated_as=[_render_stated_name(name) for name in facts.stated.names],
        more_stated_names=facts.stated.total - len(facts.stated.names) or "",
        **{name: _render_groups(groups) for name, groups in list_groups(facts) if groups.total},
        looked_for=[clean_text(name, MAX_NAME_CHARS) for name in facts.names],
        note=facts.note,
    )


def _render_stated_name(name: StatedName) -> JsonObject:
    return drop_empty(
        name=clean_text(name.name, MAX_NAME_CHARS),
        rule=name.rule,
        why=clean_text(name.words),
        episodes=name.episodes,
        example=name.example.id,
        file=clean_text(name.file),
    )


def _render_groups(groups: RowGroups) -> JsonObject:
    return drop_empty(
        rows=groups.rows,
        episodes=groups.episodes,
        groups=list(_render_each(groups.groups)),
        more_groups=groups.total - len(groups.groups) or "",
    )


def _render_each(groups: Iterable[RowGroup]) -> Iterable[JsonObject]:
    for group in groups:
        yield drop_empty(
            written=clean_text(group.surface, MAX_NAME_CHARS),
            taken_for=group.thing.id if group.thing else "",
            rule=group.rule,
            why=clean_text(group.words),
            rows=group.rows,
            episodes=group.episodes,
            confidence=[group.low, group.mean, group.high],
            example=group.example.id,
        )


def render_why_not(facts: WhyNotFacts) -> JsonObject:
    """Render why two names are not one thing, or why an episode does not mention a name."""
    return drop_empty(
        answer=clean_text(facts.answer),
        name=facts.thing.id if facts.thing else clean_text(facts.name, MAX_NAME_CHARS),
        other=facts.other_thing.id if facts.other_thing else "",
        episode=_render_episode_line(facts.episode) if facts.episode else {},
        reasons=[_render_reason(reason) for reason in facts.reasons],
        judgements_that_change_it=facts.commands,
        note=facts.note,
    )


def _render_reason(reason: WhyNotReason) -> JsonObject:
    return drop_empty(
        about=reason.kind,
        why=clean_text(reason.words),
        rows=[render_witness(row) for row in reason.rows],
        more_rows=reason.more_rows or "",
        groups=list(_render_each(reason.groups)),
        stated_as=[_render_stated_name(name) for name in reason.stated],
        nearest=_render_candidacy(reason.candidacy) if reason.candidacy else {},
        text=[
            {
                "place": f"{hit.file}#{hit.place}",
                "context": clean_text(f"{hit.before}{hit.name}{hit.after}"),
            }
            for hit in reason.hits
        ],
        more_places=reason.more_hits or "",
    )


def _render_candidacy(candidacy: Candidacy) -> JsonObject:
    return drop_empty(
        episode=_render_episode_line(candidacy.episode),
        kept_back_by=candidacy.obstacle,
        source=candidacy.source,
        probability=candidacy.probability,
        chosen=clean_text(candidacy.chosen, MAX_NAME_CHARS),
        chosen_probability=candidacy.chosen_probability,
        row=render_witness(candidacy.row),
    )


def _render_episode_line(line: EpisodeLine) -> JsonObject:
    return {"id": line.id, "title": clean_text(line.title, MAX_TITLE_CHARS)}
