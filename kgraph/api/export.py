"""Methods that export the graph to files and to other libraries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from kgraph.api.store_backed import StoreBacked, select_part
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import Selection
from kgraph.graph.graph import DateBound, NamesArgument

if TYPE_CHECKING:
    import networkx
    import rdflib

#: How much of the evidence RDF holds.
RdfProfile = Literal["full", "edges"]


class ExportMixin(StoreBacked):
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
            output: a path, "-" or an open binary file.
            since, until, types, min_confidence, episodes, selection: which part.
            profile: full (all evidence) or edges (plain statements with labels).

        Raises:
            InputError: format, profile or part is unknown, or the part has no episode.
            ExportError: the output cannot be written.
        """
        from kgraph.export import export

        selected = select_part(selection, (since, until), types, min_confidence, episodes)
        base = self.store.meta.base
        export(self.graph, format, output, selection=selected, profile=profile, base=base)

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
        """Return the graph, or a part of it, as networkx's directed multigraph, keyed by predicate.

        Nodes have ``type``, ``label`` and more; edges have ``confidence``, ``weight`` (a strength
        from 0 to 1), ``cost`` (the weight for shortest paths) and ``count``.

        Args:
            since, until, types, min_confidence, episodes, selection: which part.

        Raises:
            InputError: a part is wrong.
        """
        selected = select_part(selection, (since, until), types, min_confidence, episodes)
        return self.graph.select(selected).to_networkx()

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
        """Return the graph, or a part of it, as an rdflib graph in memory.

        A whole corpus takes rdflib a minute and gigabytes: choose a part or the profile edges,
        or use query().

        Args:
            selection, since, until, types, min_confidence, episodes: which part.
            profile: as in export().

        Raises:
            InputError: the profile is unknown, or a part is wrong.
        """
        from kgraph.export.rdf import to_rdflib

        selected = select_part(selection, (since, until), types, min_confidence, episodes)
        return to_rdflib(self.graph.select(selected), self.store.meta.base or BASE_IRI, profile)
