# make demo   the main job on real input, narrated        make test   all tests
# Both install what they need on a fresh Debian 12 machine with Swift (apt packages included).

SWIFT_FLAGS := -c release --explicit-target-dependency-import-check error
# TRAITS=Postgres: the same with relays that can share a PostgreSQL database, in a folder of its own, since every set of flags has its own.
TRAITS ?=
BUILD_FOLDER := .build$(addprefix -,$(TRAITS))
BUILD := $(BUILD_FOLDER)/release
SWIFT_FLAGS += $(if $(TRAITS),--traits $(TRAITS) --scratch-path $(BUILD_FOLDER))
EXAMPLE_FOLDER ?= .build-example
EXAMPLE_FLAGS := -c release --package-path Examples/Garden --scratch-path $(abspath $(EXAMPLE_FOLDER))
SEEDS ?= 10000
STORE_SEEDS ?= 500
# Texts that several write in; each also with copied laptops.
TEXT_SEEDS ?= 300
COPY_SEEDS ?= 1000
STORE_COPY_SEEDS ?= 200
COMMUNITY_SEEDS ?= 60
# Communities that failed once, by what they found; and some with a member who means harm.
HOSTILE_COMMUNITIES := 9100000 9100002 9100003 9100004 9100005 9100006 9100007 90500009 90500053 90500113 59
FOUND_COMMUNITIES := 9000067 9000160 9000294 9000079 9000240 9000357 9000675 42000083 42000180 42000189 42000368 77000298 88000058
# Beside the fixed seeds, fresh ones with every commit: its hash decides which.
FRESH_SEEDS ?= 40
FRESH_SEED ?= $(shell printf "%d" 0x$$( (git rev-parse HEAD 2>/dev/null || date +%s) | cut -c1-12))
KILLS ?= 200
# Of the crash points; what is torn, and a sample's points, follow from it.
SEED ?= $(shell date +%s)
ROWS ?= 100000
ROUNDS ?= 5
DEVICES ?= 100
ACTIVE ?= 12
PREFIX ?= /usr/local
# Simulated disks are small and many: in memory where there is such a place.
SCRATCH := $(shell test -w /dev/shm && echo /dev/shm || echo /tmp)

.PHONY: demo docs example models test test-page bench bench-memory bench-relay bench-postgres bench-year bench-roster bench-people bench-page bench-text bench-live sim relay-crash crash-points relay-program rescue test-postgres mutants install deb check-deb test-deb build packages clean structure

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
	$(BUILD)/kith-bench --rows $(ROWS) --rounds $(ROUNDS) --json $(BUILD_FOLDER)/bench.json

# The most memory that export, import and sync take above SQLite's cache.
bench-memory: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	$(BUILD)/kith-bench memory --rows $(ROWS)

# W7: a relay with 10,000 connections at rest and 500 that work; needs 11,000 open files (ulimit -n).
bench-relay: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	swift build $(SWIFT_FLAGS) --product kith-relay
	$(BUILD)/kith-bench relay --relay $(BUILD)/kith-relay --json $(BUILD_FOLDER)/bench-relay.json

# A relay's store on PostgreSQL by one relay and by two, beside SQLite in one run.
bench-postgres:
ifeq ($(TRAITS),Postgres)
	@sh Tests/packages.sh libpq-dev
	swift build $(SWIFT_FLAGS) --product kith-bench
	sh Tests/postgres.sh sh -c '$(BUILD)/kith-bench relay-postgres "$$KITH_POSTGRES"'
else
	$(MAKE) bench-postgres TRAITS=Postgres
endif

# W6: a year of small edits; the whole promise is DEVICES=500 ACTIVE=50.
bench-year: packages
	swift build $(SWIFT_FLAGS) --product kith-sim
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim year --devices $(DEVICES) --active $(ACTIVE) --json $(BUILD_FOLDER)/bench-year.json

# A space of 1,000 laptops after 1,000 removals: what its roster weighs and costs.
bench-roster: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	swift build $(SWIFT_FLAGS) --product kith
	TMPDIR=$(SCRATCH) $(BUILD)/kith-bench roster --kith $(BUILD)/kith

