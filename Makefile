# Everything a developer does here. Recipes need only make (3.81 or later), a POSIX shell and Python 3.11 or later.

PYTHON ?=
ARGS ?=
BIN = .venv/bin
# pip compiles what it installs one file after the other, for as long as all the rest takes.
PIP_INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-compile
COMPILE_ALL = $(BIN)/python -m compileall -qq -j 0 .venv/lib || true
# The requirements were resolved for every platform and every Python from 3.11 on; no address of a package index gets into them.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help install run dev test test-foreign check format phrases bench lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

install: .venv/.installed ## Set up .venv with what the service needs
	@echo "Tableside is installed in .venv: make run starts it."

run: .venv/.installed ## Start the service with the sandbox, its database and its sample data
	@$(BIN)/flask --app app db upgrade
	@$(BIN)/flask --app app seed --samples
	@exec $(BIN)/gunicorn -c gunicorn.conf.py 'app:create_app()'

dev: .venv/.installed-dev ## Set up .venv with what the tests and the checks need too
	@echo "Tableside and its tools are installed in .venv: make test and make check use them."

# Every process that a test starts, a hundred and more of them, would compile the service anew.
test: .venv/.installed-dev ## Run the tests, on SQLite and on PostgreSQL (ARGS="-k menu" for some of them)
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-foreign: .venv/.installed-dev ## Run the Realtime client against a server that others wrote (needs node and npm)
	@$(BIN)/python -m pytest -m foreign tests/foreign $(ARGS)

check: .venv/.installed-dev ## Run ruff, the type checker, the import contracts, and look for secrets and unsafe packages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy & types=$$!; \
	$(BIN)/lint-imports && $(BIN)/python -m tests.secret_scan && $(BIN)/python -m tests.advisories; others=$$?; \
	wait $$types && exit $$others

format: .venv/.installed-dev ## Put the code in order: ruff's fixes, then its format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

phrases: .venv/.installed-dev ## Bring the catalogues of fixed sentences up to date, and say what is to be translated
	@$(BIN)/python -m tests.catalogues

bench: .venv/.installed-dev ## Measure what a message costs, beside other bots (ARGS=--quick: 2.5 min)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lock: .venv/.installed-dev ## Compile the requirements from pyproject.toml (ARGS=--upgrade for newer releases)
	@$(COMPILE) pyproject.toml --output-file requirements.txt
	@$(COMPILE) pyproject.toml --extra tracing --constraint requirements.txt --output-file requirements-tracing.txt
	@$(COMPILE) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## Remove .venv and what the tools left behind; databases and .env stay
	@rm -rf .venv .bench .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is as new as the requirements it was made from. The developer's requirements include the service's.
.venv/.installed: requirements.txt .venv/bin/python
	@echo "Installing what the service needs into .venv: a minute the first time."
	@$(PIP_INSTALL) -r requirements.txt
	@$(COMPILE_ALL)
	@touch $@

.venv/.installed-dev: requirements.txt requirements-dev.txt .venv/bin/python
	@echo "Installing what the service and its tests need into .venv: a minute or two the first time."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@$(COMPILE_ALL)
	@touch .venv/.installed $@

# Debian ships python3 without its venv module: say so, rather than leave half a .venv.
.venv/bin/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		if ! "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
			echo "$$python has no venv module. On Debian and Ubuntu: apt install python3-venv. Then run make again." >&2; exit 1; \
		fi; \
		"$$python" -m venv --clear .venv && exit 0; rm -rf .venv; exit 1; \
	done; \
	echo "Tableside needs Python 3.11 or later, and found none. Install one, or name it: make install PYTHON=/path/to/python3" >&2; exit 1
