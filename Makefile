# Two commands set everything up by themselves: `make book` and `make test`. `make` alone lists what there is.
# Every path here is relative, so that the folder's own name may hold spaces.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

export PYTHON
# With SOLUTIONS=0 the book has no solutions of the homework in it.
export SOLUTIONS ?= 1
# A build neither needs a writable home nor is changed by what is in it.
_build/book.stamp check test test-grader test-others test-processors: export MPLCONFIGDIR := $(CURDIR)/.venv/cache/matplotlib
_build/book.stamp check test test-grader test-others test-processors: export IPYTHONDIR := $(CURDIR)/.venv/cache/ipython
_build/book.stamp check test test-grader test-others test-processors: export XDG_CACHE_HOME := $(CURDIR)/.venv/cache
export npm_config_cache := $(CURDIR)/.venv/cache/npm
# Keeps the source folders, whose dates tell a stale book, free of compiled files. They are kept here also where the environment
# forbids it: else each of a thousand processes compiles all that it imports.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/cache/pycache
unexport PYTHONDONTWRITEBYTECODE

BOOK_SOURCES := $(shell find chapters exercises lecturekit _ext ! -name '*.pyc' ! -path '*/.ipynb_checkpoints*' \
	! -path '*/__pycache__*' ! -path 'chapters/homework*' ! -path 'chapters/my-*') benchmarks/samplers.svg

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

.PHONY: book
book: _build/book.stamp ## build the book into _build/html, setting up what it needs
	@echo "The book is in _build/html. Open _build/html/index.html in a browser, or run: make serve"

.PHONY: serve
serve: _build/book.stamp ## serve the book on this machine
	@.venv/bin/python -m scripts.serve

.PHONY: lab
lab: _build/book.stamp ## open the chapters as notebooks, and your homework in chapters/my-homework, in JupyterLab
	@mkdir -p .venv/share/jupyter/lab/settings .venv/etc/jupyter/labconfig
	@cp scripts/lab-settings.json .venv/share/jupyter/lab/settings/overrides.json
	@cp scripts/lab-extensions.json .venv/etc/jupyter/labconfig/page_config.json
	@.venv/bin/python -m scripts.hand_out
	.venv/bin/jupyter-lab --allow-root chapters

# A process for each processor; what shares a page or a sandbox stays together. See tests/conftest.py.
PYTEST := .venv/bin/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadgroup --no-loadscope-reorder
# Each process has a processor to itself, so its linear algebra starts no threads.
check test test-grader test-others test-processors: export OMP_NUM_THREADS := 1

.PHONY: lint
lint: .venv/installed.stamp
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/python -m mypy

.PHONY: check
check: lint node_modules/installed.stamp ## check lint, format, types and numbers, between two edits: a minute
	$(PYTEST) -m numbers $(wildcard tests/test_*.py) tests/exact tests/homework tests/explore

# The tests of `make check` run while the book is built. Which others: all but the slow ones, unless MARKS says otherwise. The
# grader's mostly wait, for notebooks that use up their time, so that they run beside the rest. It is no fault (5) if none of
# either kind was chosen.
MARKS ?= not slow
.PHONY: test
test: .venv/installed.stamp ## check the code, the numbers and the built pages: 15 minutes on two processors
	@$(MAKE) -j2 check book
	@.venv/bin/python -m scripts.browser
	@.venv/bin/python -m scripts.sandbox
	@$(MAKE) -j2 test-grader test-others

.PHONY: test-grader
test-grader:
	$(PYTEST) --numprocesses=1 -m "sandbox and ($(MARKS))" tests/grader tests/exercises || test $$? = 5

.PHONY: test-others
test-others:
	$(PYTEST) -m "not numbers and not sandbox and ($(MARKS))" || test $$? = 5

.PHONY: test-all
test-all: ## check that too which is slow by nature and rarely breaks
	@$(MAKE) test MARKS="slow or not slow"

# Which make: all of them, unless KIND names one. See scripts/processors.py.
KIND ?= all
.PHONY: test-processors
test-processors: .venv/installed.stamp node_modules/installed.stamp ## check the numbers as other makes of processor round them
	@.venv/bin/python -m scripts.browser
	@.venv/bin/python -m scripts.processors $(KIND) $(PYTEST)

.PHONY: grade
grade: .venv/installed.stamp ## grade a class: make grade SUBMISSIONS=folder HOMEWORK=03 [REQUIREMENTS=more.txt] [ARGS="--roster class.csv"]
	@test -n "$(SUBMISSIONS)" && test -n "$(HOMEWORK)" || { echo "make: name both: make grade SUBMISSIONS=folder HOMEWORK=03" >&2; exit 2; }
	@.venv/bin/python -m scripts.sandbox
	@test -z "$(REQUIREMENTS)" || .venv/bin/python -m pip install --quiet --constraint requirements.txt --requirement "$(REQUIREMENTS)"
	@.venv/bin/python -m grader grade "$(SUBMISSIONS)" --homework "$(HOMEWORK)" -o grades.csv --feedback feedback $(ARGS)

.PHONY: bench
bench: _build/book.stamp ## time core, surveys, explorers, grader and samplers: against budgets and others' programs
	@.venv/bin/python -m benchmarks.core
	@.venv/bin/python -m benchmarks.scale
	@.venv/bin/python -m scripts.browser
	@.venv/bin/python -m benchmarks.explorers
	@.venv/bin/python -m scripts.sandbox
	@.venv/bin/python -m benchmarks.graders
	@.venv/bin/python -m benchmarks.samplers

# Each processor has a process of its own: the linear algebra in it must not start threads of its own.
.PHONY: calibrate
calibrate: export OMP_NUM_THREADS := 1
calibrate: .venv/installed.stamp ## test by simulation that posteriors mean what they say: some 20 minutes
	@.venv/bin/python -m benchmarks.calibrate

.PHONY: lock
lock: .venv/installed.stamp ## renew requirements.txt and package-lock.json from pyproject.toml and package.json
	.venv/bin/python -m scripts.lock
	.venv/bin/npm install --package-lock-only

.PHONY: screenshots
screenshots: _build/book.stamp ## photograph every page into _build/screenshots
	@.venv/bin/python -m scripts.screenshots

.PHONY: clean
clean: ## remove what make has made and can make again: no homework, no grades
	@sh scripts/clean.sh

.venv/created.stamp: scripts/create_venv.sh
	@sh scripts/create_venv.sh
	@touch $@

.venv/installed.stamp: requirements.txt pyproject.toml scripts/install.sh .venv/created.stamp
	@sh scripts/install.sh python
	@touch $@

node_modules/installed.stamp: package.json package-lock.json .npmrc .venv/installed.stamp
	@sh scripts/install.sh browser-assets
	@touch $@

# Changes only when the wish does.
_build/solutions.wish: .FORCE
	@mkdir -p _build
	@echo '$(SOLUTIONS)' | cmp -s - $@ || echo '$(SOLUTIONS)' >$@

.PHONY: .FORCE
.FORCE:

_build/book.stamp: _build/solutions.wish _config.yml _toc.yml $(BOOK_SOURCES) .venv/installed.stamp node_modules/installed.stamp
	.venv/bin/jupyter-book build . -n -W --keep-going
	@touch $@
