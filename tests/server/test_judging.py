"""Judging over HTTP: the preview, what is written, the graph afterwards, the undo."""

import html
import re
from datetime import date

import pytest
from server.hostile import EVIL, quoted
from server.judge_server import COMPANIES, JudgeServer, build_judged
from support import episode_text

from kgraph import KnowledgeGraph
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements
from kgraph.store import Store, layout


@pytest.fixture(scope="module")
def judge_server(tmp_path_factory):
    """A server of three episodes."""
    running = JudgeServer(*build_judged(tmp_path_factory.mktemp("judging")))
    yield running
    running.stop()


@pytest.fixture
def judged(judge_server):
    """The server, without a judgement."""
    yield judge_server
    judge_server.undo_all()


def words(page):
    """Return the text of a page's main part, its white space as in a browser."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_rejected_company_is_gone_and_comes_back(judged):
    preview = words(judged.client.get("/judge?name=company/coinbase&verb=reject").text)
    assert "Now company Coinbase" in preview
    assert "2 rows in 2 episodes change, 2 of them to something else or nothing" in preview
    assert "lost: company/coinbase (Coinbase), 2 rows in 2 episodes" in preview
    assert "Coinbase" in judged.beside("OpenAI")

    number = judged.judge("reject", "company/coinbase", why=" not  one <b> ")
    change = judged.finish(number)
    assert (change["state"], change["text"]) == ("applied", "reject company/coinbase")
    assert re.fullmatch(r"applied in \d+\.\d s: 2 mentions lost, 1 entity lost", change["message"])
    gone = judged.client.get("/company/coinbase")
    assert gone.status_code == 410
    assert "reject company/coinbase : not one <b> Ada, " in words(gone.text)
    assert "kgraph judge" not in words(gone.text)
    assert '<a href="/judgements">Undo it' in gone.text
    elsewhere = judged.stranger.get("/company/coinbase").text
    assert "kgraph judge --undo LINE" in words(elsewhere)
    assert "not one" not in elsewhere
    assert "Coinbase" not in judged.beside("OpenAI")
    (written,) = judged.judgements
    assert (written.verb, written.names, written.by, written.why, written.date) == (
        "reject",
        ("company/coinbase",),
        "Ada",
        "not one <b>",
        date.today().isoformat(),
    )
    listed = judged.client.get("/judgements").text
    assert "not one &lt;b&gt;" in listed
    assert "Ada" in words(listed)

    undone = judged.send("/judgements", change=number).json()
    assert undone["text"] == "undo reject company/coinbase"
    assert judged.finish(undone["number"])["state"] == "applied"
    assert judged.client.get("/company/coinbase").status_code == 200
    assert "Coinbase" in judged.beside("OpenAI")
    assert judged.judgements == ()


def test_a_form_without_script_leads_to_the_state_and_back(judged):
    answer = judged.send(
        headers={"accept": "text/html"}, name="Figma", verb="accept", back="/company/figma"
    )
    assert answer.status_code == 303
    page = judged.client.get(answer.headers["location"]).text
    assert '<noscript><meta http-equiv="refresh"' in page or "applied in" in page
    number = int(re.search(r"change=(\d+)", answer.headers["location"])[1])
    judged.finish(number)
    page = judged.client.get(answer.headers["location"]).text
    assert "<b>accept Figma as company</b>:\napplied in" in page
    assert '<a href="/company/figma">Back to the page</a>' in page
    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    answer = judged.send("/judgements", line=1, digest=digest)
    assert judged.finish(answer.json()["number"])["text"] == "undo accept Figma as company"
    assert judged.judgements == ()


def test_two_in_quick_succession_are_both_applied(judged):
    numbers = [judged.judge("reject", name) for name in ("Figma", "Coinbase")]
    changes = [judged.finish(number) for number in numbers]
    assert [change["state"] for change in changes] == ["applied", "applied"]
    paths = ("/company/figma", "/company/coinbase")
    assert [judged.client.get(path).status_code for path in paths] == [410, 410]
    # The newest first: the lines of those before stay.
    page = judged.client.get("/judgements").text
    assert re.findall(r'name="line" value="(\d)"', page) == ["2", "1"]
    undone = [judged.send("/judgements", change=number).json()["number"] for number in numbers]
    assert {judged.finish(number)["state"] for number in undone} == {"applied"}
    assert [judged.client.get(path).status_code for path in paths] == [200, 200]


def test_every_answer_makes_its_judgements(judged):
    asked = [
        ("accept", "OpenAI", "", "accept OpenAI as company"),
        ("type", "Figma", "product", "type Figma as product"),
        ("same", "Figma", "openai", "same OpenAI, Figma"),
        ("same", "company/figma", "OpenAI", "same company/openai, company/figma"),
        ("different", "Figma", "OpenAI", "different company/openai, Figma"),
        ("rename", "company/figma", "Figma Inc", "rename company/figma, Figma Inc"),
        ("sameas", "company/figma", "Q104844066", "sameas company/figma, wikidata:Q104844066"),
    ]
    for verb, name, argument, button in asked:
        params = {"name": name, "verb": verb, "argument": argument}
        page = judged.client.get("/judge", params=params)
        assert page.status_code == 200
        assert f"Record: {button}" in words(page.text), (verb, words(page.text))
    assert judged.judgements == ()


def test_the_list_marks_the_judgements_that_did_not_apply(judged):
    append_judgements(
        judged.file,
        [
            make_judgement("reject", ["Coinbase"]),
            make_judgement("reject", ["Zork"]),
            make_judgement("accept", ["NVIDIA", "Zonk"]),
        ],
    )
    judged.finish(judged.judge("accept", "OpenAI"))
    page = judged.client.get("/judgements").text
    lost, partly = (judgement.line for judgement in judged.judgements[1:3])
    assert f"Not applied in full by the last build: line {partly} , line {lost}" in words(page)
    assert f'<a href="#line-{lost}">' in page and f'id="line-{lost}"' in page
    assert "reject Zork Not applied: no row is called 'Zork'" in words(page)
    assert "accept NVIDIA, Zonk Applied to its other names: no row is called 'Zonk'" in words(page)
    assert page.count("no row is called") == 2
    kept = Store(judged.file.parents[1] / "store").build / layout.KEPT_FILE
    data = kept.read_bytes()
    kept.write_bytes(b"damaged")
    page = judged.client.get("/judgements").text
    kept.write_bytes(data)
    assert "reject Zork" in words(page)
    assert "pplied" not in words(page) and "not built yet" not in words(page).lower()


def test_a_name_with_line_breaks_is_one_line_of_the_file(judged):
    number = judged.judge("rename", " company/figma\n", argument="Figma\u0085\n Inc", why="a\nb")
    judged.finish(number)
    assert [(j.names, j.why) for j in judged.judgements] == [
        (("company/figma", "Figma Inc"), "a b")
    ]
    assert len(judged.file.read_text().splitlines()) == 1


def test_errors_are_in_words_and_nothing_is_written(judged):
    page = judged.client.get("/judge?name=Figma&verb=same&argument=Opnai").text
    assert "did you mean OpenAI?" in words(page)
    assert "Record:" not in page
    assert '<a data-judge href="/judge?name=Figma&amp;verb=same&amp;argument=OpenAI' in page
    for fields, status, message in (
        ({"verb": "same", "name": "Figma", "argument": "Opnai"}, 400, "did you mean OpenAI?"),
        ({"verb": "type", "name": "Figma", "argument": "robot"}, 400, "robot: no such type"),
        ({"verb": "reject", "name": "Nosuchname"}, 400, "no row is called 'Nosuchname'"),
        ({"verb": "eat", "name": "Figma"}, 400, "verb=eat: choose one of accept, reject"),
        ({"verb": "reject"}, 400, "name: give the name to judge"),
        ({"verb": "type", "name": "Figma"}, 400, "say what to judge"),
        ({"verb": "reject", "name": "Figma", "extra": "1"}, 400, "extra: no such parameter"),
    ):
        answer = judged.send(**fields)
        assert (answer.status_code, message in answer.json()["detail"]) == (status, True), fields
    assert judged.judgements == ()


def test_a_contradiction_names_both_and_is_not_written(judged):
    number = judged.judge("reject", "Figma")
    judged.finish(number)
    page = words(judged.client.get("/judge?name=Figma&verb=accept&argument=company").text)
    assert "reject Figma" in page
    assert "Record:" not in page
    answer = judged.send(verb="accept", name="Figma", argument="company")
    message = (
        f"{judged.file}: accept Figma as company contradicts line 1: reject Figma: "
        "remove that first"
    )
    assert (answer.status_code, answer.json()["detail"]) == (400, message)
    assert len(judged.judgements) == 1
    judged.finish(judged.send("/judgements", change=number).json()["number"])


SYNTAX = ("- {verb: reject, names: [OpenAI]\n  - x\n", ":2:3: while parsing a ")
VERB = ("- {verb: <b>eat</b>, names: [OpenAI]}\n", ":1: <b>eat</b>: no such verb; choose one of ")
CONTRADICTION = (
    "- {verb: reject, names: [OpenAI]}\n- {verb: accept, names: [OpenAI]}\n",
    ":2: accept OpenAI contradicts line 1: reject OpenAI: delete one of the two",
)


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        ("/judgements", *SYNTAX),
        ("/judgements?change=1&back=%2F", *VERB),
        ("/review", *VERB),
        ("/review?all=on", *CONTRADICTION),  # of which the list of judgements can undo one
    ],
)
def test_a_broken_file_is_named_until_it_is_mended(judged, path, text, fault):
    before = judged.file.read_text()
    judged.file.write_text(text)
    answer = judged.client.get(path)
    judged.file.write_text(before)
    told = (answer.status_code, answer.headers["retry-after"], answer.headers["cache-control"])
    assert told == (503, "5", "no-store")
    assert f"{judged.file}{fault}" in html.unescape(answer.text)
    assert ("<b>eat" in answer.text, 'aria-label="Judging"' in answer.text) == (False, True)
    again = re.search(r'<a href="([^"]+)">Show the page again', answer.text)
    assert html.unescape(again[1]) == path
    assert judged.client.get(path).status_code == 200


def test_an_undo_of_another_judgement_than_was_seen_is_refused(judged):
    number = judged.judge("accept", "Figma")
    judged.finish(number)
    digest = re.search(r'name="digest" value="(\w+)"', judged.client.get("/judgements").text)[1]
    text = judged.file.read_text()
    judged.file.write_text("- {verb: accept, names: [OpenAI]}\n" + text)
    answer = judged.send("/judgements", line=1, digest=digest)
    assert (answer.status_code, "has changed meanwhile" in answer.json()["detail"]) == (409, True)
    html_only = {"accept": "text/html"}
    page = judged.send("/judgements", headers=html_only, line=1, digest=digest)
    assert (page.status_code, '<a href="/judgements">The judgements' in page.text) == (409, True)
    judged.file.write_text(text)
    judged.finish(judged.send("/judgements", change=number).json()["number"])
    answer = judged.send("/judgements", change=number)
    assert (answer.status_code, "nothing to undo" in answer.json()["detail"]) == (409, True)


def test_a_build_that_fails_is_told_and_can_be_repeated(judged):
    moved = judged.file.parent.parent / "moved"
    (judged.file.parent.parent / "episodes").rename(moved)
    number = judged.judge("accept", "Figma")
    change = judged.finish(number)
    moved.rename(judged.file.parent.parent / "episodes")
    assert change["state"] == "failed"
    assert change["message"].startswith("the file is changed, but not the graph: ")
    assert judged.client.get("/company/figma").status_code == 200  # the last whole graph
    page = judged.client.get(f"/judgements?change={number}").text
    assert ("Build again" in page, change["message"] in html.unescape(page)) == (True, True)
    judged.send("/judgements", retry="true")
    assert judged.finish(number)["state"] == "applied"
    judged.finish(judged.send("/judgements", change=number).json()["number"])


def test_the_review_queue_has_the_words_and_keys_of_the_command(judged):
    page = judged.client.get("/review").text
    assert "Quarnolt" in words(page)
    card = re.search(r"<article.*?</article>", page, re.DOTALL)[0]
    keys = re.findall(r'&amp;verb=(\w+)&[^>]* data-key="(\w)"', card)
    letters = {"a": "accept", "r": "reject", "t": "type"}
    letters |= {"s": "same", "d": "different", "n": "rename"}
    assert {letter: verb for verb, letter in keys} == letters
    assert (
        "accept a reject r type is … t same thing as … s different from … d new name is … n "
        "id elsewhere is … id elsewhere is not …" in words(page)
    )
    assert re.search(r"Quarnolt \d rows?, \d+ % likely to be wrong", words(page))
    assert words(judged.client.get("/review?type=show").text).endswith(
        "Nothing is left to judge here."
    )
    assert judged.client.get("/review?type=robot").status_code == 400


def test_cards_of_the_review_have_the_reasons_of_the_command(judged):
    [first, *_] = KnowledgeGraph.open(judged.file.parents[1] / "store").review()
    card = re.search(r"<article.*?</article>", judged.client.get("/review").text, re.DOTALL)[0]
    reasons = " ".join(str(reason) for reason in first.sightings[0].reasons)
    assert len(reasons) > 100
    assert f" Why {reasons} " in words(f"<main>{card}</main>").replace("−", "-")


def test_the_review_says_where_to_stop_and_leads_to_the_rest(judged):
    page = judged.client.get("/review").text
    left = (
        r"What is left \(\d names\) is 9\d % sure on average, and a judgement of it corrects at "
        r"most 0\.0\d rows\. You can stop here, or judge them too ?\."
    )
    assert re.search(left, words(page))
    link = html.unescape(re.search(r'<a href="(/review[^"]+all=on)">', page)[1])
    titles = [re.findall(r"<h2[^>]*>(.*?)</h2>", judged.client.get(path).text)
              for path in ("/review", link)]  # fmt: skip
    assert titles[1][: len(titles[0])] == titles[0]
    assert "Coinbase" in set(titles[1]) - set(titles[0])
    assert "What is left" not in judged.client.get(link).text


def test_where_names_have_controls(judged):
    episode = judged.client.get("/episodes").text
    path = re.search(r'href="(/episode/[^"]+)"', episode)[1]
    for address, name in (
        ("/company/figma", "company%2Ffigma"),
        (path, "company%2F"),
        (f"/why?episode={path[9:]}&name=OpenAI", "OpenAI"),
        ("/audit?what=mentions&limit=500", "Quarnolt"),
        ("/search?q=figma&kind=entity", "company%2Ffigma"),
    ):
        answer = judged.client.get(address)
        assert f'data-judge href="/judge?name={name}' in answer.text, address
        assert answer.headers["vary"] == "Accept, Cookie"
        again = judged.client.get(address, headers={"if-none-match": answer.headers["etag"]})
        other = judged.stranger.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, other.status_code) == (304, 200)


def test_hostile_names_are_escaped(tmp_path):
    evil = f"Acme {EVIL} Incorporated"
    companies = {**COMPANIES, "d": (quoted(evil), "NVIDIA")}
    server = JudgeServer(*build_judged(tmp_path, companies))
    try:
        audit = server.client.get("/audit?what=mentions&text=acme").text
        path = html.unescape(re.search(r'href="(/judge\?name=[^"]*Acme[^"]*)"', audit)[1])
        pages = [audit, *(server.client.get(path + more).text for more in ("", "&verb=accept"))]
        pages.append(server.client.get("/judge", params={"name": f"x{EVIL}"}).text)
        params = {"name": "NVIDIA", "verb": "same", "argument": EVIL}
        pages.append(server.client.get("/judge", params=params).text)
        number = server.judge("reject", evil, why=EVIL, back=f"/{EVIL}")
        assert server.finish(number)["state"] == "applied"
        pages.append(server.client.get(f"/judgements?change={number}", params={"back": EVIL}).text)
        pages.append(server.client.get("/review").text)
        assert [page for page in pages if "<img" in page or "<script>" in page] == []
        assert server.judgements[0].why == " ".join(EVIL.split())
    finally:
        server.stop()


def test_with_watch_a_judgement_is_applied_once(tmp_path):
    server = JudgeServer(*build_judged(tmp_path), "--watch")
    try:
        server.says("nothing changed")  # the first look
        builds = tmp_path / "store" / "current"
        number = server.judge("reject", "Figma")
        assert server.finish(number)["state"] == "applied"
        built = builds.read_text()
        # A change by another program is built, too, and then a new file.
        append_judgements(server.file, [make_judgement("reject", ["Coinbase"])])
        assert server.finish(number + 1)["state"] == "applied"
        (tmp_path / "episodes" / "a.md").unlink()
        server.says("1 episode lost: Talk a")
        gone = [server.client.get(f"/company/{name}").status_code for name in ("figma", "coinbase")]
        assert (gone, builds.read_text() != built) == ([410, 410], True)
        log = server.stop()[1]
        assert log.count("nothing changed") == 1  # nobody built what the other had built
    except BaseException:
        server.stop()
        raise


def test_a_file_of_judgements_that_is_gone_is_told(tmp_path):
    server = JudgeServer(*build_judged(tmp_path), "--watch")
    try:
        number = server.judge("reject", "Figma")
        assert server.finish(number)["state"] == "applied"
        server.file.unlink()
        change = server.finish(number + 1)
        assert (change["text"], change["state"]) == ("the file of judgements is gone", "failed")
        assert change["message"] == (
            f"the file is changed, but not the graph: {server.file} is gone, and with it 1 "
            "judgement that the last build applied: bring them back into it, and build again"
        )
        assert "the file of judgements is gone: " in server.stop()[1]
    except BaseException:
        server.stop()
        raise


def test_the_show_of_episodes_is_judged_on_its_page(tmp_path):
    stated = {
        letter: episode_text(
            f"Talk {letter}",
            f"https://www.youtube.com/watch?v={letter * 11}",
            (),
            more=f"source: {'Gear Hour' if letter == 'w' else 'Big Picture Show'}",
        )
        for letter in "wxyz"
    }
    running = JudgeServer(*build_judged(tmp_path, texts=stated))
    try:
        page = running.client.get("/show/thebigpicture").text
        assert "/judge?name=show%2Fthebigpicture&amp;verb=different" in page
        panel = words(running.client.get("/judge?name=show/thebigpicture").text)
        assert "The show of 3 episodes" in panel and "No row of the graph" not in panel
        query = "/judge?name=show/thebigpicture&verb=different&argument=Big Picture Show"
        preview = words(running.client.get(query).text)
        assert "the show of 3 episodes changes, 3 of them to something else" in preview
        assert (
            "renamed: show/thebigpicture (The Big Picture), 3 episodes of its own -> "
            "show/bigpictureshow (Big Picture Show)"
        ) in preview
        assert "Talk x , 2025-09-01: The Big Picture 82 % → Big Picture Show 82 %" in preview
        assert "Record: different Big Picture Show, show/thebigpicture" in preview

        query = "/judge?name=show/gearhour&verb=same&argument=The Big Picture"
        show = "show/thebigpicture (The Big Picture)"
        counted = f"recounted: {show}, 3 episodes of its own -> {show}, 4 episodes of its own"
        assert counted in words(running.client.get(query).text)

        fields = {"name": "show/thebigpicture", "argument": "Big Picture Show"}
        number = running.judge("different", **fields)
        assert running.finish(number)["state"] == "applied"
        assert "judgement different Big Picture Show, show/thebigpicture" in words(
            running.client.get("/why?episode=x.md&name=Big+Picture+Show").text
        )
        audit = words(running.client.get("/audit?what=shows").text)
        assert "kgraph judge reject show/bigpictureshow" in audit
        number = running.judge("reject", "show/bigpictureshow")
        assert running.finish(number)["state"] == "applied"
        audit = words(running.client.get("/audit?what=shows").text)
        assert "judgement: reject show/bigpictureshow" in audit
        running.undo_all()
        assert running.client.get("/show/thebigpicture").status_code == 200
    finally:
        running.stop()
