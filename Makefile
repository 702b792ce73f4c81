.DEFAULT_GOAL := help
.PHONY: help setup up dev test check fix lock

help: ## Say what can be done here
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with everything that development needs
	@scripts/setup --dev

up: ## Start Hansard
	@scripts/up

dev: ## Start it with reload, server and web page
	@scripts/dev

test: ## Run all checks and all tests
	@scripts/test

check: ## Run format, lint, types, imports and web checks
	@scripts/check

fix: ## Repair what a tool can repair
	@scripts/fix

lock: ## Write requirements/*.txt from pyproject.toml
	@scripts/lock
