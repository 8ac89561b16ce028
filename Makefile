# make demo and make test need nothing but this file and a Debian machine; see README.md for other systems.

PYTHON ?=
WORKERS ?= auto
BENCH ?=
DEMO_NET ?= data/iris.json

export PYTHON

bin := .venv/bin
parallel := -q -n $(WORKERS) --dist worksteal
pytest := $(bin)/pytest $(parallel)
daily := -m "not slow" --hypothesis-profile=daily

.PHONY: help setup setup-dev demo test check test-oldest lint bench results peers docs format clean distclean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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
	$(pytest) $(daily)

test-oldest: setup-dev ## the tests of check with the lowest versions that pyproject.toml claims, in .venv-oldest
	$(bin)/python tools/oldest
	.venv-oldest/bin/pytest $(parallel) $(daily)

lint: setup-dev
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy

bench: setup-dev ## time the engine, its peers and whole commands; for example make bench BENCH="--only acas"
	$(bin)/python benchmarks/run.py $(BENCH)

results: setup-dev peers ## run the benchmarks and write benchmarks/RESULTS.md
	$(bin)/python benchmarks/run.py --write $(BENCH)

# What peers need must not touch what relupoly needs: they get an environment of their own, and may be absent.
peers: setup-dev ## install the peers of the benchmarks into .venv-peers
	@[ -x .venv-peers/bin/python ] || $(bin)/python -m venv .venv-peers
	@sed '/^#/d' benchmarks/requirements-peers.txt | \
		xargs -n 1 .venv-peers/bin/python -m pip install -qq --no-input --disable-pip-version-check || \
		echo "peers: not all of benchmarks/requirements-peers.txt could be installed; the table says which are missing"

docs: setup-dev ## write the pages made from --help and docstrings, then the site, into build/docs; warnings are errors
	$(bin)/python docs/make_cli_reference.py
	$(bin)/python docs/make_api_reference.py
	$(bin)/python -c 'import sphinx, furo, myst_parser, numpydoc' 2>/dev/null || \
		$(bin)/python -m pip install -qq --no-input --disable-pip-version-check --editable '.[docs]'
	$(bin)/python -m sphinx -q -W --keep-going -b html docs build/docs
	@echo "The site is build/docs/index.html."

format: setup-dev ## let ruff put the sources into shape
	$(bin)/ruff check --fix
	$(bin)/ruff format

clean: ## remove caches and build products
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## and .venv, .venv-peers, .venv-oldest
	rm -rf .venv .venv-peers .venv-oldest
