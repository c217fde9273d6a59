"""The methods that draw the graph: a picture, all of it, a sketch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kgraph.api.opened import DEFAULT_VIEW_SELECTION, StoreBacked
from kgraph.graph import Selection
from kgraph.graph.graph import DateBound, NamesArgument, make_selection

if TYPE_CHECKING:
    from kgraph.atlas import AtlasPage
    from kgraph.draw import View
    from kgraph.draw.sketch import Sketch


class DrawMixin(StoreBacked):
    """What is drawn of a graph."""

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
        selection: Selection | None = None,
        limit: int = 60,
    ) -> View:
        """Write an interactive picture of what is mentioned together, as one offline page.

        Args:
            output: a path, written whole or not at all; "-" for standard output; or an open
                binary file.
            focus: name or id of what to put in the middle; "" for what stands together most.
            depth: how many steps around the focus.
            since, until, types, min_confidence, episodes, selection: which part.
            limit: how many things at the most.

        Returns:
            How many nodes and edges were drawn.

        Raises:
            InputError: nothing goes by the name of the focus, or nothing is left to draw.
            ViewTooLargeError: more things than can be read.
            ExportError: the output cannot be written.
        """
        from kgraph.draw import write_view

        chosen = make_selection(
            selection,
            since=since,
            until=until,
            types=types,
            min_confidence=min_confidence,
            episodes=episodes,
            default=DEFAULT_VIEW_SELECTION,
        )
        return write_view(
            self.graph,
            output,
            focus=focus or None,
            depth=depth,
            limit=limit,
            types=chosen.types,
            min_confidence=chosen.min_confidence,
            since=chosen.since,
            until=chosen.until,
            episodes=chosen.episodes,
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
        selection: Selection | None = None,
        before: str | Path | None = None,
    ) -> AtlasPage:
        """Draw the whole graph, or a part of it, as one offline page.

        Without an output it is only drawn: in a notebook, the last value of a cell is shown.

        Args:
            output: a path, written whole or not at all; "-" for standard output; or an open
                binary file.
            title: of the page.
            quotes: with all quotes, and the words around each mention.
            since, until, types, min_confidence, episodes, selection: which part.
            before: an atlas whose map is kept as far as it goes.

        Raises:
            InputError: there is no episode to draw, or ``before`` is no atlas.
            ExportError: the output cannot be written.
        """
        from kgraph.atlas import draw_atlas
        from kgraph.base.files import open_output_file

        chosen = make_selection(
            selection,
            since=since,
            until=until,
            types=types,
            min_confidence=min_confidence,
            episodes=episodes,
        )
        base = self.store.meta.base
        drawn = draw_atlas(
            self.graph, title=title, quotes=quotes, selection=chosen, before=before, base=base
        )
        if output is not None:
            with open_output_file(output) as out:
                out.write(drawn.page)
        return drawn

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
        selection: Selection | None = None,
        limit: int = 25,
    ) -> Sketch:
        """Draw a small picture of what is mentioned together, for a notebook.

        Arguments and errors are those of view(), without an output.
        """
        from kgraph.draw.sketch import draw_sketch

        chosen = make_selection(
            selection,
            since=since,
            until=until,
            types=types,
            min_confidence=min_confidence,
            episodes=episodes,
            default=DEFAULT_VIEW_SELECTION,
        )
        return draw_sketch(
            self.graph,
            focus=focus or None,
            depth=depth,
            limit=limit,
            types=chosen.types,
            min_confidence=chosen.min_confidence,
            since=chosen.since,
            until=chosen.until,
            episodes=chosen.episodes,
        )
