"""The column of a query's rows that has recordings: their addresses lead to the minute of a quote.

The minute is estimated from the records of episodes (:mod:`kgraph.graph.episode_recording`), which
are in no triple, so SPARQL cannot compute it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec
import pyoxigraph
from pyoxigraph import Literal, NamedNode

from kgraph.graph import EpisodeGraph
from kgraph.graph.episode_recording import EpisodeRecording, read_recording
from kgraph.query.table import get_text, make_solutions

ReadEpisodes = Callable[[Iterable[str]], Iterable[EpisodeGraph]]
"""Reads episodes by their slugs, in their order."""


class RecordingColumn(msgspec.Struct, frozen=True):
    """A column of recordings, with the columns of the quotes and episodes."""

    recording: str  #: name of a variable
    text: str  #: name of a variable
    episode: str  #: name of a variable

    def __str__(self) -> str:
        return f"the minute of {self.text} in the address of {self.recording}"

    def link_minutes(
        self, solutions: pyoxigraph.QuerySolutions, read_episodes: ReadEpisodes
    ) -> pyoxigraph.QuerySolutions:
        """Replace each address by the one from the minute on, if that is known."""
        columns = [variable.value for variable in solutions.variables]
        rows = [{column: row[column] for column in columns} for row in solutions]
        slugs = sorted({_get_slug(row[self.episode]) for row in rows if row[self.recording]})
        recordings = {e.slug: read_recording(e) for e in read_episodes(slugs)}
        cells = [[self._link(row, column, recordings) for column in columns] for row in rows]
        return make_solutions(columns, cells)

    def _link(
        self, row: Mapping[str, object], column: str, recordings: Mapping[str, EpisodeRecording]
    ) -> object:
        term = row[column]
        recording = recordings.get(_get_slug(row[self.episode]))
        if column != self.recording or recording is None:
            return term
        address = get_text(term)
        if address != recording.address:  # of a further file of the episode, or no web address
            return term
        linked = recording.link_quote(get_text(row[self.text]))
        if isinstance(term, NamedNode):
            return NamedNode(linked)
        return Literal(linked, datatype=term.datatype) if isinstance(term, Literal) else term


def _get_slug(episode: object) -> str:
    return get_text(episode).rpartition("/")[2]
