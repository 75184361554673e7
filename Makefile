# pacdistill: `make` alone lists what can be made. Each step stops at its first failing command.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BOOK := _build/.book

# One thread for each process: the same sums in the same order on every machine, and no fight
# for the cores between parallel tests.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1
# What is compiled once is kept, whatever the surroundings say: scikit-learn alone takes 6 s more
# in each process that compiles it anew, and the notebooks start twenty.
unexport PYTHONDONTWRITEBYTECODE
# Jupyter otherwise warns that its folders will move one day.
export JUPYTER_PLATFORM_DIRS := 1

NOTEBOOKS := $(sort $(wildcard chapters/*.ipynb projects/*.ipynb))
# A changed page is built alone; a change of anything in GLOBAL builds every page again.
PAGES := $(sort $(wildcard *.md) $(shell find chapters projects -type f -not -path '*/.*'))
GLOBAL := _config.yml _toc.yml references.bib requirements.lock package-lock.json \
  $(sort $(shell find _ext _static pacdistill -type f -not -name '*.pyc' -not -path '*/.*'))

.PHONY: help book test check execute bench study machines serve clean clean-networks env lock lint types \
  unit notebooks site browser

# A step of `make test`, of which the seconds are noted.
step = start=$$SECONDS; $(MAKE) --no-print-directory $(1); \
  echo "  $(1): $$((SECONDS - start)) s" >> _build/times

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | \
	  while IFS=$$'\t' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

book: $(BOOK) ## build the book into _build/html from the stored outputs
	@echo "The book is built. Open file://$(CURDIR)/_build/html/index.html"

# The book is built on one core, and the browser is fetched, while the other steps run. Whatever
# ends this recipe ends them too.
test: $(READY) ## run everything that CI runs
	@mkdir -p _build; rm -f _build/times; set -m; \
	  { $(MAKE) --no-print-directory browser; $(call step,book); } > _build/book.log 2>&1 & \
	  book=$$!; set +m; \
	  trap 'kill -- -$$book 2> /dev/null || true' EXIT; \
	  $(call step,lint); $(call step,types); $(call step,unit); $(call step,notebooks); \
	  wait $$book || { cat _build/book.log >&2; exit 1; }; \
	  $(call step,site)
	@echo "All checks passed. The book was built beside the other steps:"; cat _build/times

check: $(READY) ## what to run before a commit: style, types, and what the change can break (SINCE=revision)
	@$(BIN)/python tools/check.py $(SINCE)

execute: $(READY) ## run the notebooks again (CHAPTER=path for one) and store their outputs
	@$(BIN)/python tools/execute.py $(or $(CHAPTER),$(NOTEBOOKS))

bench: $(READY) ## measure the engine beside other learners (about 40 minutes), into studies/results
	@for package in $$(grep -v '^#' requirements-bench.txt); do \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock "$$package" || \
	    echo "$$package could not be installed; the tables will say so." >&2; done
	@$(BIN)/python studies/bench.py

study: $(READY) ## measure the engine on 240 networks (half an hour, and two to train them), into studies/results
	@$(BIN)/python studies/engine.py $(PART) --jobs 2

# The threads that this file has set are no wish of the surroundings: they are not handed on.
machines: $(READY) ## run units and notebooks as on other processors (an hour; LIST=1, MACHINE=Zen, STEP=unit)
	@env $(foreach name,OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS,$(if \
	  $(filter file,$(origin $(name))),-u $(name))) $(BIN)/python tools/machines.py $(if $(LIST),--list) \
	  $(addprefix --machine=,$(MACHINE)) $(addprefix --step=,$(STEP)) -- $(if $(ARGS),'ARGS=$(ARGS)') \
	  $(if $(TESTS),'TESTS=$(TESTS)')

serve: book ## build the book and serve it at http://127.0.0.1:8000 (PORT=...)
	@echo "Serving at http://127.0.0.1:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

clean: ## remove what was built and every cache (.venv stays, and the networks of the studies)
	@if [ -d _build ]; then find _build -mindepth 1 -maxdepth 1 ! -name zoo -exec rm -rf {} +; fi
	@rm -rf .pytest_cache .ruff_cache .mypy_cache *.egg-info
	@find . -path ./$(VENV) -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) \
	  -type d -print0 | xargs -0 rm -rf

clean-networks: ## remove the networks of the studies too, which took hours to train (_build/zoo)
	@rm -rf _build/zoo

env: $(READY) ## make the environment .venv with the locked packages

lock: $(READY) ## write requirements.lock anew from requirements.txt (UPGRADE=1: newest versions)
	@$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

lint: $(READY) ## test step: style and format (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(READY) ## test step: types (mypy)
	$(BIN)/mypy

unit: $(READY) ## test step: the library, the theorems, the doctests and the book's sources
	MPLBACKEND=Agg $(BIN)/python -m pytest -n 2 --dist loadfile -m 'not browser' \
	  --doctest-modules --durations=10 $(ARGS) $(or $(TESTS),pacdistill tests)

notebooks: $(READY) ## test step: run every chapter, compare with its stored outputs (nbval)
	$(BIN)/python -m pytest -n 2 --dist loadfile -p no:doctest --nbval --nbval-current-env \
	  --nbval-sanitize-with tests/nbval.cfg --nbval-cell-timeout=120 --durations=10 $(ARGS) \
	  $(or $(TESTS),chapters projects)

browser:
	@tools/find-chromium > /dev/null

site: $(BOOK) ## test step: the built book in a real browser
	@chromium="$$(tools/find-chromium)"; set -x; \
	  PACDISTILL_CHROMIUM="$$chromium" $(BIN)/python -m pytest -n 2 --durations=10 -m browser tests/book

$(READY): requirements.lock pyproject.toml package.json package-lock.json
	@PYTHON='$(PYTHON)' tools/make-env $(VENV)
	@touch $@

# The stamp is removed first and written last: a failed or interrupted build leaves none, and the
# next call builds every page (Sphinx says nothing again of a page that did not change).
$(BOOK): $(READY) $(PAGES) $(GLOBAL)
	@rm -f $@
	@$(if $(filter $(READY) $(GLOBAL),$?),rm -rf _build/html _build/.doctrees)
	@$(BIN)/jupyter-book build . -W -n --keep-going $(if $(filter $(READY) $(GLOBAL),$?),--all) || { \
	  rm -rf _build/html _build/.doctrees; \
	  echo "The book was not built: see the warnings above." >&2; exit 1; }
	@touch $@
