# Two commands: `make app` opens the page, `make test` passes the tests. Each first prepares .venv, once.
# Any Python from 3.11 to 3.14 will do. Another than the first one found: make install PYTHON=/path/to/python
# More for the page: make app ARGS='--server.port 8600'. Fewer tests: make test TESTS=tests/test_house.py

PYTHON ?=
ARGS ?=
TESTS ?=
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/lumbayes-ready
UNFINISHED := $(VENV)/lumbayes-unfinished
VERSIONS := >=3.11,<3.15

# What the environment was made from and where it stands: it is made again only when one of these changes.
FINGERPRINT = { cat pyproject.toml requirements.lock; pwd -P; } | cksum
# An environment can be kept and brought up to date if it starts, was made here, can install and was not left half made.
SOUND = [ ! -e $(UNFINISHED) ] && grep -qF "$$(pwd -P)/$(VENV)" $(VENV)/bin/activate 2>/dev/null && \
	$(RUN) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	{ command -v uv >/dev/null || $(RUN) -m pip --version >/dev/null 2>&1; }
CAN_MAKE_VENV = -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null

.PHONY: help app test install environment browser picture bench lock clean

help:
	@echo 'make app      sets up everything and opens the page'
	@echo 'make test     sets up everything and passes the tests'
	@echo 'make install  only prepares $(VENV)'
	@echo 'make picture  draws docs/page.png, the picture of the README'
	@echo 'make bench    times the model (not part of the tests)'
	@echo 'make lock     rebuilds requirements.lock (UPGRADE=--upgrade for newer versions)'
	@echo 'make clean    removes $(VENV) and what the tools left behind'

app: install
	@$(RUN) -m streamlit run app/streamlit_app.py $(ARGS)

test: install browser
	$(RUN) -m ruff check
	$(RUN) -m mypy
	$(RUN) -m pytest $(TESTS)

picture: install browser
	LUMBAYES_PICTURE=docs/page.png $(RUN) -m pytest tests/browser/test_states.py

bench: install
	$(RUN) -W ignore tests/benchmarks $(ARGS)

install:
	@if [ "$$(cat $(READY) 2>/dev/null)" != "$$($(FINGERPRINT))" ] || ! $(RUN) -c '' 2>/dev/null; then \
		$(MAKE) --no-print-directory environment; \
	fi

environment:
	@rm -f $(READY)
	@if [ -e $(VENV) ] && ! { $(SOUND); }; then \
		echo '$(VENV) is half made, was moved here or does not start: making it again.'; rm -rf $(VENV); \
	fi
	@if [ -e $(VENV) ]; then \
		echo 'Bringing $(VENV) up to date ...'; \
	elif command -v uv >/dev/null; then \
		echo 'Preparing $(VENV) with uv (about half a minute the first time) ...'; \
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
		echo "Preparing $(VENV) with $$python and pip (some minutes the first time) ..."; \
		"$$python" -m venv $(VENV); \
	fi
	@: > $(UNFINISHED)
	@if command -v uv >/dev/null; then \
		uv pip install --quiet --python $(RUN) -r requirements.lock && \
		uv pip install --quiet --python $(RUN) --no-deps --no-build-isolation -e .; \
	else \
		$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.lock && \
		$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@echo 'Compiling ...'; PYTHONDONTWRITEBYTECODE= $(RUN) -m compileall -qq -j 0 $(VENV)/lib model || true
	@$(RUN) -c 'import lumbayes.engine.kernels.sweep'
	@rm -f $(UNFINISHED); $(FINGERPRINT) > $(READY); echo '$(VENV) is ready.'

# The browser test drives a Chromium that is here already, or Debian's, or says that it cannot.
browser:
	@found() { \
		[ -n "$$CHROMIUM" ] || command -v chromium || command -v chromium-browser || command -v google-chrome || \
		command -v google-chrome-stable || [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]; \
	} >/dev/null; \
	if found; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo 'Installing Chromium for the browser test ...'; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium </dev/null; } >/dev/null || true; \
		if found; then exit 0; fi; \
		echo 'The browser test will be skipped: no Chromium here, and apt-get could not install one.'; \
	else \
		echo 'The browser test will be skipped: no Chromium or Chrome here, and installing one needs root and apt-get.'; \
		echo 'Install either, or set CHROMIUM to the path of one, to run it.'; \
	fi

lock:
	@command -v uv >/dev/null || { echo 'Rebuilding the lock needs uv: pip install uv' >&2; exit 1; }
	uv pip compile --quiet --universal --extra dev --no-header --annotation-style line --fork-strategy fewest \
		--no-emit-index-url --no-emit-find-links $(UPGRADE) --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results build dist
	find model app tests -name __pycache__ -type d -prune -exec rm -rf {} +
