# What can be done with a checkout. Needs GNU make and a Python of at least 3.11, nothing else.

PYTHON ?= python3
PORT ?= 8000
# The store that `make serve` opens, a new one too; empty: your own, or the one that ROLEPATH_STORE names.
STORE ?=
# The competency that `make demo` traces, and the role that it plans for.
DEMO_COMPETENCY ?= poly:k.plc-programming
DEMO_ROLE ?= poly:r.integration-assistant

# The moment at which tests believe to begin, such as 2028-02-29T12:00:00, and `random` for an order that differs each time.
CLOCK ?=
ORDER ?=
# What the names of the long proofs that `make soak` runs must hold, as pytest's -k; empty: all.
SOAK ?=
# How many minutes those of them may take that have a time, each, such as `make soak SOAK=crash_leaves MINUTES=10`; empty: their own.
MINUTES ?=
# What `make test` runs, as folders, or as pytest's options such as --ignore=FOLDER; empty: all.
TESTS ?=

BIN := .venv/bin
# One thread of arithmetic each: several processes work at once, and threads that wait for others spin.
pytest = OPENBLAS_NUM_THREADS=1 $(if $(CLOCK),TEST_CLOCK=$(CLOCK) )$(BIN)/python -m pytest -n auto --dist worksteal \
  $(if $(filter random,$(ORDER)),-p randomly)
# Stamps inside the environment: they are gone when it is.
READY := .venv/.installed-test
READY_TO_CHECK := .venv/.installed-dev
TOOLS := .cache/tools/.installed
GENERATORS := .cache/generators/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Pins what builds the package, too: by the first name for pip up to 25.2, by the second from 25.3 on.
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt

# Where it is set, each of the many processes would compile all modules anew. Empty is not set.
export PYTHONDONTWRITEBYTECODE :=

# Where every file has its hash, pins without hashes are refused.
hashed := env -u PIP_CONSTRAINT -u PIP_BUILD_CONSTRAINT

# For every system and every Python from 3.11 on.
compile = .cache/tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command 'make locks'
extras := $(foreach extra,parquet client mcp oidc otel meaning,--extra $(extra))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve client test test-all generators faults fuzz check format bench bench-search bench-http bench-web soak bench-neo4j neo4j neo4j-stop pins locks audit sbom clean

help: ## list the recipes
	@echo 'make ...'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables: PYTHON=$(PYTHON) PORT=$(PORT) STORE=$(STORE) CLOCK=$(CLOCK) ORDER=$(ORDER)'

setup: $(READY) ## make .venv and install into it what the others need

demo: $(READY) ## import the example, trace a competency, count the gaps, plan the training for a role
demo: export ROLEPATH_STORE := sqlite:///.demo/demo.db
demo: export ROLEPATH_STATE := .demo/state.db
demo: export ROLEPATH_CACHE := .demo/cache
demo:
	@rm -rf .demo && mkdir .demo
	$(call show,1. What an institution records: courses and tasks and roles,ingest example)
	$(call show,2. Is this competency connected - from classroom to position?,trace $(DEMO_COMPETENCY))
	$(call show,3. Where do the chains break?,gaps)
	$(call show,4. Which training leads to this role?,plan $(DEMO_ROLE))
	@printf '%s\n' '' '== What to do next ==' '' \
	  'See this graph in a browser:' \
	  '  make serve STORE=sqlite:///.demo/demo.db' \
	  'Bring your own data:' \
	  '  $(BIN)/rolepath template my.xlsx                  (a workbook to fill in)' \
	  '  $(BIN)/rolepath ingest native my.xlsx --dry-run   (what would change, and what is wrong, row by row)' \
	  '  $(BIN)/rolepath ingest native my.xlsx             (keeps it in a store of your own)' \
	  '  make serve                                        (opens your own store)' \
	  'Ask more: $(BIN)/rolepath --help'

serve: $(READY) ## open the service on this machine only, at PORT (STORE=... for another store than your own)
	@$(BIN)/rolepath serve --port $(PORT) $(if $(STORE),--store $(STORE))

test: $(READY) ## run the tests that need no server, no browser and no patience (three minutes, set-up included)
	@$(pytest) -m 'not slow and not neo4j and not browser and not faults and not generators' $(TESTS)

test-all: export TESTS_FULL := 1
test-all: $(READY_TO_CHECK) $(GENERATORS) ## run every test, but for `make faults` and `make generators`, with every example
	@$(pytest) -m 'not faults and not generators'

