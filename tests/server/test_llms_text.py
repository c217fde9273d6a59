"""/llms.txt: the form of llmstxt.org, and every link answers."""

import re

BROWSER = "text/html,*/*;q=0.8"


def test_it_has_the_form_and_its_links_answer(sample_server):
    answer = sample_server.get("/llms.txt", accept="text/plain")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    title, blank, summary, *rest = answer.text.splitlines()
    assert (title, blank, summary[:2]) == ("# kgraph", "", "> ")
    assert "38 episodes" in summary
    assert [line for line in rest if line.startswith("## ")][-1] == "## Optional"
    links = re.findall(r"^- \[[^\]]+\]\(([^)]+)\): \S", answer.text, re.MULTILINE)
    assert len(links) == len([line for line in rest if line.startswith("- ")]) > 10
    for link in links:
        if "EPISODE" not in link:
            assert sample_server.get(link, accept="*/*").status_code == 200, link
