"""Methods that export the graph: to files, to other libraries, as an interactive view or atlas."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import msgspec

from kgraph.api.store_backed import DEFAULT_VIEW_SELECTION, StoreBacked
from kgraph.base.errors import InputError
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import Selection
from kgraph.graph.selection import DateBound, NamesArgument, make_selection

if TYPE_CHECKING:
    import networkx
    import rdflib

    from kgraph.atlas import AtlasPage
    from kgraph.base.progress import Progress
    from kgraph.draw import View
    from kgraph.draw.draw import Sketch
    from kgraph.export.push import PushReport

#: How much of the evidence RDF holds.
RdfProfile = Literal["kb", "full", "edges"]

#: What network formats and tables hold.
NetworkName = Literal["statements", "co-mentions"]

#: Format of the changes of an export: RDF Patch or SPARQL Update.
DeltaFormat = Literal["patch", "update"]


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
        unlikely: bool = False,
        selection: Selection | None = None,
        profile: RdfProfile = "kb",
        quotes: int | Literal["all"] = 0,
        rdf12: bool = False,
        network: NetworkName = "statements",
        licence: str = "",
        ontology: bool = False,
        base: str = "",
        graph: str = "",
        files: str | Path | None = None,
        address: str = "",
    ) -> None:
        """Write the graph, or a part of it, in another format, or a record of it for catalogues.

        Args:
            format: such as turtle, graphml, csv; `kgraph export --help` names all.
            output: a path, "-" or an open binary file; of neo4j, parquet and vault a folder.
            since, until, types, min_confidence, episodes, unlikely, selection: which part.
            profile: of the RDF formats: kb (what other knowledge bases take, with confidences),
                full (all evidence) or edges (plain statements with labels).
            quotes: in kb, in networks of statements and in tables, how many of the best quotes of
                an episode; "all" for all of them, those of adverts too, but in RDF. In a vault, of
                an episode and of each thing that it mentions, never those of adverts.
            rdf12: in kb, whether the nodes of mentions reify their statements (RDF 1.2).
            network: in graphml, gexf, json, csv and csv-nodes: the statements of the graph, or
                co-mentions: which entities are mentioned together, how often, since when.
            licence: of what is written, as an IRI or an SPDX identifier such as CC-BY-4.0.
            ontology: whether RDF contains the statements of the ontology, too.
            base: base of the IRIs; by default that of the build.
            graph: IRI of the named graph, in formats that have one; by default the data set's.
            files: folder of exported files that a record (dcat, croissant) describes.
            address: where they are published, ending in /.

        Raises:
            InputError: format, profile, network or part is unknown, or the part has no episode;
                the format or the profile does not hold quotes, rdf12 or the network; the licence is
                neither an IRI nor an identifier, or the base is not valid; unlikely mentions in kb
                or in a vault.
            ExportError: the output cannot be written.
        """
        from kgraph.export import export
        from kgraph.export.catalogue import (
            CATALOGUE_FORMATS,
            check_export_format,
            check_record_content,
            write_catalogue_record,
        )
        from kgraph.export.export import parse_licence
        from kgraph.export.networks import ALL_QUOTES
        from kgraph.export.rdf import RdfContent
        from kgraph.pipeline.id_sources import NO_ID_SOURCES, read_id_sources

        selected = make_selection(
            selection, (since, until), types, min_confidence, episodes, unlikely=unlikely
        )
        count = ALL_QUOTES if quotes == "all" else quotes
        licence = parse_licence(licence) if licence else ""
        check_export_format(format)
        has_ids = format in ("vault", "sssom")
        sources = read_id_sources(self.store.build) if has_ids else NO_ID_SOURCES
        content = RdfContent(profile, count, rdf12, network, licence, ontology, graph, sources)
        base = base or self.store.meta.base
        if format in CATALOGUE_FORMATS:
            check_record_content(format, content)
            write_catalogue_record(
                self.graph,
                format,
                output,
                selection=selected,
                files=files,
                address=address,
                licence=licence,
                base=base,
            )
            return
        if files is not None or address:
            raise InputError(
                f"files and address are of {', '.join(CATALOGUE_FORMATS)}, not of {format}"
            )
        export(self.graph, format, output, selection=selected, content=content, base=base)

    def export_changes(
        self,
        output: str | Path | BinaryIO,
        *,
        format: DeltaFormat = "patch",
        against: str | Path | None = None,
        graph: str = "",
        profile: RdfProfile = "kb",
        quotes: int = 0,
        rdf12: bool = False,
    ) -> tuple[int, int]:
        """Write what turns the previous build's export exactly into this one's.

        Args:
            output: a path, "-" or an open binary file.
            format: patch (RDF Patch) or update (SPARQL Update).
            against: another store or an RDF file, in place of the previous build.
            graph: IRI of the named graph to change; "" for the default graph.
            profile, quotes, rdf12: of the export, as in export().

        Returns:
            Numbers of statements deleted and inserted.

        Raises:
            InputError: no build before this one is kept, or an argument is wrong.
            ExportError: the output cannot be written.
        """
        from kgraph.export.delta import write_changes
        from kgraph.export.rdf import RdfContent

        content = RdfContent(profile, quotes, rdf12)
        other = None if against is None else Path(against)
        return write_changes(self.store, output, format, content, against=other, graph=graph)

    def push(
        self,
        url: str,
        graph: str,
        *,
        update_url: str = "",
        query_url: str = "",
        delta: bool = False,
        overwrite: bool = False,
        verify: bool = False,
        dry_run: bool = False,
        timeout: float = 600,
        profile: RdfProfile = "kb",
        quotes: int = 0,
        rdf12: bool = False,
        progress: Progress | None = None,
    ) -> PushReport:
        """Make a graph of another triple store equal to an export, whole or by the changes.

        KGRAPH_PUSH_USER and KGRAPH_PUSH_PASSWORD, or KGRAPH_PUSH_TOKEN, log in.

        Args:
            url: address of the SPARQL Graph Store Protocol.
            graph: IRI of the named graph.
            update_url, query_url: addresses of SPARQL Update and of queries.
            delta: send only the changes since the last push.
            overwrite: replace a graph that no push from this store has written.
            verify: compare number and digest of each class's statements afterwards.
            dry_run: send nothing, and return what would be sent.
            timeout: seconds without an answer before a new try.
            profile, quotes, rdf12: of the export, as in export().
            progress: called with the name of a stage, the number of items done, and the total.

        Raises:
            InputError: an argument is wrong.
            PushError: the triple store refuses, cannot be reached, or holds something else.
            StoreError: the record of the push cannot be written, or another push runs.
        """
        from kgraph.base.http_client import HttpClient
        from kgraph.base.progress import default_progress
        from kgraph.export.push import PushTarget, push
        from kgraph.export.rdf import RdfContent

        return push(
            self.store,
            PushTarget(url, graph, update_url, query_url),
            RdfContent(profile, quotes, rdf12),
            HttpClient(os.environ, timeout),
            delta=delta,
            overwrite=overwrite,
            verify=verify,
            rehearse=dry_run,
            progress=progress or default_progress(),
        )

    def to_networkx(
        self,
        *,
        since: DateBound = "",
        until: DateBound = "",
        types: NamesArgument = (),
        min_confidence: float = 0.0,
        episodes: NamesArgument = (),
        unlikely: bool = False,
        selection: Selection | None = None,
    ) -> networkx.MultiDiGraph[str]:
        """Return the graph, or a part of it, as networkx's directed multigraph, keyed by predicate.

        Nodes have ``type``, ``label`` and more; edges have ``confidence``, ``weight`` (a strength
        from 0 to 1), ``cost`` (the weight for shortest paths) and ``count``.

        Args:
            since, until, types, min_confidence, episodes, unlikely, selection: which part.

        Raises:
            InputError: a part is wrong.
        """
        selected = make_selection(
            selection, (since, until), types, min_confidence, episodes, unlikely=unlikely
        )
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
        unlikely: bool = False,
    ) -> rdflib.Graph:
        """Return the graph, or a part of it, as an rdflib graph in memory.

        A whole corpus takes rdflib a minute and gigabytes: choose a part or the profile edges,
        or use query().

        Args:
            selection, since, until, types, min_confidence, episodes, unlikely: which part.
            profile: as in export().

        Raises:
            InputError: the profile is unknown, or a part is wrong.
        """
        from kgraph.export.rdf import to_rdflib

        selected = make_selection(
            selection, (since, until), types, min_confidence, episodes, unlikely=unlikely
        )
        return to_rdflib(self.graph.select(selected), self.store.meta.base or BASE_IRI, profile)

    def view(
        self,
        output: str | Path | BinaryIO,
        *,
        focus: str = "",
        depth: int = 1,
        since: DateBound = "",
        until: DateBound = "",
        types: NamesArgument = DEFAULT_VIEW_SELECTION.types,
        min_confidence: float = DEFAULT_VIEW_SELECTION.min_confidence,
        episodes: NamesArgument = (),
        unlikely: bool = False,
        selection: Selection | None = None,
        limit: int = 60,
    ) -> View:
        """Write an interactive picture of names that are mentioned together, as one offline page.

        Args:
            output: a path, "-" or an open binary file.
            focus: name or id to put in the middle; "" for the names with the strongest links.
            depth: how many steps around the focus.
            since, until, types, min_confidence, episodes, unlikely, selection: which part.
            limit: how many names at most.

        Raises:
            InputError: the focus is no known name, or there is nothing to draw.
            ViewTooLargeError: the limit is larger than a readable picture.
            ExportError: the output cannot be written.
        """
        from kgraph.draw import write_view

        selected = make_selection(
            selection,
            (since, until),
            types,
            min_confidence,
            episodes,
            unlikely=unlikely,
            default=DEFAULT_VIEW_SELECTION,
        )
        return write_view(
            self.graph,
            output,
            focus=focus or None,
            depth=depth,
            limit=limit,
            **msgspec.structs.asdict(selected),
        )

    def atlas(
        self,
        output: str | Path | BinaryIO | None = None,
        *,
        title: str = "Atlas",
        quotes: bool = True,
        since: DateBound = "",
        until: DateBound = "",
        types: NamesArgument = (),
        min_confidence: float = 0.0,
        episodes: NamesArgument = (),
        unlikely: bool = False,
        selection: Selection | None = None,
    ) -> AtlasPage:
        """Draw the whole graph, or a part of it, as one offline page.

        Without an output nothing is written: a notebook shows the last value of a cell.

        Args:
            output: a path, "-" or an open binary file.
            title: title of the page.
            quotes: include all quotes, and the words around each mention.
            since, until, types, min_confidence, episodes, unlikely, selection: which part.

        Raises:
            InputError: there is no episode to draw.
            ExportError: the output cannot be written.
        """
        from kgraph.atlas import draw_atlas

        selected = make_selection(
            selection, (since, until), types, min_confidence, episodes, unlikely=unlikely
        )
        return draw_atlas(
            self.graph,
            output,
            title=title,
            quotes=quotes,
            selection=selected,
            base=self.store.meta.base,
        )

    def sketch(
        self,
        focus: str = "",
        *,
        depth: int = 1,
        since: DateBound = "",
        until: DateBound = "",
        types: NamesArgument = DEFAULT_VIEW_SELECTION.types,
        min_confidence: float = DEFAULT_VIEW_SELECTION.min_confidence,
        episodes: NamesArgument = (),
        unlikely: bool = False,
        selection: Selection | None = None,
        limit: int = 25,
    ) -> Sketch:
        """Draw a small picture of names that are mentioned together, for a notebook.

        Arguments and errors are those of view(), without an output.
        """
        from kgraph.draw.draw import draw_sketch

        selected = make_selection(
            selection,
            (since, until),
            types,
            min_confidence,
            episodes,
            unlikely=unlikely,
            default=DEFAULT_VIEW_SELECTION,
        )
        return draw_sketch(self.graph, selected, focus=focus or None, depth=depth, limit=limit)
