# The commands of this project; each is one line over a script or cargo, and works on a machine where nothing is set up yet.
.PHONY: help run dev test check bench e2e sqlx
.DEFAULT_GOAL := help

help: ## list these commands
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

run: ## set up, build and serve: ends with an address
	@scripts/run

dev: ## the same without optimisation, rebuilt on every change
	@scripts/dev

test: ## all checks and tests, as the continuous integration runs them
	@scripts/test

check: ## format, layout and lints only
	@scripts/test --static

bench: ## measure; the figures of record are in BENCHMARKS.md
	@scripts/bench

e2e: ## the browser tests only
	@scripts/e2e

sqlx: ## after a change of a query or migration: write the data that checked queries compile from
	@scripts/sqlx-prepare
