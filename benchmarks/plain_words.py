"""The words of the plain script: which property carries which field."""

from __future__ import annotations

from rdflib import Namespace

BASE = Namespace("https://w3id.org/kgraph/id/")
KG = Namespace("https://w3id.org/kgraph/ns#")
SCHEMA = Namespace("https://schema.org/")
OA = Namespace("http://www.w3.org/ns/oa#")
FIELDS = {
    "title": SCHEMA.name,
    "date": SCHEMA.datePublished,
    "source": KG.statedSource,
    "original_url": SCHEMA.url,
    "processing_date": KG.processedAt,
    "layout": KG.layout,
    "llm_enhanced": KG.llmEnhanced,
    "has_transcript": KG.hasTranscript,
    "transcript_url": KG.transcript,
}
ROWS = {
    "companies": (
        KG.CompanyRow,
        {
            "name": KG.surface,
            "category": KG.statedCategory,
            "confidence": KG.statedConfidence,
            "context": OA.exact,
            "position": KG.position,
        },
    ),
    "quotes": (
        KG.QuoteRow,
        {
            "relevance_score": KG.statedRelevance,
            "topic": KG.statedTopic,
            "topics": KG.statedTopic,
            "impact_reason": KG.impactReason,
            "length": KG.statedLength,
        },
    ),
    "topics": (
        KG.TopicRow,
        {
            "mentions": KG.statedKeywordCount,
            "prominence": KG.statedProminence,
            "keywords": KG.keyword,
        },
    ),
    "tags": (KG.TagRow, {}),
    "insights": (
        KG.InsightRow,
        {
            "text": SCHEMA.text,
            "extracted": KG.extracted,
            "type": KG.insightType,
            "confidence": KG.statedConfidence,
            "actionable": KG.actionable,
        },
    ),
    "actionable_items": (
        KG.ActionItemRow,
        {
            "action": SCHEMA.text,
            "category": KG.statedCategory,
            "full_context": OA.exact,
            "priority": KG.priority,
        },
    ),
}
