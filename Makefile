# Everything that is done with this project. `make` alone lists it.
#
# What is missing gets installed once, to your own cargo and npm folders; .ci/setup says what, and in which version. Compiled parts
# stay in your cache, so that a fresh clone does not compile everything again.

SHELL := /bin/sh
CACHE := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/storekeeper
CARGO_HOME ?= $(HOME)/.cargo
CARGO_TARGET_DIR ?= $(CACHE)/target
LISTEN ?= 127.0.0.1:8080
WASM := wasm32-unknown-unknown

export CARGO_HOME CARGO_TARGET_DIR CACHE
export PATH := $(CURDIR)/tests/e2e/node_modules/.bin:$(CARGO_HOME)/bin:$(PATH)
# Trunk takes its tools from PATH, where .ci/setup puts them in the right versions, and downloads none.
export TRUNK_OFFLINE := true
export TRUNK_SKIP_VERSION_CHECK := true

.DEFAULT_GOAL := help
.PHONY: help setup serve build test check audit bench fmt unit soak browser e2e clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: build ## build the release and serve it on http://127.0.0.1:8080 as a CDN would
	@cargo run --quiet --example serve -- --listen $(LISTEN)

build: ## build the release into dist/ and print its sizes
	@sh .ci/setup build
	@sh .ci/build

test: ## everything that must hold: format, lints, native, browser and end-to-end tests
	@sh .ci/setup test
	@sh .ci/all

check: ## format, lints for both targets, licences (where cargo-deny is installed)
	@sh .ci/setup check
	@sh .ci/check

audit: ## known advisories against what is in the lock file (needs cargo-deny and its list from the network)
	cargo deny --config .deny.toml check advisories

unit: ## the native tests alone: no browser, no network
	@sh .ci/setup check
	cargo test --quiet

soak: ## ten thousand schedules of faults against the sender, and five thousand against its rules alone
	@sh .ci/setup check
	CHECK_SEEDS=10000 FAULT_SEEDS=5000 cargo test --quiet --test checker --test faults -- --nocapture

browser: ## the unit tests that need a browser, in headless Chromium
	@sh .ci/setup test
	@sh .ci/browser

e2e: build ## the end-to-end tests against the release build, in headless Chromium
	@sh .ci/setup test
	@cargo build --quiet --example serve --example generate
	node --test --test-concurrency=2 tests/e2e/

bench: build ## how long reading takes: natively step by step, and in headless Chromium beside PapaParse, uDSV and the bytes' own reading
	@sh .ci/setup bench
	@cargo build --quiet --example serve --example generate --example ask
	cargo bench --quiet --bench reading
	node tests/bench/browser.mjs

fmt: ## format the source
	cargo fmt

clean: ## remove dist/ and what the tests wrote (the compiled parts stay in the cache)
	rm -rf dist tests/e2e/shots
