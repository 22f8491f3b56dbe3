# make run, make test: each makes .venv, builds and installs rvemu into it, and goes on.
PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?= -n auto
RUN_ARGS ?=
BENCH_ARGS ?=

BIN := $(VENV)/bin
SOURCES := pyproject.toml setup.py $(wildcard rvemu/_core.p* rvemu/core/*.pxi rvemu/isa/*.py rvemu/isa/insns/*.py tools/*.py tools/*.txt)
GENERATED := $(addprefix rvemu/core/,decode.pxi handlers.pxi pairs.pxi csrs.pxi)

.PHONY: help run test bench docs firmware clean

help:
	@echo 'make run       boot the bundled firmware and demo kernel (RUN_ARGS="--harts 2" adds options)'
	@echo 'make test      run the whole test suite (PYTEST_ARGS="tests/unit -x" picks tests)'
	@echo 'make bench     measure against qemu-system-riscv64 (BENCH_ARGS=--quick takes some minutes)'
	@echo 'make docs      rewrite docs/isa.md and firmware/csr.h from the tables'
	@echo 'make firmware  rebuild the bundled guests with the cross compiler'
	@echo 'make clean     remove .venv and everything built'
	@echo 'RVEMU_DEBUG=1 with any of them: bounds checks, assertions, no tail calls (use a VENV of its own)'

run: $(VENV)/run.stamp
	@$(BIN)/rvemu run $(RUN_ARGS)

test: $(VENV)/test.stamp
	$(BIN)/pytest $(PYTEST_ARGS)

bench: $(VENV)/test.stamp
	$(BIN)/python bench/run.py $(BENCH_ARGS)

docs:
	$(PYTHON) tools/gen_docs.py

firmware:
	$(MAKE) -C firmware

clean:
	rm -rf $(VENV) build dist *.egg-info rvemu/_core.c rvemu/_core*.so $(GENERATED)

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo 'rvemu: $(PYTHON) is not there; on Debian and Ubuntu: apt-get install the package python3' >&2; exit 1; }
	@$(PYTHON) tools/check_host.py
	$(PYTHON) -m venv $(VENV)

# What is installed points into this folder, so only what goes into the compiled core makes it stale.
$(VENV)/run.stamp: $(VENV)/bin/python $(filter-out $(GENERATED),$(SOURCES))
	@echo 'building rvemu (once; it takes a minute)'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/bin/python $(filter-out $(GENERATED),$(SOURCES))
	@echo 'building rvemu and fetching what its tests need (once; it takes a minute)'
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $(VENV)/run.stamp $@
