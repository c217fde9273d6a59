"""Judging in Chromium: on a page, by keyboard only, from another origin, for assistive tools."""

import http.server
import json
import threading
from contextlib import contextmanager

import pytest
from browser import CHROMIUM, opened
from server.html_helpers import faults, outside
from server.judge_server import JudgeServer, build_judged

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")

PAGES = (
    "review",
    "judgements",
    "judge?name=company/coinbase",
    "judge?name=company/coinbase&verb=reject",
    "judge?name=Figma&verb=same&argument=OpenAI",
    "judge?name=Figma&verb=same&argument=Opnai",
    "judge?name=Figma&verb=type",
    "judge?name=Nosuchname",
    "company/coinbase",
    "audit/mentions",
    "search?q=figma&kind=entity",
)


@pytest.fixture(scope="module")
def judge_server(tmp_path_factory):
    """A server of three episodes."""
    running = JudgeServer(*build_judged(tmp_path_factory.mktemp("browser-judging")))
    yield running
    running.stop()


@pytest.fixture
def judged(judge_server):
    """The server, without a judgement."""
    yield judge_server
    judge_server.undo_all()


@contextmanager
def session(server, path="", **options):
    """A page of the server in a browser with a session."""
    with opened(server.start, **options) as page:
        page.go(server.address + path)
        yield page


def click(page, selector):
    """Click the middle of an element."""
    page.until(f"document.querySelector({json.dumps(selector)}) !== null")
    page.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
    box = page.run(
        f"(() => {{ const r = document.querySelector({json.dumps(selector)})"
        ".getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
    )
    page.click(*box)


def status(words):
    """The condition that the bar says something."""
    return f"document.getElementById('judge-status')?.textContent.includes({json.dumps(words)})"


def test_a_company_is_rejected_on_its_page_and_comes_back(judged):
    assert "Coinbase" in judged.beside("OpenAI")
    with session(judged, "company/coinbase") as page:
        click(page, ".judge-section a[href*='verb=reject']")
        page.until("document.querySelector('dialog .record [name=why]') === document.activeElement")
        dialog = page.run("document.querySelector('dialog').innerText")
        assert "2 rows in 2 episodes change, 2 of them" in dialog
        assert (faults(page), judged.judgements) == ([], ())
        page.type("no company")
        click(page, "dialog .record button")
        page.until(status("reject company/coinbase: applied in"))
        page.until("document.querySelector('h1')?.textContent === 'Gone'")
        assert "Coinbase" not in judged.beside("OpenAI")
        assert [(j.why, j.by) for j in judged.judgements] == [("no company", "Ada")]
        page.until("!document.getElementById('judge-undo').hidden")
        click(page, "#judge-undo button")
        page.until(status("undo reject company/coinbase: applied in"))
        page.until("document.querySelector('h1')?.textContent === 'Coinbase'")
        assert "Coinbase" in judged.beside("OpenAI")
        # The browser notes each answer 410 on its console.
        messages = [line for line in page.console if "410" not in line]
        assert (outside(page, judged), messages) == ([], [])


def test_by_keyboard_only(judged):
    with session(judged, "company/coinbase") as page:
        page.tab_to(".judge-section a[href*='verb=reject']")
        page.press("Enter")
        page.until("document.activeElement.name === 'why'")
        page.type("no company")
        page.press("Enter")
        page.until("document.querySelector('h1')?.textContent === 'Gone'")
        assert "Coinbase" not in judged.beside("OpenAI")
        page.until("!document.getElementById('judge-undo').hidden")
        page.tab_to("#judge-undo button")
        page.press("Enter")
        page.until("document.querySelector('h1')?.textContent === 'Coinbase'")
        page.tab_to(".judge-section a[href*='verb=type']")
        page.press("Enter")
        page.until("document.activeElement.matches('dialog select')")
        page.press("Escape")
        page.until("!document.querySelector('dialog').open")
        assert page.run("document.activeElement.matches(\".judge-section a[href*='verb=type']\")")
    assert judged.judgements == ()


def test_the_review_by_keys(judged):
    first = "document.querySelectorAll('.case')[0]"
    name = "document.activeElement.querySelector('h2')?.textContent"
    with session(judged, "review?all=on") as page:
        page.until(f"document.activeElement === {first}")
        names = page.run("[...document.querySelectorAll('.case h2')].map(h => h.textContent)")
        assert len(names) > 2
        page.press("k")
        assert page.run(name) == names[1]
        page.press("r")
        page.until("document.activeElement.name === 'why'")
        assert page.run("document.activeElement.value") == ""
        page.type("a, not b")
        page.press("Enter")
        page.until(f"{name} === {json.dumps(names[2])}")
        page.until(f"document.body.innerText.includes('reject {names[1]}: applied in')")
        assert [(j.verb, j.names, j.why) for j in judged.judgements] == [
            ("reject", (names[1],), "a, not b")
        ]
        assert faults(page) == []
        page.press("s")
        page.until("document.activeElement.name === 'argument'")
        page.type("OpenAI")
        page.press("Enter")
        page.until("document.activeElement.name === 'why'")
        page.press("Escape")
        page.until(f"{name} === {json.dumps(names[2])}")
        page.press("u")
        page.until(f"{name} === {json.dumps(names[1])}")
        page.until(status(f"undo reject {names[1]}: applied in"))
        assert (judged.judgements, page.console) == ((), [])


def test_an_undo_in_the_list(judged):
    judged.finish(judged.judge("reject", "Figma"))
    with session(judged, "judgements") as page:
        assert page.run("document.querySelector('.judgements p').textContent").startswith("Ada")
        click(page, ".judgements button")
        page.until("document.querySelector('main')?.innerText.includes('No judgement yet')")
    assert judged.client.get("/company/figma").status_code == 200


