"""A large corpus, which is counted in partitions, has the same tables and the same graph."""

import math
import random
import tempfile
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_surveys import make_fingerprints, surveys
from support import SAMPLE

from kgraph.pipeline import build, survey_split
from kgraph.pipeline.check import check
from kgraph.pipeline.executor import map_ordered
from kgraph.pipeline.survey_spool import SurveySpool
from kgraph.resolve.corpus import LastCorpus, build_tables, strip_shipped
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.quotes import corpus_texts
from kgraph.resolve.quotes.fingerprints import HASH_BYTES, pack_hashes
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.surveys import CorpusSurvey, EncodedSurveys, encode_survey

LIMITS = ("PARTITION_FILES", "SPLIT_FILES", "PARTITION_BYTES", "SPLIT_BYTES")
JUDGED = build_judgement_table([Judgement("same", ("Acme", "company/bolt"))])


def describe(corpus):
    tables = strip_shipped(corpus).tables
    knowledge = tables.knowledge
    names, judged = list(knowledge.names.items()), knowledge.judgements
    return names, knowledge.frequencies, judged, tables.quotes, tables.shows, (
        tables.context_counts, tables.sponsors, corpus.recordings
    )  # fmt: skip


@settings(max_examples=50)
@given(surveys(), st.tuples(*[st.integers(1, 4)] * 2, *[st.integers(99, 2000)] * 2), st.booleans())
def test_tables_do_not_depend_on_partitions(encoded, limits, is_spooled):
    wanted = describe(build_tables(EncodedSurveys(encoded), JUDGED))
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as folder,
        SurveySpool(Path(folder, "surveys")) as spool,
    ):
        for name, limit in zip(LIMITS, limits, strict=True):
            patch.setattr(survey_split, name, limit)
        some = [spool.add(survey) for survey in encoded] if is_spooled else encoded
        map_tasks = partial(map_ordered, None)
        in_partitions = EncodedSurveys(
            some, lambda: survey_split.split_surveys(some, Path(folder), map_tasks)
        )
        assert describe(build_tables(in_partitions, JUDGED, map_tasks=map_tasks)) == wanted


@given(surveys("a/"), surveys("b/"), surveys("b/"))
def test_tables_of_a_changed_corpus_are_those_of_a_new_one(same, gone, new):
    last = build_tables(EncodedSurveys([*same, *gone]), JUDGED)
    after = EncodedSurveys([*same, *new])
    changed = LastCorpus(last, frozenset(), EncodedSurveys(gone), EncodedSurveys(new))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus_texts, "MAX_LINKED_SHARE", math.inf)
        updated = build_tables(after, JUDGED, last=changed)
    assert describe(updated) == describe(build_tables(after, JUDGED))


def test_a_graph_does_not_depend_on_partitions(tmp_path, monkeypatch):
    plain, parted = BytesIO(), BytesIO()
    build([SAMPLE], tmp_path / "plain", turtle=plain, judgements=None)
    findings = check([SAMPLE], judgements=None)
    split, made = survey_split.split_surveys, []
    monkeypatch.setattr(survey_split, "PARTITION_FILES", 3)
    monkeypatch.setattr(survey_split, "SPLIT_FILES", 4)
    monkeypatch.setattr(
        survey_split,
        "split_surveys",
        lambda *args: made.append(split(*args)) or made[-1],
    )
    build([SAMPLE], tmp_path / "parted", turtle=parted, judgements=None, workers=2)
    assert parted.getvalue() == plain.getvalue()
    assert check([SAMPLE], judgements=None, workers=1) == findings
    assert len(made) == 2 and made[0].count > 1 and len(made[0].paths) > 1
    [folder] = [path for path in (tmp_path / "parted").iterdir() if path.is_dir()]
    assert not list(folder.rglob("*.split")) and not list(folder.rglob("surveys"))


def survey_hashes(hashes):
    """A file whose two quotes, and whose passages, have these runs."""
    halves = hashes[: len(hashes) // 2], hashes[len(hashes) // 2 :]
    quotes = make_fingerprints("ep.md", [(bytes(8), [], half, 0, 9, "") for half in halves])
    passages = ContextFingerprints("ep.md", b"", pack_hashes(hashes))
    return encode_survey(CorpusSurvey([], [quotes], [], [], [passages]))


@pytest.mark.parametrize("copies", [1, 16])
def test_long_files_make_more_partitions(copies, tmp_path, monkeypatch):
    monkeypatch.setattr(survey_split, "PARTITION_BYTES", 30_000)
    monkeypatch.setattr(survey_split, "SPLIT_BYTES", 20_000)
    numbers = random.Random(1)
    texts = [[numbers.randrange(2**64) for _ in range(500)] for _ in range(16 // copies)]
    with SurveySpool(tmp_path / "surveys") as spool:
        spooled = [spool.add(survey_hashes(text)) for text in texts * copies]
        assert sum(survey.length for survey in spooled) == pytest.approx(130_000, rel=0.05)
        assert survey_split.count_partitions(spooled) == 5
        assert survey_split.count_partitions(spooled[:3]) == 1
        made = survey_split.split_surveys(spooled, tmp_path, partial(map_ordered, None))
    assert made.count == 5
    assert len(made.paths) == 8  # two surveys of 8 kB each
    rows = [len(made.read_columns(("runs", "passage_runs"), n).hashes) for n in range(made.count)]
    assert sum(rows) == 16 * 2 * 500
    assert max(rows) * HASH_BYTES < 1.2 * 30_000
