# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
# They need a plain Python 3.11 or later and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types imports docs soak clean

demo: $(READY)  ## The main job, end to end, over real HTTP on loopback; ends with a table.
	$(BIN)/orogxo demo

test: $(READY)  ## Everything that must pass, with branch coverage of the core.
	$(BIN)/python tests/run.py

soak: $(READY)  ## 2000 simulated days with faults and crashes; then every planted defect must be found. Minutes.
	$(BIN)/orogxo soak --seeds 1:2000
	$(BIN)/python -m pytest tests/soak tests/end_to_end -m slow -n auto

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

clean:
	rm -rf $(VENV) site dist .coverage* .hypothesis .mypy_cache .ruff_cache .pytest_cache

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "orogxo needs Python 3.11 or later, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[cli]" --group test --group lint --group docs
	touch $(READY)
