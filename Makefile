# The commands of this project. Each calls one script, and works on a machine without any setup.
.PHONY: help run dev test check bench soak-recovery e2e sqlx
.DEFAULT_GOAL := help

help: ## list these commands
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

run: ## set up, build and serve; prints the address
	@scripts/run

dev: ## like run, without optimisation, rebuilt on every change
	@scripts/dev

test: ## all checks and tests, as in CI
	@scripts/test

check: ## format, layout and lints only
	@scripts/test --static

soak-recovery: ## 200 random rounds of backup and restore with kills of the control plane
	ATOMO_FLEET_TEST_RECOVERY_ROUNDS=200 scripts/with-postgres scripts/reap cargo nextest run -p control-plane --test plane \
	  -E 'test(recovery::soak)' --no-capture

bench: ## measure; results of record are in BENCHMARKS.md
	@scripts/bench

e2e: ## the browser tests only
	@scripts/e2e

sqlx: ## write the data of checked queries; after a change of a query or migration
	@scripts/sqlx-prepare