# Every command of the day on a neighbourhood of 100,000 contacts, each a whole process: CPU seconds and memory.
bench-people: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	swift build $(SWIFT_FLAGS) --product kith
	$(BUILD)/kith-bench people --kith $(BUILD)/kith --json $(BUILD_FOLDER)/bench-people.json

# Every screen of the page on the same neighbourhood: milliseconds at the server, find as you type, memory, the first page.
bench-page: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	swift build $(SWIFT_FLAGS) --product kith
	$(BUILD)/kith-bench page --kith $(BUILD)/kith --json $(BUILD_FOLDER)/bench-page.json

# Text that merges: typing through the pure core, generated and of real traces where KITH_TRACES names their folder; UPDATE and stamp of a note.
bench-text: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	$(BUILD)/kith-bench text --json $(BUILD_FOLDER)/bench-text.json

# How soon rows come again after a commit of this process, of Python's sqlite3, of SQLite's shell: wall clock, half a minute.
bench-live: packages
	swift build $(SWIFT_FLAGS) --product kith-bench
	TMPDIR=$(SCRATCH) $(BUILD)/kith-bench live

sim: packages
	swift build $(SWIFT_FLAGS) --product kith-sim
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim --seeds $(SEEDS) --store-seeds $(STORE_SEEDS) --text-seeds $(TEXT_SEEDS) \
		--copy-seeds $(COPY_SEEDS) --store-copy-seeds $(STORE_COPY_SEEDS) \
		--community-seeds $(COMMUNITY_SEEDS)
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim --seeds 0 --copy-seeds 0 --hostile none $(FOUND_COMMUNITIES:%=--community-seed %)
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim --seeds 0 --copy-seeds 0 --hostile all $(HOSTILE_COMMUNITIES:%=--community-seed %)
	@echo "fresh communities: --community-seeds $(FRESH_SEEDS) --first-seed $(FRESH_SEED)"
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim --seeds 0 --copy-seeds 0 --community-seeds $(FRESH_SEEDS) --first-seed $(FRESH_SEED)
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim relay-crash --kills $(KILLS)

# A relay's store under a writer that is killed a thousand times.
relay-crash: packages
	swift build $(SWIFT_FLAGS) --product kith-sim
	TMPDIR=$(SCRATCH) $(BUILD)/kith-sim relay-crash --kills 1000

# The power cut at every write, sync, truncation and removal of every operation, in three variants; every call that fails; memory that fails.
# SAMPLE=N: at most N points of each. SEED=N repeats a run; OPERATION=merge POINT=17: one point.
crash-points: packages
	swift build $(SWIFT_FLAGS) --product kith-crash
	TMPDIR=$(SCRATCH) $(BUILD)/kith-crash --seed $(SEED) $(SAMPLE:%=--sample %) $(OPERATION:%=--only %) $(POINT:%=--point %)

# The relay's program, killed under load, searched in its memory, flooded, with a full disk, watched through, and on a wire of its own.
relay-program: build
	python3 Tests/relay-program.py $(BUILD)

# The second reader: every fixture, and a community whose program is gone.
rescue: build
	@sh Tests/packages.sh python3-cryptography
	$$(python3 -c 'import cryptography' 2>/dev/null && echo python3 || echo /usr/bin/python3) Tests/rescue.py $(BUILD)/kith

# The rooms from bottom to top, who uses whose types, circles, and names that break the rules. ROOM=Store: the files of one.
structure:
	@python3 Tests/structure.py $(ROOM)

