"""Who may judge over HTTP: nobody without --judge, a token and a session; no other page."""

import re

import pytest
from cli.runner import run
from server.judge_server import JudgeServer, build_judged
from support import build_once, episode_text

from kgraph.pipeline import build
from kgraph.project import load_project

PATHS = (
    "/judge?name=NVIDIA",
    "/judge/start?token=x",
    "/judgements",
    "/judgements/status",
    "/review",
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A server on which nobody judges anything in the end."""
    home = build_once(tmp_path_factory, "judge-access", build_judged)
    running = JudgeServer(home / "store", home / "data" / "judgements.yaml")
    yield running
    running.stop()


@pytest.mark.parametrize("path", PATHS)
def test_without_the_option_nothing_is_there(server, path):
    answers = [server.client.request(method, path) for method in ("GET", "POST", "PUT", "DELETE")]
    assert {answer.status_code for answer in answers} == {404}
    assert "serve with --judge to judge names" in answers[0].text


@pytest.mark.parametrize("path", ["/company/nvidia", "/audit/mentions", "/search?q=nvidia"])
def test_without_the_option_or_a_session_pages_show_no_controls(server, judged, path):
    assert 'href="/judge' in judged.client.get(path).text
    for answer in (server.get(path, accept="text/html"), judged.stranger.get(path)):
        assert [part for part in ("/judge?", "/review", "judge.js") if part in answer.text] == []
        assert "cookie" not in answer.headers["vary"].lower()


@pytest.mark.parametrize("path", [PATHS[0], *PATHS[2:]])
def test_without_a_session_the_pages_say_how_to_get_one(judged, path):
    forged = {"cookie": f"kgraph-judge-{judged.client.base_url.port}=a.b"}
    for headers in ({}, forged):
        answer = judged.stranger.get(path, headers=headers)
        assert (answer.status_code, "printed when it started" in answer.text) == (403, True)


def test_a_session_begins_with_the_token_only(judged):
    wrong = judged.start[:-1] + ("A" if judged.start[-1] != "A" else "B")
    answer = judged.stranger.get(wrong)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    answer = judged.client.get(judged.start)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == f"kgraph-judge-{judged.client.base_url.port}"
    assert sorted(rest.lower().split("; ")[1:]) == ["httponly", "path=/", "samesite=strict"]
    assert judged.start.partition("token=")[2] not in rest


def test_the_token_is_another_at_each_start_and_not_in_the_log(judged, served_store):
    other = JudgeServer(served_store, "")
    token = other.start.partition("token=")[2]
    log = other.stop()[1]
    assert (token in judged.start, log.count(token), "GET /judge/start 303" in log) == (
        False,
        1,
        True,
    )


CHANGE = {"name": "NVIDIA", "verb": "reject"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://other.example"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
    ],
    ids=str,
)
def test_a_page_of_another_origin_changes_nothing(judged, headers):
    answer = judged.send(headers=headers, **CHANGE)
    assert (answer.status_code, "another page" in answer.json()["detail"]) == (403, True)
    assert judged.judgements == ()


def test_a_form_without_origin_or_with_another_token_changes_nothing(judged):
    bare = judged.client.post("/judge", data={"token": judged.form_token(), **CHANGE})
    token = judged.form_token()
    judged.client.get(judged.start)  # another session
    origin = {"origin": judged.origin}
    forms = ({**CHANGE, "token": token}, CHANGE, {**CHANGE, "token": "x"}, {**CHANGE, "token": "é"})
    answers = [bare, *(judged.client.post("/judge", data=f, headers=origin) for f in forms)]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert judged.judgements == ()


def test_a_name_that_resolves_to_this_machine_has_no_session(served_store, tmp_path):
    server = JudgeServer(served_store, tmp_path / "none", "--allow-host", "*")
    try:
        for host in ("evil.example", "192.0.2.7"):
            answer = server.client.get("/review", headers={"host": host})
            assert (answer.status_code, "judging" in answer.text) == (403, False)
        assert server.client.get("/review").status_code == 200
    finally:
        server.stop()


def test_only_forms_are_read(judged):
    headers = {"origin": judged.origin, "content-type": "text/plain"}
    assert judged.client.post("/judge", content=b"x", headers=headers).status_code == 415
    headers["content-type"] = "application/x-www-form-urlencoded"
    for body in (b"verb=a&verb=b", b"\xff", b"a" * (300 << 10)):
        answer = judged.client.post("/judge", content=body, headers=headers)
        assert answer.status_code in (400, 413)


def test_nothing_is_written_by_looking(judged):
    for path in ("/judge?name=NVIDIA&verb=reject", "/judgements?change=3", "/review"):
        assert judged.client.get(path).status_code == 200
    assert judged.judgements == ()


@pytest.mark.parametrize(
    ("back", "target"),
    [
        ("/company/nvidia?unlikely=true", "/company/nvidia?unlikely=true"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_stays_on_the_server(judged, back, target):
    page = judged.client.get("/judge", params={"name": "NVIDIA", "back": back}).text
    assert re.search(r'<a href="([^"]*)" data-judge-close>', page)[1] == target


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example"])
def test_a_path_that_names_another_server_is_no_way_back(judged, path):
    page = judged.client.get(judged.origin + path)
    assert page.status_code == 404
    assert re.findall(r'name="back" value="([^"]*)"', page.text) == ["/"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--host", "0.0.0.0"],
            "--judge --host 0.0.0.0: whoever reaches the server could change the judgements: "
            "leave --host out, or serve without --judge",
        ),
        (
            ["--forwarded-allow-ips", "127.0.0.1"],
            "--judge --forwarded-allow-ips 127.0.0.1: behind a proxy whoever reaches the server "
            "could change the judgements: leave one of them out",
        ),
    ],
    ids=["host", "proxy"],
)
def test_a_server_that_others_reach_does_not_start(served_store, options, message):
    done = run("serve", "--judge", "--by", "Ada", *options, "--store", served_store)
    assert (done.returncode, done.stderr.strip()) == (2, f"kgraph: {message}")


def test_a_store_that_cannot_be_built_again_does_not_start(tmp_path):
    done = run("serve", "--judge", "--by", "Ada", "--store", tmp_path / "none")
    assert (done.returncode, "or serve without --judge" in done.stderr) == (2, True)
    done = run("serve", "--by", "Ada", "--store", tmp_path / "none")
    assert (done.returncode, "only with --judge" in done.stderr) == (2, True)


def test_a_store_whose_project_is_gone_is_not_judged(tmp_path):
    (tmp_path / "a.md").write_text(episode_text())
    file = tmp_path / "kgraph.toml"
    file.write_text('sources = ["a.md"]\n')
    project = load_project(file)
    build(project.sources, project.store, project=project.load_inputs(), workers=1)
    file.unlink()
    done = run("serve", "--judge", "--by", "Ada", "--store", project.store)
    assert done.returncode == 2
    assert f"--judge: {file}: the project of {project.store} is gone: build again" in done.stderr
