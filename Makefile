# Python 3.11 or later and make are all that is needed: every target sets up its own virtual environment,
# and installs again only when pyproject.toml has changed.
#
#   make demo     the collaboration reviews, from codes to domains: tables, CSV files and a page to look at
#   make test     the whole test suite, with coverage
#   make help     the rest

VENV        ?= .venv
WHEEL_VENV  ?= build/wheel-venv
LOWEST_VENV ?= build/lowest-venv
ENGINES_VENV ?= build/engines-venv
DIST        ?= dist
DEMO_OUTPUT ?= demo-output
DOCS_OUTPUT ?= docs/_build/html
JOBS        ?= 2
ARGS        ?=

BIN         := $(VENV)/bin
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
CORE        := $(VENV)/.installed-core
DEV         := $(VENV)/.installed-dev
DOCS        := $(VENV)/.installed-docs
BENCH       := $(VENV)/.installed-bench
LOWEST      := $(VENV)/.installed-lowest
ENGINES     := $(VENV)/.installed-engines

# Of engines not every version goes with every other.
ENGINE_VERSIONS := 'dask==2026.8.0' 'distributed==2026.8.0' 'pyspark==4.3.0'

# The first of these that is recent enough and can make virtual environments; `make PYTHON=…` chooses another.
CANDIDATES  := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
# And the first of these, the oldest, to go with the lowest versions of dependencies.
OLDEST      := $(or $(PYTHON),python3.11 python3.12 python3.13 python3)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-lowest lowest-suite test-engines engines-suite torture lint format types imports docs wheel wheel-test bench check clean

help:
	@sed -n 's/^#   //p' Makefile
	@echo 'make test-lowest  the suite again, with the lowest versions of everything that pyproject.toml allows'
	@echo 'make test-engines  tables counted on Spark and Dask; needs Java'
	@echo 'make torture  kills, failing disks, copies united, files altered: a thousand of each, or ARGS="kills --runs 50 --seed 7"'
	@echo 'make check    lint, types and imports together'
	@echo 'make lint     ruff: rules and layout (make format mends the layout)'
	@echo 'make types    mypy --strict'
	@echo 'make imports  the layers of the architecture'
	@echo 'make docs     the documentation, into $(DOCS_OUTPUT)'
	@echo 'make wheel    the source archive and the wheel, into $(DIST)'
	@echo 'make wheel-test  the wheel, installed alone and used outside the source tree'
	@echo 'make bench    the benchmarks, each beside its peer'
	@echo 'make clean    remove everything that these commands made'

demo: $(CORE)
	$(BIN)/qualcode demo --output $(DEMO_OUTPUT)

test: $(DEV)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --cov $(ARGS)

# In an environment of its own, by a second make with that environment for VENV.
test-lowest:
	@$(MAKE) --no-print-directory VENV='$(LOWEST_VENV)' PYTHON='$(OLDEST)' lowest-suite

lowest-suite: $(LOWEST)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

# Engines bring much, and not every version of it goes with the newest of everything else.
test-engines:
	@$(MAKE) --no-print-directory VENV='$(ENGINES_VENV)' engines-suite

engines-suite: $(ENGINES)
	$(BIN)/python -m pytest tests/engines $(ARGS)

# A fiftieth of it is part of the suite. Where atheris is installed too, coverage guides what the readers are given.
torture: $(DEV)
	$(BIN)/python -m tests.torture $(ARGS)

check: lint types imports

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV)
	$(BIN)/mypy

imports: $(DEV)
	$(BIN)/lint-imports

docs: $(DOCS)
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs $(DOCS_OUTPUT)

wheel: $(DEV)
	rm -rf $(DIST)
	$(BIN)/python -m build --outdir $(DIST)

wheel-test: wheel
	rm -rf $(WHEEL_VENV)
	$(BIN)/python -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/python $(PIP_INSTALL) $(DIST)/*.whl
	$(WHEEL_VENV)/bin/python -P tests/wheel_smoke.py

bench: $(BENCH)
	@set -e; for script in $(filter-out benchmarks/common.py benchmarks/suggester.py,$(wildcard benchmarks/*.py)); do echo "== $$script"; $(BIN)/python $$script $(ARGS); done

clean:
	rm -rf $(VENV) $(WHEEL_VENV) $(LOWEST_VENV) $(ENGINES_VENV) $(DIST) $(DEMO_OUTPUT) build docs/_build .coverage htmlcov \
	    .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find benchmarks docs scripts src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@recent=; for python in $(CANDIDATES); do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	        recent="$$python"; \
	        if "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	            echo "Making $(VENV) with $$("$$python" --version)"; \
	            exec "$$python" -m venv "$(VENV)"; \
	        fi; \
	    fi; \
	done; \
	if [ -n "$$recent" ]; then \
	    echo "$$recent cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; \
	else \
	    echo "qualcode needs Python 3.11 or later, and none of these is: $(CANDIDATES). Install one, or say where it is: make PYTHON=/path/to/python" >&2; \
	fi; \
	exit 1

$(CORE): pyproject.toml | $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) --editable .
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) --editable '.[all,dev]'
	@touch $@

# A floor that was raised or lowered is installed too: the constraints allow nothing else.
$(LOWEST): pyproject.toml scripts/lowest.py | $(BIN)/python
	$(BIN)/python scripts/lowest.py all tests > $(VENV)/lowest.txt
	$(BIN)/python $(PIP_INSTALL) --constraint $(VENV)/lowest.txt --editable '.[all,tests]'
	@touch $@

$(ENGINES): pyproject.toml Makefile | $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) --editable '.[engines]' $(ENGINE_VERSIONS)
	@touch $@

$(DOCS): pyproject.toml | $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) --editable '.[docs]'
	@touch $@

$(BENCH): pyproject.toml | $(BIN)/python
	$(BIN)/python $(PIP_INSTALL) --editable '.[all,bench]'
	@touch $@
