"""A briefing as JSON values for agents (:mod:`kgraph.server.mcp.render`)."""

from __future__ import annotations

from kgraph.base.text import format_day
from kgraph.server.mcp.render import MAX_TITLE_CHARS, JsonObject, clean_text, drop_empty
from kgraph.views.briefing_values import BriefingEvidence, BriefingFacts, BriefingRow

#: Episodes of a row. With two, five rows of each section have 36,000 characters.
MAX_EVIDENCE = 1


def render_briefing(facts: BriefingFacts) -> JsonObject:
    """Render the sections with their figures, evidence and the questions that repeat them."""
    return {
        "since": facts.since,
        "until": facts.until,
        "before": [facts.before_since, facts.before_until],
        "episodes": facts.episodes,
        "episodes_before": facts.episodes_before,
        "coverage": facts.coverage,
        "sections": [
            {
                "section": section.key,
                "title": section.title,
                **drop_empty(note=section.note, empty=section.empty),
                "total": section.total,
                "rows": [_render_row(row) for row in section.rows],
                "repeat": section.query.command,
            }
            for section in facts.sections
        ],
    }


def _render_row(row: BriefingRow) -> JsonObject:
    return drop_empty(
        about=[{"id": ref.id, "name": clean_text(ref.label)} for ref in row.subjects],
        text=clean_text(row.text),
        said=clean_text(row.quote),
        evidence=[_render_evidence(each) for each in row.evidence[:MAX_EVIDENCE]],
    )


def _render_evidence(evidence: BriefingEvidence) -> JsonObject:
    line = evidence.episode
    return drop_empty(
        episode=line.id,
        title=clean_text(line.title, MAX_TITLE_CHARS),
        date=format_day(line.date, line.dated),
        show=clean_text(line.show.label) if line.show else "",
        url=clean_text(evidence.recording),
    )
