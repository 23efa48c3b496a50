# `make run` and `make test` set everything up by themselves; they need Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Twice quiet: trafilatura asks for an extra that lxml has given up, and pip warns of it each time.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check bench format dictionary constraints clean

help: ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

run: $(VENV)/.run ## Run the main job on the sample sources: a small web site of its own, no network
	$(BIN)/policy-ingest run --seeds seeds/sample --data data/sample

test: $(VENV)/.test ## Pass the whole test suite
	$(BIN)/pytest

check: $(VENV)/.test ## Format, lint, types, import contracts, quality floors, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python benchmarks/extraction.py --floors
	$(BIN)/pytest

format: $(VENV)/.test ## Format the code, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test peers/.installed ## Run the benchmarks beside the peers, who get an environment of their own (two hours)
	$(BIN)/python benchmarks/extraction.py --peers-python peers/bin/python
	$(BIN)/python benchmarks/attachments.py --peers peers/bin/python
	$(BIN)/python benchmarks/attachments.py --large
	$(BIN)/python benchmarks/reading.py --peers peers/bin/python
	$(BIN)/python benchmarks/ingest.py --peers peers/bin/python
	$(BIN)/python benchmarks/bulk.py
	$(BIN)/python benchmarks/ask.py
	$(BIN)/python benchmarks/orchestration.py
	$(BIN)/python benchmarks/history.py
	$(BIN)/python benchmarks/sizing.py

dictionary: $(VENV)/.run ## Write the data dictionary into the README
	$(BIN)/python -m store.dictionary README.md

constraints: ## Resolve all dependencies anew and write constraints.txt
	rm -rf $(VENV)/resolve && $(PYTHON) -m venv $(VENV)/resolve
	$(VENV)/resolve/bin/python -m pip --quiet install -e '.[dev]'
	echo "# Exact versions of everything that is installed; made by 'make constraints', never by hand." > constraints.txt
	$(VENV)/resolve/bin/python -m pip freeze --exclude-editable >> constraints.txt
	rm -rf $(VENV)/resolve

clean: ## Remove the environment and the sample's data
	rm -rf $(VENV) peers data/sample

peers/.installed: benchmarks/requirements-peers.txt
	$(PYTHON) -m venv peers
	peers/bin/python -m pip --quiet install --upgrade pip
	peers/bin/python -m pip --disable-pip-version-check --quiet --quiet install --requirement benchmarks/requirements-peers.txt
	@touch $@

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.venv pyproject.toml constraints.txt
	@echo "Installing (about a minute the first time) ..."
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.venv pyproject.toml constraints.txt
	@echo "Installing with the test tools (about a minute the first time) ..."
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.run
