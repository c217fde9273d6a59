"""The recording of an episode, and the minute of it in which a quote is said."""

from __future__ import annotations

import msgspec

from kgraph.base.media import link_minute
from kgraph.base.web_address import safe_web_url
from kgraph.graph.quote_times import PlacedText, convert_position, estimate_minute
from kgraph.graph.records import EpisodeGraph


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

    def link_quote(self, text: str) -> str:
        """Return the address from the minute on in which a quote begins, if that is known."""
        return link_minute(self.address, self.estimate_minute(text))


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
