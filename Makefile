# make demo and make test need nothing but this file and a Debian machine; see README.md for other systems.

PYTHON ?=
WORKERS ?= auto
DEMO_NET ?= data/iris.json

export PYTHON

bin := .venv/bin
pytest := $(bin)/pytest -q -n $(WORKERS) --dist worksteal

.PHONY: help setup setup-dev demo test check lint bench docs format clean distclean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# tools/setup keeps its own stamps in .venv: when nothing has changed, it returns at once.
setup: ## install what is missing into .venv; afterwards .venv/bin/relupoly works
	@tools/setup

setup-dev:
	@tools/setup dev

demo: setup ## set up, then count the affine pieces of a trained net exactly
	@echo
	@echo "$(DEMO_NET) is a small ReLU net that was really trained; data/README.md says how, and on what."
	@echo "It is an affine function on each of finitely many pieces of its input space. How many are there, exactly?"
	@echo
	$(bin)/relupoly count-pieces $(DEMO_NET)
	@echo
	@echo "Next: $(bin)/relupoly --help"

test: setup-dev lint ## set up, then ruff, mypy and the whole test suite
	$(pytest)
	@echo "All is well: ruff, mypy and the test suite are content."

check: setup-dev lint ## the daily loop: ruff, mypy and the tests not marked slow
	$(pytest) -m "not slow"

lint: setup-dev
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy

bench: setup-dev ## run the benchmarks
	$(bin)/python benchmarks/run.py

docs: setup-dev ## write docs/cli.md from what --help says
	$(bin)/python docs/make_cli_reference.py

format: setup-dev ## let ruff put the sources into shape
	$(bin)/ruff check --fix
	$(bin)/ruff format

clean: ## remove caches and build products
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## and .venv
	rm -rf .venv
