"""A change of own entries redoes the episodes that it can touch, and gives a full build's graph."""

import pytest
from support import episode_text

from kgraph.pipeline import build, update
from kgraph.resolve.knowledge import load_own_entries
from kgraph.store import Store
from kgraph.store.origin import ProjectInputs

CHANNEL = "UCquietledger0123456789a"
FEED = "https://feeds.quietledger.example/1.mp3"
PASSAGE = "and then we met the people of the Widgetorium Forum in the city to talk about it"
HEARD = "- {name: Widgetorium, context: '%s', position: 9000, confidence: low}"
NAMES = ("NVIDIA", "Zorblax", "Quorvex", "Zorblaks", "Polymarket", "Gemini", "Figma", "SWTX")

START = {"company.yaml": "type: company\nentries:\n  Widget Works: {kind: maker}\n"}


def company(line):
    return {"company.yaml": f"{START['company.yaml']}  {line}\n"}


def lines_of(kind, *lines):
    return START | {f"{kind}.yaml": "\n  ".join([f"type: {kind}\nentries:", *lines]) + "\n"}


@pytest.fixture
def folder(tmp_path):
    """Episodes of which no two share a name; the last two have a show, and a passage."""
    path = tmp_path / "episodes"
    path.mkdir()
    for number, name in enumerate(NAMES):
        url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
        text = episode_text(f"Talk {number}", url, (name,), quotes=(f"Everybody says {name}.",))
        (path / f"{name.lower()}.md").write_text(text)
    more = f"source: YouTube channel {CHANNEL}"
    shown = episode_text("Of chips | Ledger Quietly", FEED, ("Stripe",), quotes=(), more=more)
    (path / "shown.md").write_text(shown)
    said = episode_text("Of forums", "https://youtu.be/zzzzzzzzzzz", ("Visa",), quotes=())
    (path / "said.md").write_text(said.replace("quotes:", f"{HEARD % PASSAGE}\nquotes:"))
    return path


@pytest.fixture
def run(folder, tmp_path, monkeypatch):
    """Build with files of own entries by name; ids are in ``ids.yaml``."""
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    home = tmp_path / "lexicon"
    home.mkdir()

    def run(texts, store, **options):
        for file in home.iterdir():
            file.unlink()
        for name, text in texts.items():
            (home / name).write_text(text)
        ids = [home / name for name in texts if name == "ids.yaml"]
        own = load_own_entries([home / name for name in sorted(texts) if name != "ids.yaml"], ids)
        inputs = ProjectInputs(tmp_path / "kgraph.toml", tmp_path / "judged.yaml", own)
        return build([folder], tmp_path / store, workers=1, project=inputs, **options)

    return run


def describe(store):
    opened = Store(store)
    statements = {str(quad) for quad in opened.database}
    return list(opened.graph), opened.shared, statements


def list_redone(report, store):
    """Return the first reason of each episode that was redone, by the name of its file."""
    files = {episode.slug: episode.files[0].file for episode in Store(store).graph}
    return {files[slug].removesuffix(".md"): why[0] for slug, why in report.redone.items()}


EDITS = {
    "an entry": (company("Zorblax: {}"), {"zorblax": "Zorblax", "zorblaks": "Zorblax"}),
    "a spelling that sounds alike": (
        company("Zorblox: {}"),
        {"zorblax": "Zorblox", "zorblaks": "Zorblox"},
    ),
    "an alias": (company("Acme Dynamics: {aliases: [Quorvex]}"), {"quorvex": "Acme Dynamics"}),
    "a misheard name": (company("Acme: {heard: [quorvex]}"), {"quorvex": "Acme"}),
    "an alias of a shipped entry": (
        company("NVIDIA GmbH: {same_as: Nvidia, aliases: [Quorvex]}"),
        {"quorvex": "NVIDIA GmbH"},
    ),
    "a shipped entry": (company("Figma: {kind: bank, word: true}"), {"figma": "Figma"}),
    "a longer name": (company("Quorvex Dynamics: {}"), {"quorvex": "Quorvex Dynamics"}),
    "a name around another": (
        lines_of("other", "Widgetorium Forum: {}"),
        {"said": "Widgetorium Forum"},
    ),
    "a symbol": (lines_of("crypto", "Sweet Token: {tickers: [SWTX]}"), {"swtx": "Sweet Token"}),
    "another thing of the name": (
        lines_of("product", "Figma: {cues: [design], unless: [company], since: 2026}"),
        {"figma": "Figma"},
    ),
    "a person": (lines_of("person", "Ann Quorvex: {}"), {"quorvex": "Ann Quorvex"}),
    "a show by its channel": (
        lines_of("show", f"The Quiet Ledger: {{channels: [{CHANNEL}], kind: podcast}}"),
        {"shown": "The Quiet Ledger"},
    ),
    "a show by its title": (
        lines_of("show", "The Quiet Ledger: {aliases: [Ledger Quietly], kind: podcast}"),
        {"shown": "The Quiet Ledger"},
    ),
    "a relation": (company("Acme: {part_of: Nvidia}"), {}),
    "an id": (START | {"ids.yaml": "entries:\n  company:\n    Nvidia: {wikidata: Q42}\n"}, {}),
    "no entries": ({}, {}),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_and_its_undoing_redo_what_they_can_touch(run, tmp_path, edit):
    texts, expected = EDITS[edit]
    reasons = {file: f"own entry: {name} changed" for file, name in expected.items()}
    run(START, "store")
    before = describe(tmp_path / "store")
    report = run(texts, "store", previous=None)
    run(texts, "full", full=True, previous=None)
    assert report.redone is not None, report.why_full
    assert list_redone(report, tmp_path / "store") == reasons
    assert describe(tmp_path / "store") == describe(tmp_path / "full")
    report = run(START, "store", previous=None)
    assert list_redone(report, tmp_path / "store") == reasons
    assert describe(tmp_path / "store") == before


def test_what_is_known_of_things_changes_without_their_episodes(run, tmp_path):
    texts = START | {
        "ids.yaml": "entries:\n  company:\n    Nvidia: {wikidata: Q42}\n",
        "product.yaml": "type: product\nentries:\n  Figma: {product_of: Polymarket, word: true}\n",
    }
    run(START, "store")
    run(texts, "store")
    entities = Store(tmp_path / "store").shared.entities
    assert ("wikidata", "Q42") in entities["company/nvidia"].ids
    run(START, "store")
    assert ("wikidata", "Q42") not in Store(tmp_path / "store").shared.entities[
        "company/nvidia"
    ].ids


def test_what_is_known_of_things_is_told_alike_by_an_update_and_a_full_build(run, tmp_path):
    texts = company("Zorblax: {aliases: [Zorb], tickers: [ZBX], part_of: Nvidia, kind: maker}")
    stores = {"updated": {}, "full": {"full": True}}
    for store, options in stores.items():
        run(company("Zorblax: {}"), store)
        run(texts, store, **options)
    updated, full = (Store(tmp_path / store).changes for store in stores)
    assert updated == full
    [change] = updated
    assert (change.what, change.how, change.id) == ("entity", "changed", "company/zorblax")
    assert change.details == (
        "kind none -> maker; aliases added: Zorb; tickers added: ZBX; part_of added: Nvidia"
    )


def test_the_same_entries_in_other_words_redo_nothing(run):
    run(START, "store")
    other = {"company.yaml": "# own names\n" + START["company.yaml"]}
    report = run(other, "store")
    assert (report.redone, report.is_unchanged) == ({}, False)
    assert run(other, "store").is_unchanged
