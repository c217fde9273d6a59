"""Citations of quotes, with the recording and the minute."""

from __future__ import annotations

from kgraph.base.text import format_day
from kgraph.views.values import QuoteLine


def cite_quote(quote: QuoteLine) -> str:
    """Return a citation of a quote: text, title, show, day, address. Files name no speaker.

    >>> from kgraph.views.values import EntityRef, EpisodeLine, QuoteLine
    >>> show = EntityRef("show/ab", "A & B", "show")
    >>> episode = EpisodeLine("episode/one", "Does it?", "2025-09-01", True, show)
    >>> cite_quote(QuoteLine("quote/x", "It works.", 1.0, episode, minute=12, recording="https://a.b"))
    '“It works.” Does it? A & B, 2025-09-01. https://a.b (about minute 12)'
    """
    episode = quote.episode
    source = [episode.show.label] if episode.show else []
    source += [format_day(episode.date, episode.dated)] if episode.date else []
    title = episode.title or episode.id
    pieces = [f"“{quote.text}”", title if title.endswith((".", "?", "!", "…")) else f"{title}."]
    pieces += [", ".join(source) + "."] if source else []
    pieces += [quote.recording] if quote.recording else []
    pieces += [f"(about minute {quote.minute})"] if quote.minute is not None else []
    return " ".join(pieces)
