"""Method that writes a briefing on a window of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.api.store_backed import StoreBacked, format_value
from kgraph.base.arguments import check_count
from kgraph.graph.selection import DateBound

if TYPE_CHECKING:
    from kgraph.views.briefing_values import BriefingFacts


class BriefingMixin(StoreBacked):
    def briefing(
        self,
        since: DateBound = "",
        until: DateBound = "",
        limit: int = 5,
    ) -> BriefingFacts:
        """Brief on a window of days: what rose, what is new, who came together, and more.

        Args:
            since, until: first and last day; by default the last whole month with episodes of
                several shows.
            limit: how many rows of a section at most, from 1 to 30.

        Returns:
            Sections of rows, each with a sentence, its figures and the episodes that show it, and a
            command that repeats it. str() gives the briefing as Markdown.

        Raises:
            InputError: a day or the limit is wrong, the first day is after the last, or no episode
                has a date.
        """
        from kgraph.views.briefing import MAX_BRIEFING_ROWS, BriefingRequest, view_briefing
        from kgraph.views.open_graph import OpenGraph

        check_count("limit", limit, maximum=MAX_BRIEFING_ROWS)
        request = BriefingRequest(str(format_value(since)), str(format_value(until)), limit)
        return view_briefing(OpenGraph(self.store), request)

    def write_briefing(
        self,
        output: str,
        since: DateBound = "",
        until: DateBound = "",
        limit: int = 5,
        *,
        format: str = "",
    ) -> BriefingFacts:
        """Write a briefing to a file, and return it.

        Args:
            output: path; ``-`` for standard output.
            since, until, limit: as in briefing().
            format: markdown, html (one file that needs no network) or json; by default that of the
                output's suffix, else markdown.

        Raises:
            InputError: as of briefing(); or the format is unknown.
            ExportError: the output cannot be written.
        """
        from kgraph.base.files import open_output_file
        from kgraph.server.pages.briefing import choose_briefing_format, format_briefing

        chosen = choose_briefing_format(format, output)
        facts = self.briefing(since, until, limit)
        with open_output_file(output) as out:
            out.write(format_briefing(facts, chosen).encode())
        return facts
