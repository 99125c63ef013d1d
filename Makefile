# Two commands do everything: make audit [URL=https://…] and make test. Set-up is part of both; a second run is fast.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
# apt-get is used only where it may be: as root, on Debian and its kin.
APT := $(shell [ "$$(id -u)" = 0 ] && command -v apt-get)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What is compiled once is not compiled again by every process of a test.
unexport PYTHONDONTWRITEBYTECODE
export PLAYWRIGHT_SKIP_VALIDATE_HOST_REQUIREMENTS := 1

.PHONY: audit test lint types imports unit setup doctor demo bench lock docs bom clean

audit: setup
ifdef URL
	$(BIN)/handrail audit "$(URL)" $(ARGS)
else
	$(BIN)/handrail demo $(ARGS)
endif

demo: setup
	$(BIN)/handrail demo --serve

test: setup $(STAMPS)/postgresql $(STAMPS)/certutil $(STAMPS)/tesseract lint types imports unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

# Many tests wait for a browser: five processes share them, a file each; then those that hold something to a time.
unit: export NODE_COMPILE_CACHE = $(CURDIR)/$(STAMPS)/node
unit: setup
	$(BIN)/pytest -m "not alone" --numprocesses 5 --dist loadfile --no-loadscope-reorder $(PYTEST)
	$(BIN)/pytest -m alone $(or $(PYTEST),$$(grep -rl --include='test_*.py' 'mark\.alone' tests))

doctor: setup
	$(BIN)/handrail doctor

# Handrail beside other tools on real pages, audits of whole sites, an inventory of many hosts, a second audit of an
# unchanged site, the store with a million findings, a large site's report, and what our own checks find and cost; FLAT=10000 adds a long audit.
# HISTORY='--pages 10000' makes the store smaller. Debian only.
bench: setup
	@cmp -s bench/package-lock.json bench/node_modules/.locked \
	|| { npm ci --prefix bench --ignore-scripts --no-audit --no-fund && cp bench/package-lock.json bench/node_modules/.locked; }
	$(BIN)/python bench/speed.py $(ARGS)
	$(BIN)/python bench/whole.py $(WHOLE)
	$(BIN)/python bench/inventory.py
	$(BIN)/python bench/documents.py
	$(BIN)/python bench/carry.py
	$(BIN)/python bench/history.py $(HISTORY)
	$(BIN)/python bench/report.py
	$(BIN)/python bench/checks.py
ifdef FLAT
	$(BIN)/python bench/flat.py --pages $(FLAT)
endif

setup: $(STAMPS)/package $(STAMPS)/browser

$(STAMPS)/python: requirements-dev.lock
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/npm: package-lock.json .npmrc hatch_build.py
	@mkdir -p $(STAMPS)
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/python $(STAMPS)/npm
	$(BIN)/python hatch_build.py
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Playwright's own browser first; where it cannot be downloaded, the system's.
$(STAMPS)/browser: $(STAMPS)/python
	@mkdir -p $(STAMPS)
	@$(BIN)/python -c 'from crawler.browser.find import find_browser; find_browser()' 2>/dev/null \
	|| timeout 300 $(BIN)/playwright install chromium >/dev/null 2>&1 \
	|| { [ -n "$(APT)" ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-headless-shell chromium-driver; } \
	|| { echo "no browser could be installed; run: sudo apt-get install chromium-headless-shell chromium chromium-driver"; exit 2; }
	@touch $@

# The tests start their own PostgreSQL; only its programs are installed.
$(STAMPS)/postgresql:
	@mkdir -p $(STAMPS)
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
	|| { [ -n "$(APT)" ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } \
	|| echo "PostgreSQL is not installed: its tests are skipped (sudo apt-get install postgresql)"
	@touch $@

# Gives the browser a City's own certificate authorities.
$(STAMPS)/certutil:
	@mkdir -p $(STAMPS)
	@command -v certutil >/dev/null && command -v openssl >/dev/null \
	|| { [ -n "$(APT)" ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libnss3-tools openssl; } \
	|| echo "certutil or openssl is not installed: their tests are skipped (sudo apt-get install libnss3-tools openssl)"
	@touch $@

# Reads pictures of text in documents, where a City asks for it.
$(STAMPS)/tesseract:
	@mkdir -p $(STAMPS)
	@command -v tesseract >/dev/null \
	|| { [ -n "$(APT)" ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq tesseract-ocr; } \
	|| echo "Tesseract is not installed: its tests are skipped (sudo apt-get install tesseract-ocr)"
	@touch $@

# For maintainers: renew the locks and the generated documents.
lock:
	$(PYTHON) -m venv $(STAMPS)/uv && $(STAMPS)/uv/bin/pip install --quiet uv
	$(STAMPS)/uv/bin/uv pip compile pyproject.toml --extra desk --extra postgresql --extra s3 --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet -o requirements.lock
	$(STAMPS)/uv/bin/uv pip compile pyproject.toml --extra desk --extra postgresql --extra s3 --group dev --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet -o requirements-dev.lock

docs: setup
	$(BIN)/python docs/generate_rules.py
	$(BIN)/python docs/generate_configuration.py
	$(BIN)/python docs/generate_coverage.py

# What Handrail is made of: a bill of materials (CycloneDX) and a table of licences, in dist/.
bom: setup
	$(BIN)/python docs/approval/generate_bom.py

clean:
	rm -rf $(STAMPS) $(VENV) node_modules handrail/_vendor .mypy_cache .ruff_cache .pytest_cache
