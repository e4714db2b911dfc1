# Two commands: `make app` opens the page, `make test` runs the tests. Each first prepares .venv,
# once: the page's packages for `make app`, all of them for `make test`.
# Python 3.11 to 3.14. For another than the first one found: make app PYTHON=/path/to/python
# Options of the page: make app ARGS='--server.port 8600'. Fewer tests: make test TESTS=tests/network

PYTHON ?=
ARGS ?=
TESTS ?=
VENV := .venv
RUN := $(VENV)/bin/python
UNFINISHED := $(VENV)/lumbayes-unfinished
VERSIONS := >=3.11,<3.15
# Each file's tests stay on one worker (tests/conftest.py groups and orders them). One more worker than
# cores: that of the browser tests mostly waits for the page.
WORKERS ?= 3
PARALLEL := -n $(WORKERS) --dist loadscope --no-loadscope-reorder

# Bytecode is kept as it is compiled, so that a second start is quick.
export PYTHONDONTWRITEBYTECODE :=

# $(VENV)/lumbayes-page and $(VENV)/lumbayes-tests hold the fingerprint of what was installed.
FINGERPRINT = { cat pyproject.toml requirements.lock; pwd -P; } | cksum
HAS = [ "$$(cat $(VENV)/lumbayes-$(1) 2>/dev/null)" = "$$($(FINGERPRINT))" ] && $(RUN) -c '' 2>/dev/null
# An environment can be brought up to date if it starts, was made here, can install and is complete.
SOUND = [ ! -e $(UNFINISHED) ] && grep -qF "$$(pwd -P)/$(VENV)" $(VENV)/bin/activate 2>/dev/null && \
	$(RUN) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	{ command -v uv >/dev/null || $(RUN) -m pip --version >/dev/null 2>&1; }
CAN_MAKE_VENV = -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
# Nothing is compiled in advance: most modules of these packages are never imported.
INSTALL = if command -v uv >/dev/null; then uv pip install --quiet --python $(RUN) $(1); \
	else $(RUN) -m pip install --quiet --disable-pip-version-check --no-compile $(1); fi
# The page needs these packages of the lock and no others; the tests need the whole lock.
BUILD := hatchling editables
PAGE_PACKAGES = $(call INSTALL,--constraint requirements.lock $(BUILD)) && \
	$(call INSTALL,--constraint requirements.lock --no-build-isolation --editable '.[page]')
TEST_PACKAGES = $(call INSTALL,--requirement requirements.lock) && \
	$(call INSTALL,--no-deps --no-build-isolation --editable .)
# Imports what a first visitor waits for and compiles the kernel.
WARM = $(RUN) -c 'import reportlab.platypus, streamlit.web.bootstrap, lumbayes.engine.kernels.sweep as _'

.PHONY: help app test check install install-tests environment browser picture bench lock clean

help:
	@echo 'make app      installs what the page needs and opens it'
	@echo 'make test     installs the rest and runs ruff, mypy and all tests'
	@echo 'make check    runs ruff, mypy and the fast tests (under a minute)'
	@echo 'make install  only installs what the page needs in $(VENV)'
	@echo 'make picture  draws docs/page.png, the picture of the README'
	@echo 'make bench    times the model (not part of the tests)'
	@echo 'make lock     rebuilds requirements.lock (UPGRADE=--upgrade for newer versions)'
	@echo 'make clean    removes $(VENV) and the files that tools left behind'

app: install
	@$(RUN) -m streamlit run app/streamlit_app.py $(ARGS)

test: install-tests browser
	$(RUN) -m ruff check
	$(RUN) -m mypy
	$(RUN) -m pytest $(PARALLEL) $(TESTS)

check: install-tests
	$(RUN) -m ruff check
	$(RUN) -m mypy
	$(RUN) -m pytest -q $(PARALLEL) -m 'not slow and not browser' $(TESTS)

picture: install-tests browser
	LUMBAYES_PICTURE=docs/page.png $(RUN) -m pytest tests/browser/test_states.py

bench: install-tests
	$(RUN) -W ignore tests/benchmarks $(ARGS)

install:
	@if ! { $(call HAS,page); }; then $(MAKE) --no-print-directory environment FOR=page; fi

install-tests:
	@if ! { $(call HAS,tests); }; then $(MAKE) --no-print-directory environment FOR=tests; fi

environment:
	@rm -f $(VENV)/lumbayes-page $(VENV)/lumbayes-tests
	@if [ -e $(VENV) ] && ! { $(SOUND); }; then \
		echo '$(VENV) is incomplete, was moved here or does not start: making a new one.'; rm -rf $(VENV); \
	fi
	@if [ -e $(VENV) ]; then \
		echo 'Bringing $(VENV) up to date for the $(FOR) ...'; \
	elif command -v uv >/dev/null; then \
		echo 'Preparing $(VENV) for the $(FOR) with uv (about half a minute the first time) ...'; \
		uv venv --quiet --python "$${PYTHON:-$(VERSIONS)}" $(VENV); \
	else \
		for python in $${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do \
			"$$python" $(CAN_MAKE_VENV) && break; python=; \
		done; \
		if [ -z "$$python$$PYTHON" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo 'No Python here can make an environment: installing python3-venv.'; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null </dev/null; \
			python=/usr/bin/python3; "$$python" $(CAN_MAKE_VENV) || python=; \
		fi; \
		if [ -z "$$python" ]; then \
			echo "Lumbayes needs Python 3.11 to 3.14 with its venv module$${PYTHON:+; $$PYTHON is not one}. Install one" >&2; \
			echo '(on Debian and Ubuntu: apt install python3-venv), or uv, which brings its own; then repeat.' >&2; \
			exit 1; \
		fi; \
		echo "Preparing $(VENV) for the $(FOR) with $$python and pip (a minute or two the first time) ..."; \
		"$$python" -m venv $(VENV); \
	fi
	@: > $(UNFINISHED)
	@if [ $(FOR) = tests ]; then $(TEST_PACKAGES); else $(PAGE_PACKAGES); fi
	@echo 'Compiling ...'; $(WARM)
	@$(FINGERPRINT) > $(VENV)/lumbayes-page
	@if [ $(FOR) = tests ]; then $(FINGERPRINT) > $(VENV)/lumbayes-tests; fi
	@rm -f $(UNFINISHED); echo '$(VENV) is ready.'

# The browser tests use a Chromium that is here already, or Debian's; else they are skipped.
browser:
	@found() { \
		[ -n "$$CHROMIUM" ] || command -v chromium || command -v chromium-browser || command -v google-chrome || \
		command -v google-chrome-stable || [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]; \
	} >/dev/null; \
	if found; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo 'Installing Chromium for the browser tests ...'; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium </dev/null; } >/dev/null || true; \
		if found; then exit 0; fi; \
		echo 'The browser tests will be skipped: no Chromium here, and apt-get could not install one.'; \
	else \
		echo 'The browser tests will be skipped: no Chromium or Chrome here, and installing one needs root and apt-get.'; \
		echo 'Install either, or set CHROMIUM to the path of one, to run them.'; \
	fi

lock:
	@command -v uv >/dev/null || { echo 'Rebuilding the lock needs uv: pip install uv' >&2; exit 1; }
	uv pip compile --quiet --universal --all-extras --group dev --no-header --annotation-style line \
		--fork-strategy fewest --no-emit-index-url --no-emit-find-links $(UPGRADE) \
		--output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results build dist
	find model app tests -name __pycache__ -type d -prune -exec rm -rf {} +
