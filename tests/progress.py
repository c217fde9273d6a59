"""What a run of several processes shows: a line for each file whose tests are done.

pytest-xdist writes a dot a test without the name of its file, as files of all processes mix.
"""

from collections import Counter, defaultdict

import pytest


class FileLines:
    """A plugin of pytest, for the process that shows what the others do.

    Args:
        plugins: pytest's; its terminal reporter is there when the tests begin.
    """

    def __init__(self, plugins):
        self.plugins = plugins
        self.total, self.done = Counter(), 0
        self.left = Counter()
        self.outcomes = defaultdict(Counter)

    def pytest_xdist_node_collection_finished(self, ids):
        """Each process says the same, that of the first is kept."""
        if not self.total:
            self.total.update(map(_file_of, ids))
            self.left.update(self.total)

    def pytest_runtest_logreport(self, report):
        file = _file_of(report.nodeid)
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[file][report.outcome] += 1
        if report.outcome == "failed":
            self._write(f"FAILED {report.nodeid}", red=True)
        if report.when == "teardown":
            self.done += 1
            self.left[file] -= 1
            if not self.left[file]:
                self._tell(file)

    def _tell(self, file):
        percent = 100 * self.done // self.total.total()
        outcomes = ", ".join(f"{number} {name}" for name, number in self.outcomes[file].items())
        self._write(f"[{percent:3}%] {file}: {outcomes}")

    def _write(self, line, **markup):
        self.plugins.get_plugin("terminalreporter").write_line(line, **markup)

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self):
        """No letters: the line of the file has them as words."""
        category, _, word = yield
        return category, "", "" if category == "passed" else word


def _file_of(nodeid):
    return nodeid.partition("::")[0]
