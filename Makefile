# All the work is in scripts/setup.py, which runs without make too (on Windows, say).
# Another Python: make app PYTHON=python3.12. Arguments: make test ARGS="-k citations"

PYTHON ?= python3
SETUP = $(PYTHON) scripts/setup.py

.DEFAULT_GOAL := help
.PHONY: help app test browser-test crash-test check index eval install clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

app: ## set up, index corpus/ and open the page on localhost
	@$(SETUP) app $(ARGS)

test: ## set up and run all tests
	@$(SETUP) test $(ARGS)

browser-test: ## set up and go through the page in Chromium (installed on Debian if need be)
	@$(SETUP) browser-test $(ARGS)

crash-test: ## set up and kill an ingest at random moments (COUNT=200)
	@CITEWELL_CRASHES=$(or $(COUNT),200) $(SETUP) test -s tests/test_crash.py

check: ## set up and run the linter, the formatter's check and the type checker
	@$(SETUP) check

index: ## set up and bring the index in step with corpus/
	@$(SETUP) index $(ARGS)

eval: ## set up and hold the answer test set against its baseline
	@$(SETUP) eval --check $(ARGS)

install: ## set up only (ARGS=--dev: with the tools for development)
	@$(SETUP) install $(ARGS)

clean: ## remove .venv and the caches, keep the library
	@$(SETUP) clean