generators: $(READY_TO_CHECK) $(GENERATORS) ## make clients in Python, Java, Go and TypeScript of the OpenAPI document, compile them, ask with them (minutes)
	@$(BIN)/python -m pytest tests/api/rest/openapi/test_generators.py

faults: $(READY) ## kill and cut off a Neo4j server, and see that nothing is lost (minutes; wants an idle machine)
	@$(BIN)/python -m pytest -m faults

fuzz: $(READY) ## ask the service in at least 20,000 generated ways, and hold each answer against its document (minutes)
	@$(BIN)/python -m tests.support.fuzzing

check: $(READY_TO_CHECK) ## check format, style, types and the import rule
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

client: $(READY_TO_CHECK) ## write the models of the Python client anew, from the OpenAPI document
	@$(BIN)/python -m tests.support.client_models

format: $(READY_TO_CHECK) ## rewrite the code as `make check` wants it, where a machine can
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

bench: $(READY) ## measure against the targets, one JSON line each
	@$(BIN)/python -m benchmarks

bench-search: $(READY) ## ask the searches that were judged by hand, and print how many find a right answer
	@$(BIN)/python -m benchmarks.searches

bench-http: $(READY) ## measure answers a second, against a route that does nothing on the same server (a minute)
	@$(BIN)/python -m benchmarks.throughput

soak: export TESTS_SOAK := 1
soak: export TESTS_SOAK_MINUTES := $(MINUTES)
soak: $(READY) ## run the long proofs of docs/reliability.md (hours; wants an idle machine; SOAK=name for one kind of them)
	@mkdir -p .cache && rm -f .cache/soak.jsonl
	@$(BIN)/python -m pytest -m soak $(if $(SOAK),-k '$(SOAK)') $(TESTS)
	@$(if $(SOAK),,$(BIN)/python -m benchmarks.soak)
	@cat .cache/soak.jsonl

bench-neo4j: $(READY) ## measure the Neo4j store on a server of its own (Java 17+, Maven), one JSON line each
	@$(BIN)/python -m benchmarks.neo4j_store

bench-web: $(READY) ## measure the pages: server time, visitors at once, what a browser loads (chromium), one JSON line each
	@$(BIN)/python -m benchmarks.web

neo4j: ## start a Neo4j server in the background (Java 17+, Maven), with no data; prints its URL
	@$(MAKE) --no-print-directory --silent setup >&2
	@$(BIN)/python tests/support/neo4j_server.py start

neo4j-stop: $(READY) ## stop that server
	@$(BIN)/python tests/support/neo4j_server.py stop

pins: ## write constraints.txt anew, with the latest versions that pyproject.toml allows
	@$(need_python)
	@rm -rf .cache/pins && $(PYTHON) -m venv .cache/pins
	@env -u PIP_CONSTRAINT -u PIP_BUILD_CONSTRAINT .cache/pins/bin/pip install --quiet '.[test,dev,meaning]' hatchling editables
	@head -n 1 constraints.txt > .cache/pins/constraints.txt
	@.cache/pins/bin/pip freeze --exclude rolepath >> .cache/pins/constraints.txt
	@mv .cache/pins/constraints.txt constraints.txt && rm -rf .cache/pins

locks: $(TOOLS) ## write locks/ anew: what constraints.txt pins, with the hash of every file
	@env -u PIP_CONSTRAINT $(compile) pyproject.toml -c constraints.txt $(extras) -o locks/service.txt
	@printf 'hatchling\neditables\n' > .cache/build.in
	@env -u PIP_CONSTRAINT $(compile) pyproject.toml .cache/build.in -c constraints.txt --extra test -o locks/test.txt
	@env -u PIP_CONSTRAINT $(compile) pyproject.toml .cache/build.in -c constraints.txt --extra test --extra dev \
	  -o locks/dev.txt
	@env -u PIP_CONSTRAINT $(compile) locks/tools.in -o locks/tools.txt
	@env -u PIP_CONSTRAINT $(compile) --no-deps locks/generators.in -o locks/generators.txt

audit: $(READY) $(TOOLS) ## look up the known vulnerabilities of what the service installs (wants the network)
	@$(BIN)/python -m tests.support.audit .cache/tools/bin/pip-audit

