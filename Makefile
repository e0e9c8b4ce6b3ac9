# suggestbox: `make demo` to try it, `make test` to test it, `make help` for the rest.
# Works with the make of macOS (3.81).

PORT ?= 8000
INSTANCE ?= instance/demo
VENV ?= .venv
PYTHON ?=
WORKERS ?= 2
PYTEST_ARGS ?=

BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard suggestbox/translations/*/LC_MESSAGES/*.po))
# Compiled files are kept, whatever this machine is set to: each test process would else compile everything anew.
export PYTHONDONTWRITEBYTECODE :=
ASKED_FOR := pyproject.toml constraints.txt hatch_build.py
# Neighbours stay in one process, so that what they share (a browser, a filled house) is made once; whoever is done helps.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

.DEFAULT_GOAL := help
.PHONY: help install demo test test-slow test-long lint bench messages clean

help:
	@echo 'make demo          install, fill a demo company, open it at http://127.0.0.1:$(PORT)/'
	@echo '                   (PORT=8001 another port, INSTANCE=folder another place)'
	@echo 'make test          the tests on SQLite, then on PostgreSQL if it is installed'
	@echo 'make test-slow     what takes long: the built wheel, installed elsewhere'
	@echo 'make test-long     that, and many more random sequences'
	@echo 'make lint          style, types, templates, translations'
	@echo 'make messages      bring the German catalogue in step with the texts'
	@echo 'make bench         measure the slow spots on large data'
	@echo 'make clean         remove the virtual environment and what was built'

# -- installing: again only when what is asked for has changed ----------------------------------------------

$(BIN)/python:
	@found=; \
	for name in $(PYTHON) python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  if "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then \
	    found=$$name; break; \
	  fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "suggestbox needs Python 3.11, 3.12, 3.13 or 3.14, and found none of them." >&2; \
	  echo "Install one, or name it: make demo PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if command -v uv >/dev/null 2>&1; then uv venv --quiet --allow-existing --python "$$found" $(VENV); \
	elif "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then "$$found" -m venv --clear $(VENV); \
	else \
	  echo "$$found comes without the module venv. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi

define install_with
	@echo 'Installing$(2) (the first time this takes a minute) ...'
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.$(1)'; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.$(1)'; \
	fi
	@touch $@
endef

$(VENV)/.installed: $(BIN)/python $(ASKED_FOR)
	$(call install_with,,)

$(VENV)/.installed-for-tests: $(BIN)/python $(ASKED_FOR)
	$(call install_with,[test], with what the tests need)
	@touch $(VENV)/.installed

$(VENV)/.installed-for-lint: $(VENV)/.installed-for-tests
	$(call install_with,[test$(comma)lint], with what the checks need)

comma := ,

install: $(VENV)/.installed $(CATALOGUES)

%.mo: %.po $(VENV)/.installed
	@$(BIN)/suggestbox house messages --compile >/dev/null
	@touch $@

# -- using it -----------------------------------------------------------------------------------------------

demo: install
	@$(BIN)/suggestbox demo --port $(PORT) --instance $(INSTANCE)

# -- working on it ------------------------------------------------------------------------------------------

test: $(VENV)/.installed-for-tests $(CATALOGUES)
	SUGGESTBOX_TEST_DATABASE_URL= $(PYTEST) -m 'not slow'
	@if $(BIN)/python -m tests.postgres --check; then \
	  echo 'The same on PostgreSQL:'; \
	  $(BIN)/python -m tests.postgres $(PYTEST) -m 'not slow and not browser'; \
	elif [ -n "$$SUGGESTBOX_REQUIRE_POSTGRES" ]; then \
	  echo 'PostgreSQL is required here (SUGGESTBOX_REQUIRE_POSTGRES) and not installed.' >&2; exit 1; \
	else \
	  echo 'Tests on PostgreSQL skipped: install it (apt install postgresql) or set SUGGESTBOX_TEST_DATABASE_URL.'; \
	fi

test-slow: $(VENV)/.installed-for-tests $(CATALOGUES)
	SUGGESTBOX_TEST_DATABASE_URL= $(PYTEST) -m 'slow and not long'

test-long: test-slow
	SUGGESTBOX_TEST_DATABASE_URL= $(PYTEST) -m long
	SUGGESTBOX_TEST_DATABASE_URL= $(PYTEST) tests/workflow/test_sequences.py tests/people tests/reminders \
	  tests/mail/test_any_order.py --hypothesis-profile=long

lint: $(VENV)/.installed-for-lint $(CATALOGUES)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/suggestbox house messages

bench: $(VENV)/.installed-for-tests $(CATALOGUES)
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.intake --mask
	$(BIN)/python -m tests.bench.reports

messages: $(VENV)/.installed
	$(BIN)/suggestbox house messages --update --compile

clean:
	rm -rf $(VENV) build dist *.egg-info $(CATALOGUES)
