# `make` prints this help. Everything runs in .venv, which is made when it is not there.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PARLEY := $(BIN)/parley
TOOLS := .venv-tools
UV := $(shell command -v uv 2>/dev/null || echo $(TOOLS)/bin/uv)

.PHONY: bench-calls bench-peers bench-load help run setup test lint format types build dev-setup health-check deploy-prod deploy-kubernetes lock clean

help:  ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.ready  ## Set up what is missing, then serve on http://localhost:8000
	@exec $(PARLEY) run

setup: $(VENV)/.ready  ## Environment, database, demo data
	@$(PARLEY) setup

dev-setup: $(VENV)/.ready-dev  ## The environment with everything that the tests need

test: dev-setup  ## Lint, format check, types, and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 $(PYTEST)

lint: dev-setup  ## Lint and mend what can be mended
	$(BIN)/ruff check --fix .

format: dev-setup  ## Format the code
	$(BIN)/ruff format .

types: dev-setup  ## Check types
	$(BIN)/mypy

health-check:  ## Ask a running server how it is
	@curl --fail --silent --show-error "http://localhost:$${PARLEY_PORT:-8000}/health"

CALLS ?= 100
bench-calls: dev-setup  ## CALLS=100 telephone calls against the server with instant providers; prints JSON
	@$(PARLEY) bench calls --calls $(CALLS) --json

bench-peers: dev-setup  ## The same calls against Pipecat and LiveKit Agents, and the ratios (installs both under build/)
	@$(PARLEY) bench peers --calls $(if $(filter command line,$(origin CALLS)),$(CALLS),20)

bench-load: dev-setup  ## Processor time of a fixed load in virtual time against the committed baseline; only warns
	@$(PARLEY) bench load

build: dev-setup  ## Build the package
	$(UV) build

deploy-prod:  ## Build the image and start all services, PostgreSQL and Redis, for production (docker)
	@: "$${PARLEY_SECRET_KEY:?is wanted in the environment: openssl rand -hex 32}"
	@: "$${PARLEY_SERVICE_KEY:?is wanted in the environment: openssl rand -hex 32}"
	@: "$${DB_PASSWORD:?is wanted in the environment: openssl rand -hex 16}"
	docker compose --file deploy/compose.yaml up --build --detach --wait

deploy-kubernetes:  ## Apply the manifests of deploy/kubernetes to the cluster that kubectl knows
	kubectl apply --filename deploy/kubernetes/namespace.yaml
	kubectl apply --namespace parley --filename deploy/kubernetes/secrets.yaml
	kubectl apply --kustomize deploy/kubernetes

lock: $(UV)  ## Write the locks anew after a change of pyproject.toml
	$(UV) pip compile --universal --no-header --no-annotate --no-emit-index-url --python-version 3.11 \
	  --extra postgres --extra redis --quiet --output-file requirements.lock pyproject.toml
	$(UV) pip compile --universal --no-header --no-annotate --no-emit-index-url --python-version 3.11 \
	  --extra postgres --extra redis --extra llm --extra langchain --extra google --extra aws --extra elevenlabs \
	  --extra caldav --extra korean --extra microphone --extra dev --quiet \
	  --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:  ## Remove the environment and caches; data in var/ stays
	rm -rf $(VENV) $(TOOLS) .mypy_cache .ruff_cache .pytest_cache build dist

$(TOOLS)/bin/uv:
	@echo "Fetching uv"
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv

# Both locks are complete, so nothing is resolved and nothing beside them comes along.
$(VENV)/.ready: requirements.lock | $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --python '>=3.11' $(VENV)
	@echo "Installing what Parley needs"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install --quiet --no-deps --requirement requirements.lock --editable .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock | $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --python '>=3.11' $(VENV)
	@echo "Installing what the tests need"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install --quiet --no-deps --requirement requirements-dev.lock --editable .
	@touch $@ $(VENV)/.ready