# The rules as executable models: random histories, and each rule broken in turn.
models:
	@for model in Tests/Models/*.py; do echo "$$model"; python3 $$model && python3 $$model mutants || exit 1; done

# Each rule of causal soundness broken in turn; each must be found. MUTANTS_FOLDER: a build folder whose packages serve; our own modules in
# it are made anew.
mutants: packages
	TMPDIR=$(SCRATCH) sh Tests/mutants.sh $(MUTANTS_FOLDER)

# The page in a real browser; what it needs lies in Debian's packages and in .build-page-test. CASES='lock tabs': some of it.
test-page: build
	sh Tests/page.sh $(BUILD)/kith .build-page-test $(CASES)

# Relays on PostgreSQL, which it installs, starts on loopback, and stops: the suite of relay stores, live push between two relays, one of two
# killed under load, a database that goes away, is restored. In a build without the trait Postgres these tests do not exist.
test-postgres:
ifeq ($(TRAITS),Postgres)
	@sh Tests/packages.sh libpq-dev
	swift build $(SWIFT_FLAGS) --build-tests
	TMPDIR=$(SCRATCH) sh Tests/postgres.sh swift test $(SWIFT_FLAGS) --skip-build --filter 'SpaceStoreTests|PostgresRelayTests'
else
	$(MAKE) test-postgres TRAITS=Postgres
endif

# Other clients of the engine, which see what is public and nothing else: a package of its own with its tests, the same from Python, and a
# package outside the repository, made from the tutorial. EXAMPLE_FOLDER: a build folder whose packages serve; our own modules in it are
# made anew.
example: packages
	swift build $(SWIFT_FLAGS) --product kith
	swift build $(EXAMPLE_FLAGS) --build-tests
	swift test $(EXAMPLE_FLAGS) --skip-build
	python3 Examples/python/garden.py $(BUILD)/kith $(EXAMPLE_FOLDER)/release/garden
	sh Tests/outside.sh $(EXAMPLE_FOLDER)

# The library's pages; a warning is an error.
docs: packages
	swift build $(SWIFT_FLAGS) --target Kith
	sh Tests/docs.sh $(BUILD) $(BUILD_FOLDER)/docs

install: build
	install -D -m 755 $(BUILD)/kith $(DESTDIR)$(PREFIX)/bin/kith

# Two packages for this kind of machine, kith for laptops and kith-relay for servers, the list of what they are made of, and a check that they
# install. With TRAITS=Postgres the relay can use PostgreSQL too. They are built for it in a folder of their own, without a trace of where, so
# that the same sources give the same bytes; PROGRAMS=FOLDER packs programs that are built already.
PROGRAMS ?=
DEB_FOLDER := .build-deb$(addprefix -,$(TRAITS))
DEB_FLAGS := -c release --explicit-target-dependency-import-check error $(if $(TRAITS),--traits $(TRAITS)) --scratch-path $(DEB_FOLDER) \
	-Xcc -ffile-prefix-map=$(CURDIR)=. -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=.
DEB_TOOLS := dpkg-dev binutils chrpath lintian desktop-file-utils shared-mime-info libxml2-utils groff-base systemd

deb: packages
	@sh Tests/packages.sh $(DEB_TOOLS)
	$(if $(PROGRAMS),,swift build $(DEB_FLAGS) --product kith)
	$(if $(PROGRAMS),,swift build $(DEB_FLAGS) --product kith-relay)
	sh Packaging/deb.sh $(or $(PROGRAMS),$(DEB_FOLDER)/release) $(BUILD_FOLDER) $(TRAITS)
	sh Packaging/check.sh $(BUILD_FOLDER)

# The same of the programs of every day: packed twice in two folders and compared to the byte, then examined and installed into a folder. Under
# a minute.
check-deb: $(if $(PROGRAMS),,build)
	@sh Tests/packages.sh $(DEB_TOOLS)
	sh Packaging/twice.sh $(or $(PROGRAMS),$(BUILD)) $(BUILD_FOLDER)/packages $(TRAITS)
	sh Packaging/check.sh $(BUILD_FOLDER)/packages

# Both packages in a Debian 12 of its own, which it makes: installed, used as people and operators do, the service under
# systemd, upgraded from the single package of once, removed and purged. Needs root and Debian's archive; some five minutes.
test-deb: check-deb
	@sh Tests/packages.sh debootstrap curl systemd-container
	sh Tests/bare-root.sh $(BUILD_FOLDER)/packages

packages:
	@sh Tests/packages.sh $(if $(TRAITS),libpq-dev)

clean:
	rm -rf .build .build-deb .build-deb-Postgres .build-example .build-mutants .build-Postgres .build-page-test
