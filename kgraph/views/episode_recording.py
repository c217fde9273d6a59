"""Recordings of episodes, the minute in which a quote is said, and citations."""

from __future__ import annotations

import msgspec

from kgraph.base.text import format_day
from kgraph.base.web_address import safe_web_url
from kgraph.graph import EpisodeGraph
from kgraph.graph.quote_times import PlacedText, convert_position, estimate_minute
from kgraph.views.values import QuoteLine


class EpisodeRecording(msgspec.Struct, frozen=True):
    """The recording of an episode.

    Attributes:
        address: "" if none is known, or it is not http(s).
        minutes: its duration; 0 if unknown.
        entries: of names in its transcript.
    """

    address: str = ""
    minutes: int = 0
    entries: tuple[PlacedText, ...] = ()

    def estimate_minute(self, text: str) -> int | None:
        """Estimate in which minute a quote begins; None if unknown, or there is no recording."""
        return estimate_minute(text, self.entries, self.minutes) if self.address else None

    def convert_position(self, position: object) -> int | None:
        """Estimate in which minute a row stands, by its position in the transcript."""
        if not self.address or not isinstance(position, int):
            return None
        return convert_position(position, self.entries, self.minutes)


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


def read_recording(episode: EpisodeGraph) -> EpisodeRecording:
    """Return the recording of an episode, as its main file states it."""
    main = episode.main_file
    minutes = main.values.get("duration")
    entries = []
    for row in main.rows.get("companies", ()):
        position = row.values.get("position")
        if isinstance(position, int):
            entries.append(PlacedText(row.text("name"), row.text("context"), position))
    return EpisodeRecording(
        safe_web_url(main.text("original_url")),
        minutes if isinstance(minutes, int) else 0,
        tuple(entries),
    )
