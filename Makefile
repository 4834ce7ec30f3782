# Two commands: `make course` sets everything up and runs it, `make test` tests it. The rest are their parts.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
.PHONY: help course test test-slow lint data site sample grade serve train-references bench env browser clean

SERVE ?= 1
PORT ?= 8000
PY := .venv/bin/python
AUTOGRADER := .venv/bin/autograder
# Debian's own Python first: an environment made with one from a private home directory serves no other user.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3.11) $(shell command -v python3.11) python3)
ASSIGNMENTS := $(patsubst assignments/%/assignment.toml,%,$(sort $(wildcard assignments/*/assignment.toml)))
DISK_GB := 6
INSTALLED := .venv/installed-$(shell cat requirements.lock pyproject.toml | sha256sum | cut -c1-16)

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

course: announce env  ## set up, get data, build the site, grade a sample class, serve it all (SERVE=0: do not serve)
	@$(MAKE) --no-print-directory data site sample grade
	$(PY) book/front_door.py build
	if [ "$(SERVE)" != 0 ]; then $(MAKE) --no-print-directory serve; fi

test: announce env browser lint  ## run all tests but the slow ones (under 25 minutes on two cores)
	@$(PY) -m pytest -m "not slow"

test-slow: env browser  ## run the slow tests
	@$(PY) -m pytest -m slow

lint: env
	@$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

.PHONY: announce
announce:
	@if [ ! -e "$(INSTALLED)" ]; then
	  echo "Kernelwise: the first run needs about $(DISK_GB) GB of disk, the package registries, and 5 to 15 minutes; later runs need seconds and no network."
	  free=$$(df -Pk . | awk 'NR==2 {print int($$4/1048576)}')
	  if [ "$$free" -lt $(DISK_GB) ]; then
	    echo "make: $$free GB are free here, $(DISK_GB) GB are needed; make room or clone the course elsewhere" >&2; exit 1
	  fi
	fi

env: $(INSTALLED)

$(INSTALLED):
	@if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
	  echo "make: Python 3.11 is needed, and $(PYTHON) is not; install python3.11 or give make PYTHON=/path/to/python3.11" >&2; exit 1
	fi
	if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    apt-get -o DPkg::Lock::Timeout=300 update -qq && apt-get -o DPkg::Lock::Timeout=300 install -y -qq python3.11-venv >/dev/null
	  else
	    echo "make: $(PYTHON) has no venv; run: sudo apt-get install python3.11-venv" >&2; exit 1
	  fi
	fi
	[ -x $(PY) ] || $(PYTHON) -m venv .venv
	echo "installing the packages of requirements.lock …"
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock 2> >(grep -v -E '^(WARNING|  DEPRECATION)' >&2)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2> >(grep -v ^WARNING >&2)
	$(PY) -m pip check
	rm -f .venv/installed-*
	touch $@

# The tests look at every page in a real browser.
browser:
	@if ! command -v chromium >/dev/null; then
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    echo "installing chromium …"
	    apt-get -o DPkg::Lock::Timeout=300 update -qq && apt-get -o DPkg::Lock::Timeout=300 install -y -qq chromium >/dev/null
	  else
	    echo "make: the tests need chromium; run: sudo apt-get install chromium" >&2; exit 1
	  fi
	fi

data: env  ## get Fashion-MNIST once, 31 MB; where it cannot be had, the subset serves
	@$(PY) -m kernelwise.data.fashion_mnist

site: env  ## build the website into build/site
	@$(PY) book/build.py --out build/site

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