def test_what_was_applied_is_shown_until_a_page_has_shown_it_and_a_failure_on(judged):
    with session(judged, "company/openai") as page:
        judged.finish(judged.judge("reject", "Figma"))
        page.go(judged.address + "company/openai")
        page.until(status("reject Figma: applied in"))
        page.go(judged.address + "company/openai")
        page.run(
            "fetch('/judgements/status').then(() => new Promise((done) => setTimeout(done, 300)))"
        )
        assert page.run("document.getElementById('judge-status').textContent") == ""
        assert page.run("document.getElementById('judge-undo').hidden")
        episodes = judged.file.parent.parent / "episodes"
        episodes.rename(episodes.with_name("moved"))
        judged.finish(judged.judge("accept", "OpenAI"))
        episodes.with_name("moved").rename(episodes)
        for _ in range(2):
            page.go(judged.address + "company/openai")
            page.until(status("the file is changed, but not the graph"))
    judged.send("/judgements", retry="true")


def test_a_file_that_changed_meanwhile_has_a_link_to_what_it_is_now(judged):
    judged.finish(judged.judge("reject", "Figma"))
    with session(judged, "judgements") as page:
        page.until("document.querySelector('.judgements button') !== null")
        judged.undo_all()
        click(page, ".judgements button")
        page.until("document.querySelector('[role=alert] a') !== null")
        click(page, "[role=alert] a")
        page.until("document.querySelector('main')?.innerText.includes('No judgement yet')")


def test_the_episode_of_a_review_card_is_a_link(judged):
    with session(judged, "review?all=on") as page:
        page.until("document.querySelector('.case .sightings a') !== null")
        click(page, ".case .sightings a")
        page.until("location.pathname.startsWith('/episode/')")


def test_an_error_is_shown_in_the_panel(judged):
    with session(judged, "company/figma") as page:
        click(page, ".judge-section a[href*='verb=same']")
        page.until("document.activeElement.name === 'argument'")
        page.type("Opnai")
        page.press("Enter")
        page.until("document.querySelector('dialog [role=alert]') !== null")
        assert "did you mean OpenAI?" in page.run("document.querySelector('dialog').innerText")
        judged.finish(judged.judge("accept", "company/figma"))
        click(page, "dialog a[href*='verb=reject']")
        page.until(
            "document.querySelector('dialog [role=alert]')?.innerText.includes('contradicts')"
        )
        assert page.run("document.querySelector('dialog .record') === null")


ATTACK = """<!doctype html><title>other</title><script>
const target = %s;
const fields = {name: "NVIDIA", verb: "reject", token: %s};
window.outcomes = [];
const form = document.createElement("form");
form.method = "post"; form.action = target + "judge"; form.target = "frame";
for (const [name, value] of Object.entries(fields)) {
  const input = document.createElement("input");
  input.name = name; input.value = value; form.append(input);
}
const frame = document.createElement("iframe"); frame.name = "frame";
addEventListener("load", async () => {
  document.body.append(frame, form);
  form.submit();
  const body = new URLSearchParams(fields);
  for (const mode of ["no-cors", "cors"]) {
    try {
      await fetch(target + "judge", {method: "POST", body, mode, credentials: "include"});
      window.outcomes.push(mode + " answered");
    } catch (error) { window.outcomes.push(mode + " refused"); }
  }
  try {
    const page = await fetch(target + "judgements", {credentials: "include"});
    window.outcomes.push("read " + (await page.text()).length);
  } catch (error) { window.outcomes.push("read refused"); }
});
</script>"""
"""A page that tries to judge with the reader's cookie, and to read a page with a form."""


@contextmanager
def other_origin(text):
    """The address of a page of another server on this machine, whose text is given."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_page_of_another_origin_cannot_judge(judged):
    """Not even of the same site, with the session's cookie and a form token that it has stolen."""
    with session(judged, "judgements") as page:
        token = page.run("document.querySelector('[name=token]').value")
        with other_origin(ATTACK % (json.dumps(judged.address), json.dumps(token))) as address:
            page.go(address)
            page.until("window.outcomes.length === 3")
            assert page.run("window.outcomes") == [
                "no-cors refused",
                "cors refused",
                "read refused",
            ]
            judged.says("POST /judge 403", times=3)
        page.go(judged.address + "judgements")  # the session is still there
        assert "No judgement yet" in page.run("document.querySelector('main').innerText")
    assert judged.judgements == ()


def test_without_a_session_nothing_is_offered(judged):
    with opened(judged.address + "company/coinbase") as page:
        assert page.run("document.querySelectorAll('[href^=\"/judge\"], .judging').length") == 0
        page.go(judged.address + "review")
        assert "printed when it started" in page.run("document.querySelector('main').innerText")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(judged, scheme):
    bad = {}
    with session(judged, scheme=scheme) as page:
        for path in PAGES:
            page.go(judged.address + path)
            if found := faults(page):
                bad[path] = found
        click(page, "a[data-judge]")
        page.until("document.querySelector('dialog .judge-panel') !== null")
        if found := faults(page):
            bad["dialog"] = found
        assert outside(page, judged) == []
    assert bad == {}, json.dumps(bad, indent=1)


def test_pages_fit_a_phone(judged):
    with session(judged, width=360, height=740) as page:
        for path in PAGES:
            page.go(judged.address + path)
            assert page.run("document.documentElement.scrollWidth") <= 360, path


def test_the_review_opens_at_its_heading(judged):
    with session(judged, "review", width=360, height=500) as page:
        page.until("document.activeElement.matches('.case')")
        assert page.run("scrollY") == 0
        page.press("k")
        page.until("scrollY > 0")
