# Two commands matter to a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= ../shared/corpus/_episodes
# One process more than there are cores, since some wait for servers and browsers; at most four, as
# each starts a browser and servers of its own.
PROCESSES ?= $(shell $(PYTHON) -c "import os; print(min(4, 1 + (os.cpu_count() or 1)))")
PARALLEL := --numprocesses $(PROCESSES) --dist worksteal -o console_output_style=classic

.PHONY: help setup demo test check format clean
help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/ \t/'

setup: $(VENV)/.ready  ## an environment with everything that development needs
$(VENV)/.ready: pyproject.toml
	@echo "Setting up $(VENV): pip downloads and installs some 110 packages, which takes a few minutes."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --editable '.[dev]'
	touch $@

demo: setup  ## build the sample corpus, ask it, export it, draw it (into exports/)
	$(BIN)/kgraph build data/episodes --store exports/store --turtle exports/graph.ttl
	$(BIN)/kgraph stats --store exports/store
	$(BIN)/kgraph query co-mentioned --param company=NVIDIA --store exports/store
	$(BIN)/kgraph export graphml --store exports/store --output exports/graph.graphml
	$(BIN)/kgraph view --focus NVIDIA --store exports/store --output exports/nvidia.html
	@echo "Open exports/nvidia.html in a browser; read exports/graph.ttl in an editor."

test: setup  ## every test
	$(BIN)/python -m pytest $(PARALLEL)

check: setup  ## what stands before every commit: format, lint, types, layers, docs, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(PARALLEL)

format: setup  ## write the code as the formatter wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the environment and what the demo wrote
	rm -rf $(VENV) exports/store exports/*.ttl exports/*.graphml exports/*.html
