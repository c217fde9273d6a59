"""A large corpus, which is counted in partitions, has the same tables and the same graph."""

import tempfile
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_surveys import surveys
from support import SAMPLE

from kgraph.pipeline import build, survey_split
from kgraph.pipeline.check import check
from kgraph.pipeline.executor import map_ordered
from kgraph.pipeline.survey_spool import SurveySpool
from kgraph.resolve.corpus import EncodedSurveys, build_tables, strip_shipped
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements import build_judgement_table

JUDGED = build_judgement_table([Judgement("same", ("Acme", "company/bolt"))])


def describe(corpus):
    tables = strip_shipped(corpus).tables
    knowledge = tables.knowledge
    names, judged = list(knowledge.names.items()), knowledge.judgements
    return names, knowledge.frequencies, judged, tables.quotes, tables.shows, (
        tables.context_counts, tables.sponsors, corpus.recordings
    )  # fmt: skip


@settings(max_examples=50)
@given(surveys(), st.integers(1, 4), st.integers(1, 4), st.booleans())
def test_tables_do_not_depend_on_partitions(encoded, partition_files, split_files, is_spooled):
    wanted = describe(build_tables(EncodedSurveys(encoded), JUDGED))
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as folder,
        SurveySpool(Path(folder, "surveys")) as spool,
    ):
        patch.setattr(survey_split, "PARTITION_FILES", partition_files)
        patch.setattr(survey_split, "SPLIT_FILES", split_files)
        some = [spool.add(survey) for survey in encoded] if is_spooled else encoded
        map_tasks = partial(map_ordered, None)
        in_partitions = EncodedSurveys(
            some, lambda: survey_split.split_surveys(some, Path(folder), map_tasks)
        )
        assert describe(build_tables(in_partitions, JUDGED, map_tasks=map_tasks)) == wanted


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
