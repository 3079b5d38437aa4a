# Every target sets up .venv itself; a second run costs a few milliseconds of that.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DATA ?= data
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help serve test check format bench bench-kill bench-retry fuzz-api fuzz-render gallery lock clean

help: ## what each target does
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Repoint needs Python 3.11 or newer and found none. Install it (Debian and Ubuntu: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module. Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }

.venv/run.stamp: requirements/base.txt pyproject.toml | .venv/bin/python
	@echo "Setting up .venv (once) ..."
	@$(PIP) install --require-hashes -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@echo "Setting up the test tools in .venv (once) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv/postgresql.stamp: requirements/postgresql.txt .venv/run.stamp
	@echo "Setting up the PostgreSQL driver in .venv (once) ..."
	@$(PIP) install --require-hashes -r requirements/postgresql.txt
	@touch $@

serve: .venv/run.stamp $(if $(REPOINT_DATABASE_URL),.venv/postgresql.stamp) ## set everything up and serve (ARGS="--port 9000" passes options on)
	@exec $(BIN)/repoint serve --data "$(DATA)" $(ARGS)

test: .venv/dev.stamp ## set everything up and run every test that needs no service (ARGS="-k slug")
	@$(BIN)/python -m pytest -n auto $(ARGS)
	@if [ -n "$$REPOINT_TEST_POSTGRES_URL" ]; then \
		$(BIN)/python -m pytest -n auto --db=postgres -m database $(ARGS); \
	else \
		echo "Left out: the tests on PostgreSQL. Set REPOINT_TEST_POSTGRES_URL=postgresql://... to run them too."; \
	fi

check: .venv/dev.stamp ## ruff, mypy --strict, import contracts, sizes and names, spelling
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell
	@$(BIN)/python -m pytest -q tests/project

format: .venv/dev.stamp ## put the code into the one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev.stamp ## measure, as ratios against something run beside it
	@$(BIN)/python -m bench.all $(ARGS)

bench-kill: .venv/dev.stamp ## 50 rounds of kill -9 under load: no scan lost, none counted twice
	@$(BIN)/python -m bench.kill --rounds 50 $(ARGS)

fuzz-api: .venv/dev.stamp ## 20,000 requests that follow the API's description or break it: none finds a fault
	@$(BIN)/python scripts/fuzz_api.py --cases 20000 $(ARGS)

bench-retry: .venv/dev.stamp ## 500 creates with an Idempotency-Key, the server killed in the middle: one code each
	@$(BIN)/python -m bench.idempotency --creates 500 $(ARGS)

fuzz-render: .venv/dev.stamp ## 5,000 random designs: no crash, and whatever is graded A or B decodes
	@$(BIN)/python scripts/fuzz_render.py --designs 5000 $(ARGS)

gallery: .venv/dev.stamp ## draw docs/gallery.md anew, every picture decoded in the making
	@$(BIN)/python scripts/gallery.py

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-annotate pyproject.toml

lock: .venv/dev.stamp ## compile requirements/*.txt anew, with hashes and without addresses
	@$(LOCK) --upgrade --extra build --output-file requirements/base.txt
	@$(LOCK) --upgrade --extra build --extra postgresql --output-file requirements/postgresql.txt
	@$(LOCK) --upgrade --extra build --extra postgresql --extra dev --output-file requirements/dev.txt

clean: ## remove .venv and caches; data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
