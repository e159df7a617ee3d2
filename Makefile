# Every target sets up what it needs (.venv and, on Debian, system packages); a second run starts at once.
# PYTHON=… chooses the interpreter for a new .venv, PYTEST_ARGS=… narrows `make test`.

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/ready
# Tests wait for other programs half of the time: one process more than a small computer has cores.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: demo run test check attack bench reader format lock sbom clean help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What is installed depends on these and on nothing else.
$(READY): pyproject.toml packaging/setup.sh packaging/requirements-build.txt packaging/requirements-dev.txt
	@PYTHON='$(PYTHON)' packaging/setup.sh

demo: $(READY) ## the whole journey, from a screenshot to a verdict; writes demo-output/
	@$(BIN)/evidence-app demo --output demo-output

run: $(READY) ## the window
	@$(BIN)/evidence-app

# A file stays together: what its tests share is made once.
test: $(READY) ## all tests, in parallel
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

check: $(READY) ## lint, layout, types, who imports whom, licences, known weaknesses
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python packaging/supply.py licences
	$(BIN)/python packaging/supply.py audit

attack: $(READY) ## try to break every promise, from a seed; N=10 ten times as long, SEED=, ONLY=
	@$(BIN)/python -m tests.attack --times $(or $(N),1) $(if $(SEED),--seed $(SEED)) $(ONLY)

bench: $(READY) ## speed beside scrot, tar and age
	@packaging/setup.sh bench
	@$(BIN)/python -m tests.bench

reader: ## the reader page, from resources/reader; the same sources give the same bytes (Node 20, npm)
	@packaging/reader.sh

format: $(READY) ## put the code into its layout
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

lock: $(READY) ## renew the pinned lists under packaging/ from pyproject.toml
	@PYTHON='$(if $(PYTHON),$(PYTHON),$(BIN)/python)' packaging/lock.sh

sbom: $(READY) ## the software bill of materials (CycloneDX), from the pinned lists
	@$(BIN)/python packaging/supply.py sbom dist/evidence-app.cdx.json

clean: ## remove what was made here: .venv, caches, demo-output
	rm -rf .venv demo-output fuzz-found build dist htmlcov .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
