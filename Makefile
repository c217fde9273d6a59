# Two commands matter to a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= ../shared/corpus/_episodes
# One process more than there are cores, since some wait for servers and browsers; at most four, as
# each starts a browser and servers of its own.
PROCESSES ?= $(shell $(PYTHON) -c "import os; print(min(4, 1 + (os.cpu_count() or 1)))")
PARALLEL := --numprocesses $(PROCESSES) --dist worksteal -o console_output_style=classic

.PHONY: help setup demo test check docs format clean
help:  ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/ \t/'

setup: $(VENV)/.ready  ## install everything that development needs into .venv
$(VENV)/.ready: pyproject.toml
	@echo "Setting up $(VENV): pip downloads and installs some 180 packages, which takes a few minutes."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --editable '.[dev]'
	touch $@

demo: setup  ## build the sample corpus (into .kgraph/), query it, export and draw it (into exports/)
	$(BIN)/kgraph build data/episodes --turtle exports/graph.ttl
	$(BIN)/kgraph stats
	$(BIN)/kgraph query co-mentioned --param company=NVIDIA
	$(BIN)/kgraph export graphml --output exports/graph.graphml
	$(BIN)/kgraph view --focus NVIDIA --output exports/nvidia.html
	@echo "Open exports/nvidia.html in a browser; read exports/graph.ttl in an editor."
	@echo "Go on with: . $(BIN)/activate, then kgraph show NVIDIA, or kgraph serve"

test: setup  ## run every test
	$(BIN)/python -m pytest $(PARALLEL)

check: setup  ## run before every commit: format, lint, types, layers, words, docs, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) docs
	$(BIN)/python -m pytest $(PARALLEL)

docs: setup  ## build the documentation as a site in docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -q --jobs auto -b html docs docs/_build/html

format: setup  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the environment, the built docs and the demo's exports
	rm -rf $(VENV) docs/_build docs/internals exports/*.ttl exports/*.graphml exports/*.html
