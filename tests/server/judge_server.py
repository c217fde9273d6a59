"""A running server on which names can be judged, and a client with a session of it."""

import re

import httpx
from server.server_fixture import Server, build_store, until
from support import episode_text

from kgraph.resolve.judgements_file import load_judgements

COMPANIES = {
    "a": ("NVIDIA", "OpenAI", "Quarnolt"),
    "b": ("NVIDIA", "Coinbase", "Quarnolt"),
    "c": ("OpenAI", "Coinbase", "Figma"),
}
"""Companies of three episodes; no lexicon knows Quarnolt."""


def build_judged(home, companies=COMPANIES, texts=None):
    """Build a store with a file of judgements, which is empty, and return the paths of both.

    Args:
        texts: of the episodes, in place of those of companies.
    """
    episodes, file = home / "episodes", home / "data" / "judgements.yaml"
    episodes.mkdir(parents=True)
    file.parent.mkdir()
    file.write_text("")
    for letter, names in companies.items() if texts is None else ():
        url = f"https://www.youtube.com/watch?v={letter * 11}"
        (episodes / f"{letter}.md").write_text(episode_text(f"Talk {letter}", url, names))
    for letter, text in (texts or {}).items():
        (episodes / f"{letter}.md").write_text(text)
    build_store(episodes, home / "store", judgements=file)
    return home / "store", file


class JudgeServer(Server):
    """`kgraph serve --judge`; a client with a session, unless told otherwise, and one without."""

    def __init__(self, store, file, *options, session=True):
        super().__init__(store, "--judge", "--by", "Ada", *options)
        self.file = file
        self.says("to judge names, open ")
        self.start = re.search(r"to judge names, open (\S+)", "".join(self._log))[1]
        self.origin = self.address.rstrip("/")
        self.client.headers["accept"] = "text/html"
        self.stranger = httpx.Client(
            base_url=self.address, timeout=30, trust_env=False, headers={"accept": "text/html"}
        )
        if session:
            assert self.client.get(self.start).status_code == 303

    def stop(self):
        self.stranger.close()
        return super().stop()

    @property
    def judgements(self):
        """The judgements of the file."""
        return load_judgements(self.file)

    def form_token(self):
        """Return the token of the session's forms."""
        page = self.client.get("/judgements").text
        return re.search(r'name="token" value="(\w+)"', page)[1]

    def send(self, path="/judge", headers=None, **fields):
        """Send a form as a page of the server does, with the answer as JSON."""
        sent = {"origin": self.origin, "sec-fetch-site": "same-origin"}
        sent |= {"accept": "application/json"} | (headers or {})
        return self.client.post(path, data={"token": self.form_token(), **fields}, headers=sent)

    def judge(self, verb, name, **fields):
        """Judge a name, and return the number of the change."""
        answer = self.send(verb=verb, name=name, **fields)
        assert answer.status_code == 202, answer.text
        return answer.json()["number"]

    def finish(self, number):
        """Wait until a change is applied or has failed, and return it."""

        def read():
            return self.client.get("/judgements/status", params={"change": number}).json() or {}

        until(lambda: read().get("state") in ("applied", "failed"), 300)
        return read()

    def undo_all(self):
        """Undo all judgements."""
        while pairs := re.findall(
            r'name="line" value="(\d+)"><input type="hidden" name="digest" value="(\w+)"',
            self.client.get("/judgements").text,
        ):
            line, digest = pairs[0]
            last = self.send("/judgements", line=line, digest=digest).json()["number"]
            if len(pairs) == 1:
                self.finish(last)

    def beside(self, company):
        """Return the names that the question co-mentioned has beside a company."""
        params = {"company": company, "format": "csv"}
        answer = self.client.get("/questions/co-mentioned", params=params)
        return {line.split(",")[0] for line in answer.text.splitlines()[1:]}