sbom: $(TOOLS) ## write dist/sbom.cdx.json: what an installed service with all extras consists of, and its licences
	@rm -rf .cache/service && $(PYTHON) -m venv .cache/service
	@$(hashed) .cache/service/bin/python -m pip install --quiet --require-hashes -r locks/service.txt
	@.cache/service/bin/python -m pip install --quiet --no-deps .
	@mkdir -p dist
	@.cache/tools/bin/cyclonedx-py environment .cache/service --pyproject pyproject.toml --output-reproducible \
	  --mc-type application -o dist/sbom.cdx.json
	@rm -rf .cache/service && echo 'Written: dist/sbom.cdx.json'

clean: ## remove all that these recipes made
	@rm -rf .venv .demo .cache build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml locks/test.txt
	@$(need_venv)
	@echo 'Installing into .venv what pyproject.toml names (once, about half a minute) ...'
	$(call install,locks/test.txt)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(READY_TO_CHECK): $(READY) locks/dev.txt
	@echo 'Installing into .venv what the checks need (once) ...'
	$(call install,locks/dev.txt)
	@touch $@

# openapi-python-client as it is: its metadata want an older typer than the service has, which serves it as well.
$(GENERATORS): locks/generators.txt $(READY)
	@rm -rf .cache/generators
	@$(hashed) $(BIN)/python -m pip install --quiet --no-deps --require-hashes --target .cache/generators -r locks/generators.txt
	@touch $@

$(TOOLS): locks/tools.txt
	@$(need_python)
	@echo 'Installing into .cache/tools what looks after the locks (once) ...'
	@rm -rf .cache/tools && $(PYTHON) -m venv .cache/tools
	@$(hashed) .cache/tools/bin/python -m pip install --quiet --require-hashes -r locks/tools.txt
	@touch $@

# $(call install,file): what the lock file names. pip alone would compile on one processor; what does not compile is no fault.
define install
@$(hashed) $(BIN)/python -m pip install --quiet --no-compile --require-hashes -r $(1)
@$(BIN)/python -m compileall -q -j 0 -x '/tests?/' .venv/lib > /dev/null || true
endef

# $(call show,heading,arguments): say what is run, then run it.
define show
@printf '\n== %s ==\n$$ rolepath %s\n\n' '$(1)' '$(2)'
@$(BIN)/rolepath $(2)
endef

# Exit status 0 for a Python that is new enough; runs on old ones too.
is_new_enough := import sys; sys.exit(sys.version_info < (3, 11))

# An environment of a Python that is new enough stays, anything else is made anew.
define need_venv
if ! $(BIN)/python -c '$(is_new_enough)' 2>/dev/null || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
  $(need_python); \
  rm -rf .venv && $(PYTHON) -m venv .venv; \
fi
endef

# Stops with what to install unless PYTHON can make an environment.
define need_python
if ! command -v $(PYTHON) >/dev/null 2>&1; then \
  wrong='There is no "$(PYTHON)" here'; \
elif ! $(PYTHON) -c '$(is_new_enough)'; then \
  wrong="\"$(PYTHON)\" is $$($(PYTHON) -V 2>&1)"; \
elif ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
  version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
  printf '%s\n' "\"$(PYTHON)\" (Python $$version) lacks the modules venv and ensurepip. Install them, then run make again:" \
    "  Debian, Ubuntu:  sudo apt install python$$version-venv" \
    '  elsewhere: a complete Python of at least 3.11, named as in: make PYTHON=/path/to/python3' >&2; \
  exit 1; \
fi; \
if [ -n "$${wrong:-}" ]; then \
  printf '%s\n' "$$wrong; Rolepath needs Python 3.11 or newer, with venv." >&2; \
  for other in python3.14 python3.13 python3.12 python3.11; do \
    if $$other -c 'import ensurepip, venv' >/dev/null 2>&1; then \
      printf '%s\n' "This machine has $$other: make $(MAKECMDGOALS) PYTHON=$$other" >&2; \
      exit 1; \
    fi; \
  done; \
  printf '%s\n' 'Install one, then name it as in: make $(MAKECMDGOALS) PYTHON=python3.11' \
    '  Debian, Ubuntu:  sudo apt install python3.11 python3.11-venv' \
    '  Fedora, RHEL:    sudo dnf install python3.11' \
    '  macOS:           brew install python@3.11' >&2; \
  exit 1; \
fi
endef
