# make demo   the main job on real input, narrated        make test   all tests
# Both install what they need on a fresh Debian 12 machine with Swift (apt packages included).

SWIFT_FLAGS := -c release --explicit-target-dependency-import-check error
BUILD := .build/release
SEEDS ?= 10000
STORE_SEEDS ?= 500
COPY_SEEDS ?= 1000
STORE_COPY_SEEDS ?= 200
COMMUNITY_SEEDS ?= 60
KILLS ?= 200
ROWS ?= 100000
ROUNDS ?= 5
DEVICES ?= 100
ACTIVE ?= 12
PREFIX ?= /usr/local
# Simulated disks are small and many: in memory where there is such a place.
SCRATCH := $(shell test -w /dev/shm && echo /dev/shm || echo /tmp)

.PHONY: demo test bench bench-memory bench-relay bench-year sim relay-crash relay-program test-postgres mutants install deb build packages clean

demo: build
	sh Fixtures/demo.sh $(BUILD)/kith

test: packages
	swift build $(SWIFT_FLAGS) --build-tests
	swift test $(SWIFT_FLAGS) --skip-build

build: packages
	swift build $(SWIFT_FLAGS) --product kith
	swift build $(SWIFT_FLAGS) --product kith-relay

# Every figure of the promises, ours beside plain SQLite in one run; also written to bench.json.
bench: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	$(BUILD)/kith-bench --rows $(ROWS) --rounds $(ROUNDS) --json .build/bench.json

# The most memory that export, import and sync take above SQLite's cache.
bench-memory: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	$(BUILD)/kith-bench memory --rows $(ROWS)

# W7: a relay with 10,000 connections at rest and 500 that work; needs 11,000 open files (ulimit -n).
bench-relay: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	swift build $(SWIFT_FLAGS) --product kith-relay
	$(BUILD)/kith-bench relay --relay $(BUILD)/kith-relay --json .build/bench-relay.json

# W6: a year of small edits; the whole promise is DEVICES=500 ACTIVE=50.
bench-year: packages
	swift build $(SWIFT_FLAGS) --product kith-sim
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim year --devices $(DEVICES) --active $(ACTIVE) --json .build/bench-year.json

sim: packages
	swift build $(SWIFT_FLAGS) --product kith-sim
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim --seeds $(SEEDS) --store-seeds $(STORE_SEEDS) \
		--copy-seeds $(COPY_SEEDS) --store-copy-seeds $(STORE_COPY_SEEDS) \
		--community-seeds $(COMMUNITY_SEEDS)
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim relay-crash --kills $(KILLS)

# A relay's store under a writer that is killed a thousand times.
relay-crash: packages
	swift build $(SWIFT_FLAGS) --product kith-sim
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim relay-crash --kills 1000

# The relay's program, killed under load, searched in its memory, flooded, with a full disk, watched through, and on a wire of its own.
relay-program: build
	python3 Tests/relay-program.py $(BUILD)

# Each rule of causal soundness broken in turn; each must be found.
mutants: packages
	TMPDIR=$(SCRATCH) sh Tests/mutants.sh

# The suite of relay stores on PostgreSQL, which it installs, starts on loopback, and stops.
test-postgres: packages
	sh Tests/postgres.sh sh -c "swift build $(SWIFT_FLAGS) --traits Postgres --build-tests --scratch-path .build-postgres \
		&& swift test $(SWIFT_FLAGS) --traits Postgres --skip-build --scratch-path .build-postgres --filter SpaceStoreTests"

install: build
	install -D -m 755 $(BUILD)/kith $(DESTDIR)$(PREFIX)/bin/kith

# Both programs, the relay's user and its service, as one package for this kind of machine; and a check that it installs.
deb: packages
	swift build $(SWIFT_FLAGS) --product kith
	swift build $(SWIFT_FLAGS) --product kith-relay
	@sh Tests/packages.sh binutils chrpath fakeroot lintian
	sh Packaging/deb.sh $(BUILD) .build
	sh Packaging/check.sh .build

packages:
	@sh Tests/packages.sh

clean:
	rm -rf .build .build-mutants .build-postgres
