# Two commands: `make course` sets everything up and runs it, `make test` tests it. The rest are their parts.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
.PHONY: help course test test-fast test-slow lint data site sample grade serve train-references bench env browser clean

SERVE ?= 1
PORT ?= 8000
GPU ?= 0
# PyTorch's own index of builds for the CPU, asked where pip's sources have none; empty: do not ask.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# Which Python the environment is made with; empty: the first of 3.11 to 3.13 that is there.
PYTHON ?=
PY := .venv/bin/python
AUTOGRADER := .venv/bin/autograder
ASSIGNMENTS := $(patsubst assignments/%/assignment.toml,%,$(sort $(wildcard assignments/*/assignment.toml)))
# Another lock, another set-up or another place makes the environment incomplete.
INSTALLED := .venv/installed-$(shell (cat requirements*.lock pyproject.toml setup/environment.py; pwd) | sha256sum | cut -c1-16)$(if $(filter 1,$(GPU)),-gpu)
# What the environment is wanted for: it says at the start what that takes.
course: FOR := course
test test-fast test-slow: FOR := test
FOR ?= part

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

course: env  ## set up, get data, build the site, grade a sample class, serve it all (SERVE=0: do not; GPU=1: see README)
	@$(MAKE) --no-print-directory data site sample grade
	$(PY) -m book.machinery.front_door build
	if [ "$(SERVE)" != 0 ]; then $(MAKE) --no-print-directory serve; fi

test: env browser lint  ## run all tests but the slow ones: units, then walls, as root and as a user, beside the site
	@$(PY) -m tests.lanes units walls user site

test-fast: env lint  ## run the units alone, two at a time
	@$(PY) -m tests.lanes units

test-slow: env browser  ## run the slow tests
	@$(PY) -m pytest -m slow

lint: env
	@$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

env:
	@python=$$(setup/find_python.sh .venv "$(PYTHON)")
	if [ ! -e "$(INSTALLED)" ] || [ "$$python" != "$(PY)" ]; then
	  PYTHONDONTWRITEBYTECODE=1 "$$python" -m setup.environment --stamp "$(INSTALLED)" --for $(FOR) --torch-index "$(TORCH_INDEX)" $(if $(filter 1,$(GPU)),--gpu)
	fi

# The tests look at every page in a real browser.
browser: env
	@$(PY) -m setup.browser

data: env  ## get Fashion-MNIST once, 31 MB; where it cannot be had, the subset serves
	@$(PY) -m kernelwise.data.fashion_mnist

site: env  ## build the website into build/site
	@$(PY) -m book.machinery.build --out build/site

sample: env  ## make the sample classes in build/sample
	@for id in $(ASSIGNMENTS); do $(PY) assignments/sample_class.py "$$id" --to "build/sample/$$id"; done

grade: env  ## grade the sample classes into build/results, with feedback and reports
	@for id in $(ASSIGNMENTS); do
	  $(AUTOGRADER) grade "$$id" "build/sample/$$id" --results build/results
	  $(AUTOGRADER) feedback "$$id" --results build/results
	  $(AUTOGRADER) report "$$id" --results build/results
	done

serve: env  ## serve build/ on 127.0.0.1:8000
	@echo "serving on http://127.0.0.1:$(PORT)/ — stop with Ctrl-C"
	exec $(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory build

train-references: data  ## train the reference networks of the assignments from scratch (under 40 minutes)
	@mkdir -p build
	$(PY) assignments/train_references.py 2>&1 | tee build/train-references.log

bench: data  ## measure grading, generators, numerics and models; tables go to benchmarks/results (2 to 4 hours)
	@$(PY) benchmarks/grading.py
	$(PY) benchmarks/grading_trained.py
	$(PY) benchmarks/generators.py
	$(PY) benchmarks/numerics.py
	$(PY) benchmarks/models.py
	$(PY) benchmarks/thresholds.py
	$(PY) benchmarks/deck_tracks.py

clean:  ## remove everything generated but the environment
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
