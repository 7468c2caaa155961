# Needs make, git and Python 3.11 or later. `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := crawler store reports schedules exowatch
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=

.DEFAULT_GOAL := help
MINUTES ?= 30
.PHONY: help install demo test slow soak lint format types bench docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.runtime ## install exowatch and what it needs into .venv

demo: $(VENV)/.runtime ## run the main job on the small world that ships with the project
	@$(BIN)/exowatch demo

test: $(VENV)/.dev ## run the tests, without the slow ones; ARGS="tests/test_x.py -k word" narrows it
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

slow: $(VENV)/.dev ## run the slow tests
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m slow $(ARGS)

soak: $(VENV)/.dev ## use everything at once for half an hour; MINUTES=5 for less
	@$(BIN)/python -m tests.soak $(MINUTES)

lint: $(VENV)/.dev ## check format and style
	@$(BIN)/ruff format --check --quiet . || { echo "make format puts this right" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .

format: $(VENV)/.dev ## put format and order of imports right
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

types: $(VENV)/.dev ## check the types of the five packages
	@$(BIN)/mypy --strict $(addprefix --package=,$(PACKAGES))

bench: $(VENV)/.dev ## measure the times and sizes that the project promises
	@$(BIN)/python -m tests.bench

docs: $(VENV)/.runtime ## write docs/data-dictionary.md from the schema
	@$(BIN)/python -m exowatch.data_dictionary

# Existing pins stay unless UPGRADE=--upgrade. Neither addresses nor paths enter the files.
COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options $(UPGRADE)

lock: $(VENV)/.dev ## compile the requirements anew from pyproject.toml; UPGRADE=--upgrade moves the pins
	@$(COMPILE) --output-file requirements/runtime.txt pyproject.toml
	@$(COMPILE) --constraint requirements/runtime.txt --extra print --extra test --extra lint --extra lock \
		--output-file requirements/dev.txt pyproject.toml
	@$(COMPILE) --constraint requirements/dev.txt --only-build-deps --build-deps-for editable \
		--output-file requirements/build.txt pyproject.toml

clean: ## remove .venv, .demo and caches
	rm -rf $(VENV) .demo dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name it: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# The build tools come from a hashed file too, so that building the project asks nobody for anything.
$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "installing into $(VENV)" >&2
	@$(PIP) --require-hashes --requirement requirements/runtime.txt --requirement requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "installing the test tools into $(VENV)" >&2
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@touch $@
