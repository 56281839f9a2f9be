# The entry points. `make help` explains each; everything they need beyond the Swift toolchain is installed by tools/install.
.DEFAULT_GOAL := help
PORT ?= 8080
HOST ?= localhost
BENCH ?= ../shared/reference/bench

.PHONY: help run test test-full sanitize fuzz lint format bench bench-codecs bench-road bench-peers bench-curves load clean

help:  ## this text
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run:  ## install what is missing, build, and serve the chat at http://localhost:8080 (PORT=, HOST=)
	@tools/install build
	tools/release chatd
	.build/release/chatd --host $(HOST) --port $(PORT)

test:  ## install what is missing, build, and run every test; says how many ran, per suite
	@tools/install test
	@tools/test

test-full: test  ## make test, all of Autobahn (needs a CPython 2.7), and one slow client of 1,000: more than half an hour
	tools/release conformance
	CONFORMANCE=.build/release/conformance tools/autobahn full
	CONFORMANCE=.build/release/conformance SLOW_CLIENTS=1000 SLOW_MEGABYTES=64 SLOW_COMPARE=1 TEST_DEADLINE=60 \
	  .venv/bin/python -m pytest -q -s -p no:cacheprovider Tests/Clients/test_slow.py

sanitize:  ## run the tests under the address and the thread sanitizer and count the reports (SANITIZER= is one of them)
	@tools/install test
	@status=0; for each in $(or $(SANITIZER),address thread); do tools/sanitize $$each || status=1; done; exit $$status

fuzz:  ## fuzz each grammar for a minute (SECONDS=), or one of them (FUZZ=Request); needs no installation
	FUZZ="$(FUZZ)" SECONDS_EACH="$(or $(SECONDS),60)" Tests/Fuzz/run.sh

lint:  ## check the formatting, the documentation comments and the sizes of files and functions
	swift format lint --strict --recursive --parallel --configuration .swift-format Package.swift Plugins Sources Tests docs/examples
	@tools/sizes

format:  ## put every Swift file into the project's format
	swift format --in-place --recursive --parallel --configuration .swift-format Package.swift Plugins Sources Tests docs/examples

bench: bench-codecs  ## bench-codecs, then every goal beside the C floor and more (BENCH= is the load generator, ROUNDS= 3)
	@tools/install bench
	$(MAKE) -C $(BENCH)
	tools/release conformance
	python3 tools/bench --rounds $(or $(ROUNDS),3)

bench-codecs:  ## count instructions and allocations of each codec, against Tests/Benchmarks/Thresholds
	@tools/install bench
	tools/release bench
	tools/microbench

bench-road:  ## count allocations and instructions of a message on its whole way, against Tests/Benchmarks/Thresholds
	@tools/install bench
	tools/release conformance
	python3 tools/bench road

bench-peers: load  ## our server beside python-socketio's, with chatload (PEERS="'NAME=COMMAND with {port}'" for others)
	@tools/install test
	tools/bench-peers $(PEERS)

bench-curves:  ## how costs grow with connections, rooms, sizes: the pictures and tables of docs/benchmarks.md
	@tools/install bench
	$(MAKE) -C $(BENCH)
	tools/release conformance
	tools/bench-curves

load:  ## build the load generator, .build/release/chatload, and the server that Tests/Load tries it on
	@tools/install build
	tools/release chatload conformance

clean:  ## remove what was built; installed packages stay
	rm -rf .build .build-address .build-thread .venv .venv-old artifacts
