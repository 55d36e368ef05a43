# Every target sets itself up; a second run does nothing that is already done.
#   make run    the server, with a demo library when there is no media yet: http://localhost:3000
#   make test   all tests but the long ones        make check   everything that can be said without running the product

VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The first Python that is new enough; `make PYTHON=/path/to/python install` chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
UV := $(shell command -v uv 2>/dev/null)

PROJECTS := pyproject.toml $(sort $(wildcard plugins/*/pyproject.toml))
PLUGINS := $(patsubst %/pyproject.toml,%,$(filter plugins/%,$(PROJECTS)))
EDITABLE_PLUGINS := $(foreach plugin,$(PLUGINS),-e ./$(plugin))
# Stand-ins for other people's servers, kept with the tests of the plugin that talks to them.
FAKES := $(wildcard plugins/*/tests/fake_*)
SOURCES := ktv_host benchmarks $(foreach plugin,$(PLUGINS),$(plugin)/$(notdir $(plugin))) $(FAKES)

# The stamps carry what is installed: the plain one is the product, the other adds the tools of `check` and `test`.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

empty :=
space := $(empty) $(empty)
export MYPYPATH := $(subst $(space),:,$(strip . $(PLUGINS) $(patsubst %/,%,$(dir $(FAKES)))))
# Jellyfin's own API documents: they are not ours to ship, and the tests hold our fake of it against them.
SPECS := $(firstword $(wildcard $(addsuffix shared/reference/jellyfin-openapi,../ ../../)))
ifdef SPECS
export KTV_JELLYFIN_SPECS ?= $(abspath $(SPECS))
endif
# Output of parallel parts stays together where make can do that (4.0 and later).
PARALLEL := --no-print-directory --keep-going --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help install ui run test check lint types imports house bench soak golden constraints clean

help:
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

install: $(INSTALLED) ## the virtual environment with the host and every plugin, editable

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "K-TV needs Python 3.11 or newer, and none was found." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "K-TV needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
ifdef UV
	@rm -rf $(VENV)
	@$(UV) venv --quiet --seed --python "$$(command -v $(PYTHON))" $(VENV)
else
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: its venv module lacks ensurepip." >&2; \
		echo "Install it (Debian and Ubuntu: apt-get install python3-venv), or install uv, and run make again." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
endif

# One resolver run for everything: the plugins find the host in the same call.
ifdef UV
pip_install = $(UV) pip install --quiet --python $(BIN)/python -c constraints.txt
else
pip_install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -c constraints.txt
endif

$(INSTALLED): $(PROJECTS) constraints.txt | $(BIN)/python
	@echo "Installing K-TV into $(VENV); the first time this takes a minute."
	@$(pip_install) -e . $(EDITABLE_PLUGINS)
	@touch $@

$(INSTALLED_DEV): $(PROJECTS) constraints.txt | $(BIN)/python
	@echo "Installing K-TV and its development tools into $(VENV); the first time this takes a minute or two."
	@$(pip_install) -e '.[dev]' $(EDITABLE_PLUGINS)
	@touch $(INSTALLED) $@

ui: ktv_host/api/pages/hls.js ## the player of the watch page, from npm; where npm is missing the browser plays alone

ktv_host/api/pages/hls.js: ui/package-lock.json
	@{ command -v npm >/dev/null && (cd ui && npm ci --silent --no-audit --no-fund) \
		&& cp ui/node_modules/hls.js/dist/hls.light.min.js $@; } \
		|| echo "hls.js cannot be had from npm here: the watch page uses the browser's own HLS"

run: install ui ## the server; makes a demo library when there is no media yet
	@$(BIN)/ktv serve

test: $(INSTALLED_DEV) ui ## all tests but the long ones
	@$(BIN)/python -m pytest -m "not soak"

check: $(INSTALLED_DEV) ## style, types, imports, sizes, documentation, golden files
	@$(MAKE) $(PARALLEL) lint types imports house

lint: $(INSTALLED_DEV)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "not formatted; run: $(BIN)/ruff format ." >&2; exit 1; }

types: $(INSTALLED_DEV)
	@$(BIN)/mypy --no-error-summary $(SOURCES)

imports: $(INSTALLED_DEV)
	@$(BIN)/lint-imports --no-logo

house: $(INSTALLED_DEV)
	@$(BIN)/python -m pytest --quiet --quiet -p no:cacheprovider tests/house

bench: $(INSTALLED_DEV) ui ## the benchmarks, each in a fresh process; `make bench ARGS=--write` updates benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks.run $(ARGS)

soak: $(INSTALLED_DEV) ## the long tests
	@$(BIN)/python -m pytest -m soak

golden: $(INSTALLED_DEV) ## refresh every generated file; look at the difference before you commit it
	@$(BIN)/python -m ktv_host.cli.settings_docs
	@$(BIN)/python -m ktv_host.cli.command_docs
	@KTV_UPDATE_GOLDEN=1 $(BIN)/python -m pytest --quiet -m "not soak" tests/house/test_openapi.py tests/domain plugins

# Plain name==version lines only: addresses and paths of one machine help nobody else.
constraints: $(INSTALLED_DEV) ## pin what is installed now in constraints.txt
	@{ echo "# Exact versions of everything K-TV and its development tools install. Made by: make constraints"; \
		$(if $(UV),$(UV) pip freeze --python $(BIN)/python,$(BIN)/python -m pip freeze) --exclude-editable \
		| grep -E '^[A-Za-z0-9._-]+==[^ ]+$$' | sort -f; } > constraints.txt.new
	@mv constraints.txt.new constraints.txt
	@touch $(INSTALLED) $(INSTALLED_DEV)

clean: ## removes the virtual environment and every cache of the tools; data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
