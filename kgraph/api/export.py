"""The methods by which the graph leaves for other programs and libraries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from kgraph.api.opened import StoreBacked
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import Selection
from kgraph.graph.graph import DateBound, NamesArgument, make_selection

if TYPE_CHECKING:
    import networkx
    import rdflib

RdfProfile = Literal["full", "edges"]
"""How much of the evidence RDF holds."""


class ExportMixin(StoreBacked):
    """What leaves a graph."""

    def export(
        self,
        format: str,
        output: str | Path | BinaryIO,
        *,
        since: DateBound = "",
        until: DateBound = "",
        types: NamesArgument = (),
        min_confidence: float = 0.0,
        episodes: NamesArgument = (),
        selection: Selection | None = None,
        profile: RdfProfile = "full",
    ) -> None:
        """Write the graph, or a part of it, in another format.

        Args:
            format: such as turtle, graphml, csv; `kgraph export --help` names all.
            output: a path, written whole or not at all; "-" for standard output; or an open
                binary file.
            since, until, types, min_confidence, episodes, selection: which part.
            profile: full (all evidence) or edges (plain statements with labels).

        Raises:
            InputError: format, profile or part are not known, or no episode is in the part.
            ExportError: the output cannot be written.
        """
        from kgraph.export import export

        chosen = make_selection(
            selection,
            since=since,
            until=until,
            types=types,
            min_confidence=min_confidence,
            episodes=episodes,
        )
        base = self.store.meta.base
        export(self.graph, format, output, selection=chosen, profile=profile, base=base)

    def to_networkx(
        self,
        *,
        since: DateBound = "",
        until: DateBound = "",
        types: NamesArgument = (),
        min_confidence: float = 0.0,
        episodes: NamesArgument = (),
        selection: Selection | None = None,
    ) -> networkx.MultiDiGraph[str]:
        """The graph, or a part of it, as a directed multigraph of networkx, keyed by predicate.

        Args:
            since, until, types, min_confidence, episodes, selection: which part.

        Returns:
            Nodes with ``type``, ``label`` and more; edges with ``confidence``, ``weight`` (a
            strength from 0 to 1), ``cost`` (what shortest paths should add up) and ``count``.

        Raises:
            InputError: a part is wrong.
        """
        chosen = make_selection(
            selection,
            since=since,
            until=until,
            types=types,
            min_confidence=min_confidence,
            episodes=episodes,
        )
        return self.graph.select(chosen).to_networkx()

    def to_rdflib(
        self,
        selection: Selection | None = None,
        profile: RdfProfile = "full",
        *,
        since: DateBound = "",
        until: DateBound = "",
        types: NamesArgument = (),
        min_confidence: float = 0.0,
        episodes: NamesArgument = (),
    ) -> rdflib.Graph:
        """The graph, or a part of it, in rdflib's memory.

        A whole corpus takes rdflib a minute and gigabytes: choose a part, or the profile edges,
        or ask with query().

        Args:
            selection, since, until, types, min_confidence, episodes: which part.
            profile: full (all evidence) or edges (plain statements with labels).

        Raises:
            InputError: there is no such profile, or a part is wrong.
        """
        from kgraph.export.rdf import to_rdflib

        chosen = make_selection(
            selection,
            since=since,
            until=until,
            types=types,
            min_confidence=min_confidence,
            episodes=episodes,
        )
        return to_rdflib(self.graph.select(chosen), self.store.meta.base or BASE_IRI, profile)
