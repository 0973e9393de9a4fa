# Everything a developer runs. It needs Python >= 3.11, a Rust toolchain and make; all Python packages go into
# .venv, which is made when first needed, and nothing is done twice: .venv/.done holds a stamp for each step.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
# What takes long uses all cores by itself.
.NOTPARALLEL:

VENV := .venv
DONE := $(VENV)/.done
BIN := $(abspath $(VENV))/bin
RUN := PATH="$(BIN):$$PATH"

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# One interpreter for every cargo command: another would have PyO3 compiled again.
export PYO3_PYTHON := $(BIN)/python

# What the extension follows from.
SOURCES := $(shell find rust_src -name '*.rs') Cargo.toml Cargo.lock setup.py pyproject.toml
WORKFLOWS := $(wildcard .github/workflows/*.yml)
ISSUE_FORMS := $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))

##@ Use

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^##@ /{print "\n" substr($$0, 5)} /^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: build
build: $(DONE)/release ## build the package in place, into .venv, as users have it

.PHONY: demo
demo: $(DONE)/release $(DONE)/group-demo ## stream real data through the statistics; pickle half-way and go on
	$(BIN)/python demo/demo.py

.PHONY: docs
docs: $(DONE)/in-place $(DONE)/group-docs ## build the documentation into docs/out/html; its first page is index.html
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --jobs auto --doctree-dir docs/out/doctrees docs docs/out/html

.PHONY: wheel
wheel: $(DONE)/group-build $(DONE)/group-packaging ## build the sdist (dist/) and from it a wheel for .venv's Python (wheelhouse/)
	rm -rf dist wheelhouse
	CARGO_TARGET_DIR=$(abspath target/wheel) $(BIN)/python -m build --no-isolation
	if [ "$$(uname)" = Linux ]; then SOURCE_DATE_EPOCH=1580601600 $(RUN) auditwheel repair --wheel-dir wheelhouse dist/*.whl; \
	else mkdir wheelhouse && cp dist/*.whl wheelhouse; fi
	ls wheelhouse

##@ Check

.PHONY: develop
develop: $(DONE)/in-place ## as build, quick to compile: seconds after a change; nothing where a build is up to date

.PHONY: test
test: test-rust test-python ## every test but the wheels' and the site's: Rust's, Python's, the docstrings' examples

.PHONY: test-rust
test-rust: ## the Rust tests only; no Python needed
	cargo test --locked

.PHONY: test-python
test-python: $(DONE)/in-place $(DONE)/group-test $(DONE)/group-demo ## the Python tests and the docstrings' examples only
	$(BIN)/python -m pytest --numprocesses auto

.PHONY: test-docs
test-docs: docs $(DONE)/group-test ## build the documentation, check its links, and load it in a browser
	$(BIN)/python -m pytest -m site tests/site

.PHONY: test-engines
test-engines: $(DONE)/in-place $(DONE)/group-test $(DONE)/group-engines ## the statistics on Dask, Spark (with Java), DataFusion and Ray; minutes
	$(RUN) python -m pytest -m engines tests/engines river/integrations

.PHONY: test-long
test-long: $(DONE)/in-place $(DONE)/group-test $(DONE)/group-threads $(DONE)/group-packaging ## what takes minutes to hours: a thousand killed writers, millions of calls
	$(BIN)/python -m pytest -m long
	$(BIN)/python -m pytest --parallel-threads 4 -m "not (slow or long or packaging or engines or site)" \
		tests/stats tests/sketch tests/summary tests/groups

# How long `make fuzz` takes.
HOURS ?= 2

.PHONY: fuzz
fuzz: $(DONE)/in-place $(DONE)/group-test ## random calls, states and columns, for HOURS=2 and the kernels' own operations
	RIVER_FUZZ_SECONDS=$$(($(HOURS) * 60)) cargo test --locked --test fuzz
	$(BIN)/python -m tests.fuzz --seconds $$(($(HOURS) * 3600))

.PHONY: test-wheels
test-wheels: $(DONE)/group-build $(DONE)/group-test $(DONE)/group-packaging ## build a wheel for each Python here, and test it
	$(BIN)/python -m pytest -m packaging tests/packaging

.PHONY: lint
lint: lint-rust lint-python lint-ci ## formatters, linters, type checkers; Rust, Python and CI

.PHONY: lint-rust
lint-rust: $(DONE)/group-lint
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --all-targets --features python -- -D warnings
	cargo clippy --locked --features python -- -D warnings --cfg Py_GIL_DISABLED
	$(RUN) cargo deny --log-level error --locked check bans licenses sources

.PHONY: lint-python
lint-python: $(DONE)/in-place $(DONE)/group-lint $(DONE)/group-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/python -m mypy.stubtest river.stats._rust_stats
	$(RUN) pyright --warnings
	said=$$(PYTHONPATH=. $(RUN) pyright --verifytypes river.stats --ignoreexternal) || { echo "$$said"; exit 1; }

.PHONY: lint-ci
lint-ci: $(DONE)/group-lint
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(ISSUE_FORMS)
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/zizmor --offline --no-progress --quiet --pedantic .github
	$(BIN)/cibuildwheel --platform linux --archs x86_64,aarch64,armv7l --print-build-identifiers | paste -sd ' ' -
	$(BIN)/cibuildwheel --platform macos --archs x86_64,arm64 --print-build-identifiers | paste -sd ' ' -
	$(BIN)/cibuildwheel --platform windows --archs AMD64,ARM64 --print-build-identifiers | paste -sd ' ' -

.PHONY: audit
audit: $(DONE)/group-lint ## ask the RustSec database, which takes a network, for what is known of the crates
	$(RUN) cargo deny --locked check advisories

.PHONY: fmt
fmt: $(DONE)/group-lint ## format Rust and Python
	cargo fmt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: stubs
stubs: $(DONE)/in-place $(DONE)/group-test ## write the stub of the Rust module, as it follows from the module
	$(BIN)/python -m tests.stub

.PHONY: golden
golden: $(DONE)/in-place $(DONE)/group-test ## write the stored states of classes that have none yet
	$(BIN)/python -m tests.golden.make
	$(BIN)/python -m tests.golden.levels
	$(BIN)/python -m tests.golden.groups
	$(BIN)/python -m tests.sketch.golden

.PHONY: compat
compat: $(DONE)/in-place $(DONE)/group-test ## run river 0.26.1's own tests on these statistics
	$(BIN)/python -m tests.compat

##@ Measure

.PHONY: bench
bench: $(DONE)/release $(DONE)/group-bench ## the README's tables, slow columns scaled down; minutes
	$(BIN)/python -m benchmarks

.PHONY: bench-full
bench-full: $(DONE)/release $(DONE)/group-bench ## the README's tables, every column in full
	$(BIN)/python -m benchmarks --full

##@ Clean up

.PHONY: clean
clean: ## remove everything these targets make
	rm -rf $(VENV) target build dist wheelhouse river.egg-info benchmarks/out demo/out docs/out docs/gallery docs/reference
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find river \( -name '*.so' -o -name '*.pyd' \) -delete
	find river tests benchmarks demo docs -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# Steps

INSTALL := $(BIN)/python -m pip install --quiet --no-build-isolation --editable .

$(DONE)/venv:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or later is needed, and none was found on PATH;" \
		"name one with PYTHON=/path/to/python" >&2; exit 1; fi
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet 'pip>=25.1'
	@mkdir -p $(DONE) && touch $@

$(DONE)/group-%: pyproject.toml $(DONE)/venv
	$(BIN)/python -m pip install --quiet --group $*
	@touch $@

# One extension is in place: the one that users have while `release` is there. A stamp is as old as the begin of its
# build, so that a source that changed meanwhile is noticed.
$(DONE)/in-place: $(SOURCES) $(DONE)/group-build
	@echo "Building river in place, for development (the first time a minute or two)"
	@rm -f $(DONE)/release && touch $@.new
	SETUPTOOLS_RUST_CARGO_PROFILE=dev $(INSTALL)
	@mv $@.new $@

$(DONE)/release: $(SOURCES) $(DONE)/group-build
	@echo "Building river in place (minutes)"
	@touch $@.new
	$(INSTALL)
	@mv $@.new $@ && touch -r $@ $(DONE)/in-place
