"""Summaries on disk give the same shared data as those in memory."""

import msgspec
import pytest
from support import SAMPLE

from kgraph.graph import EpisodeSummary
from kgraph.graph.tally import Tally, build_shared_data, count_entities
from kgraph.pipeline import build
from kgraph.pipeline.value_spool import ValueSpool
from kgraph.rdf import describe_shared
from kgraph.store import Store


def test_summaries_on_disk_are_those_in_memory(tmp_path):
    build([SAMPLE], tmp_path / "store", judgements=None)
    summaries = Store(tmp_path / "store").shared.summaries
    unsorted = dict(reversed(summaries.items()))
    with ValueSpool(tmp_path / "summaries", EpisodeSummary) as spool:
        in_memory, on_disk = Tally(), Tally(summaries=spool)
        for tally in (in_memory, on_disk):
            tally.add(Tally(summaries=unsorted))
        shared = build_shared_data(in_memory, "", lambda _: None)
        spooled = build_shared_data(on_disk, "", lambda _: None)
        assert spooled.summaries is spool
        assert list(spool.items()) == list(shared.summaries.items()) == list(summaries.items())
        assert list(describe_shared(spooled)) == list(describe_shared(shared))
        assert count_entities(spooled) == count_entities(shared)


def test_a_summary_can_be_written_again_and_removed(tmp_path):
    build([SAMPLE], tmp_path / "store", judgements=None)
    (slug, summary), *_ = Store(tmp_path / "store").shared.summaries.items()
    other = msgspec.structs.replace(summary, title="Another")
    with ValueSpool(tmp_path / "summaries", EpisodeSummary) as spool:
        spool[slug] = summary
        assert spool[slug] == summary and slug in spool
        spool[slug] = other
        assert spool[slug] == other and len(spool) == 1
        del spool[slug]
        assert slug not in spool and list(spool) == []
        with pytest.raises(KeyError):
            spool[slug]
