"""A further judgement is checked by what its names mean in the graph."""

import pytest
from support import build_once, episode_text

from kgraph.base.errors import DataError
from kgraph.judging.answer_preview import preview_answer
from kgraph.judging.correct import write_judgements
from kgraph.judging.judge_answer import JudgeAnswer
from kgraph.judging.judgement_preview import preview_judgement
from kgraph.pipeline import build
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements
from kgraph.store import Store

#: What episodes write, and how it is judged: rows written Micron are Micron Technology.
COMPANIES = (("Micron", "Quorvex"), ("Micron", "Micron Technology", "Visa"), ("Nvidia Corp", "X1"))
SAME = make_judgement("same", ["Quorvex", "Micron Technology"])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a store that was built with SAME."""

    def fill(home):
        (home / "episodes").mkdir()
        for number, names in enumerate(COMPANIES):
            url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
            text = episode_text(f"Talk {number}", url, names)
            (home / "episodes" / f"{number}.md").write_text(text)
        append_judgements(home / "judgements.yaml", [SAME])
        build([home / "episodes"], home / "store", judgements=home / "judgements.yaml", workers=1)

    return build_once(tmp_path_factory, "meant-names", fill)


@pytest.mark.parametrize(
    "names", [("company/quorvex", "Micron"), ("Quorvex", "Micron"), ("Micron", "Visa", "Quorvex")]
)
def test_rows_that_a_built_same_joins_by_another_name_are_not_told_apart(home, tmp_path, names):
    different = make_judgement("different", names)
    file = tmp_path / "judgements.yaml"
    append_judgements(file, [SAME])
    message = (
        f"{file}: {different} contradicts line 1: {SAME}: remove that with "
        f"`kgraph judge --undo 1 --judgements {file}` first (2 rows written Micron are Quorvex by "
        "that)"
    )
    store = Store(home / "store")
    with pytest.raises(DataError) as caught:
        write_judgements(store.path, [different], file=file, build=False)
    assert str(caught.value) == message
    with pytest.raises(DataError) as caught:
        preview_judgement(store, different, load_judgements(file), str(file))
    assert str(caught.value) == message
    assert len(load_judgements(file)) == 1
    file.write_text("")  # with that undone it has an effect, or will have
    assert write_judgements(store.path, [different], file=file, build=False).written


def test_a_page_offers_no_answer_without_effect(home):
    file = home / "judgements.yaml"
    answer = JudgeAnswer("Micron", "different", "Quorvex")
    preview = preview_answer(Store(home / "store"), answer, load_judgements(file), str(file))
    assert (preview.judgements, preview.effect) == ((), None)
    assert "different company/quorvex, Micron contradicts line 1: same Quorvex" in preview.error


@pytest.mark.parametrize(
    "names", [("company/quorvex", "Visa"), ("Visa", "Micron"), ("company/nvidia", "Nvidia Corp")]
)
def test_what_no_judgement_joins_may_be_told_apart(home, names):
    different = make_judgement("different", names)
    file = home / "judgements.yaml"
    preview = preview_judgement(Store(home / "store"), different, load_judgements(file), str(file))
    assert preview.judgements == (different,)
