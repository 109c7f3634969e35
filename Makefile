# Comity: the two commands are `make site` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: site test lint serve lock clean help
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

site: $(VENV)/run.stamp ## install what is needed, convert, check and build the site into build/site
	@$(BIN)/comity build

serve: site ## build the site and serve it at http://127.0.0.1:8080/, with SPARQL at /sparql
	@$(BIN)/comity serve

test: $(VENV)/test.stamp ## run every test that PyPI and npm can bring what it needs for
	@$(BIN)/python -m pytest

lint: $(VENV)/tools.stamp ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lock: $(VENV)/tools.stamp ## resolve the dependencies again into requirements/*.txt, hashes only
	@tools/lock.sh $(BIN)/uv

clean: ## remove what was built and installed
	rm -rf build $(VENV) node_modules

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comity needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the packages of requirements/run.txt" >&2
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@echo "Installing the packages of requirements/test.txt" >&2
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/tools.stamp: requirements/tools.txt $(VENV)/test.stamp
	@echo "Installing the packages of requirements/tools.txt" >&2
	@$(PIP) install --require-hashes -r requirements/tools.txt
	@touch $@
