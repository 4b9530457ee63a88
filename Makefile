# Two commands do everything on a fresh Debian 12: `make demo` and `make test`.
.PHONY: demo test test-core test-pages test-stack check lint soak pairs walks power stand-in races kills nodes fuzz miri valgrind deny bench dns-bench setup-demo setup-test dist dist-check \
	dist-try dist-debootstrap mariadb docs pictures texts stamp

demo: setup-demo
	cargo build --quiet --release --package proxmoxkvm --package pvesim
	php tests/demo/demo.php target/release/pvesim --scale 0.3

# The core's tests and those of PHP run side by side: these mostly wait, those mostly compute.
test: setup-test lint
	cargo build --quiet --workspace
	cargo test --quiet --workspace --no-run
	$(MAKE) --no-print-directory --jobs 3 --output-sync=target test-core test-pages test-stack
	VALGRIND=1 cargo test --test behaviour a_c_program
	cargo test --features dummy-action --test behaviour -- dummy:: crash::every_other
	cargo build --quiet --workspace

test-core:
	cargo test --workspace
	STORE=mariadb MOMENTS=9 cargo test --test behaviour -- store:: crash:: races::

test-pages:
	phpunit --configuration tests/php/phpunit.xml --testsuite unit
	phpunit --configuration tests/php/phpunit.xml --testsuite core

test-stack:
	phpunit --configuration tests/php/phpunit.xml --testsuite stack
	phpunit --configuration tests/php/phpunit.xml --testsuite forbidden
	# without those that no database changes
	TEST_DATABASE=strict phpunit --configuration tests/php/phpunit.xml --testsuite unit --exclude-group once

# What a reviewer should not have to say: format, lints, documentation, a fresh header, PSR-12, texts in all languages.
lint: setup-test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --no-deps --quiet --package proxmoxkvm
	cargo build --quiet --workspace
	git diff --exit-code -- include || { echo "include/proxmoxkvm.h was stale: commit the fresh one"; exit 1; }
	phpcs --standard=tests/php/phpcs.xml
	php tests/lang/check.php

# The parts of docs/ that the code says itself.
docs:
	UPDATE_DOCS=1 cargo test --quiet --test behaviour -- docs:: catalogue

# The pictures of docs/, from the real pages.
pictures: setup-test
	cargo build --quiet --workspace
	PICTURES=$(CURDIR)/docs/pictures phpunit --configuration tests/php/phpunit.xml --filter PicturesTest

# What machines see of the texts of all languages, one line each. LANGUAGE=german: of one.
LANGUAGE ?=
KEYS ?=
texts:
	php tests/lang/check.php $(LANGUAGE)

# After a translation: make stamp LANGUAGE=german; after a look at a stale one: KEYS="client_title".
stamp:
	php tests/lang/stamp.php $(LANGUAGE) $(KEYS)

# What to run before each commit: under a minute once everything is built. The first time it builds mago, for minutes.
MAGO := 1.29.0
check:
	mago --version 2>/dev/null | grep -qF $(MAGO) || CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
	    cargo install --quiet --locked mago@$(MAGO)
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- --deny warnings
	cargo test --quiet --lib
	cargo test --quiet --test behaviour -- layers:: docs:: problems::
	phpcs --standard=tests/php/phpcs.xml -q
	mago --workspace . --config tests/php/mago.toml analyze
	phpunit --configuration tests/php/phpunit.xml --testsuite unit --filter 'StructureTest|LangTest|TranslationTest|PluralTest|FunctionsTest'
	php tests/lang/check.php

# Long runs, each repeatable by its number: make soak SEEDS=200, make soak SEED=17; STORE=mariadb make soak. Sequences of
# snapshots: make soak SEQUENCES=10000, make soak SEQUENCE=17. A day of scheduled backups: make soak SERVICES=10000 NODES=20
SEEDS ?= 200
SEED ?=
SEQUENCES ?= 10000
SEQUENCE ?=
SERVICES ?= 1000
NODES ?= 20
KILLS ?= 300
soak:
	SOAK_SEEDS=$(SEEDS) SOAK_SEED=$(SEED) SOAK_SEQUENCES=$(SEQUENCES) SOAK_SEQUENCE=$(SEQUENCE) \
		SOAK_SERVICES=$(SERVICES) SOAK_NODES=$(NODES) \
		cargo test --profile soak --test behaviour soak -- --nocapture

# What a dry run tells is what is done, for that many random pairs of package and VM, and a twelfth of so many lives; by all
# processors, each VM by its number.
PAIRS ?= 10000
pairs:
	PAIRS=$(PAIRS) cargo test --profile soak --test behaviour dry_run:: -- --nocapture

# Death, faults and lasting refusals at every request and commit of every operation; a usual test run plays every third.
# OPERATION=swap: of the rows whose name contains that.
OPERATION ?=
walks:
	$(if $(OPERATION),OPERATION="$(OPERATION)") MOMENTS=1 cargo test --profile soak --test behaviour -- --nocapture \
	    crash:: faults:: lasting:: removal:: dns::a_death

# The power fails so often in the life of a store, and what was not made durable is there, gone or torn.
POWER ?= 2000
power:
	POWER=$(POWER) cargo test --test power -- --nocapture

# Every switch of fakepve at every step of every operation: some minutes. A usual test run plays every ninth.
stand-in: setup-test
	STAND_IN_ALL=1 cargo test --test behaviour stand_in_steps -- --nocapture

# All tests of the core with their stores on MariaDB, and there a death, a lost connection and a deadlock at every
# commit. SERVER=mysql://root:password@host:port: on a server that is there already, a MySQL for example.
SERVER ?=
mariadb: setup-test
	$(if $(SERVER),DATABASE_SERVER=$(SERVER)) STORE=mariadb MOMENTS=1 cargo test --test behaviour --test dns

# Eight processes on one store, that many operations each.
RACES ?= 200
races:
	RACES=$(RACES) cargo test --test behaviour eight_processes -- --nocapture

# PHP killed that often in the life of an order: command line and php-fpm, SIGKILL and SIGTERM.
kills: setup-test
	cargo build --quiet --workspace
	KILLS=$(KILLS) phpunit --configuration tests/php/phpunit.xml --filter KillTest

# Three web servers with a cron each on one MariaDB, a php-fpm and a cron killed in the middle of that many orders.
CREATES ?= 500
nodes: setup-test
	cargo build --quiet --workspace
	CREATES=$(CREATES) phpunit --configuration tests/php/phpunit.xml --filter NodesTest

# Looks for bytes that no target takes (needs a nightly Rust); what it finds belongs into tests/fuzz/corpus.
SECONDS ?= 60
FUZZ_TARGETS := request address_lines access_hash package rules config upid answers dns console websocket
fuzz:
	cargo fuzz --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-fuzz
	set -e; for target in $(FUZZ_TARGETS); do mkdir -p target/fuzz/found/$$target; \
	    CARGO_TARGET_DIR=target/fuzz cargo +nightly fuzz run --fuzz-dir tests/fuzz $$target \
	    target/fuzz/found/$$target tests/fuzz/corpus/$$target -- -max_total_time=$(SECONDS) -print_final_stats=1 \
	    -rss_limit_mb=4096 -max_len=65536 -artifact_prefix=target/fuzz/; done

# Undefined behaviour in what is pure (needs a nightly Rust with miri): all unit tests but those of the store, which is C.
# What walks too far for it is shorter there, or says at the test why it is left out.
miri:
	cargo +nightly miri --version >/dev/null 2>&1 || rustup component add --toolchain nightly miri rust-src
	CARGO_TARGET_DIR=target/miri MIRIFLAGS="-Zmiri-disable-isolation" \
	    cargo +nightly miri test --lib -- --skip store::

# The life of a C program and of PHP under valgrind: no error, nothing lost.
valgrind: setup-test
	cargo build --quiet --workspace
	VALGRIND=1 cargo test --test behaviour a_c_program -- --nocapture
	VALGRIND=1 phpunit --configuration tests/php/phpunit.xml --filter ValgrindTest

# Licences, bans and sources of everything that is linked into the library; advisories too where the network allows.
deny:
	cargo deny --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-deny
	cargo deny check licenses bans sources
	if timeout 30 git ls-remote --quiet https://github.com/RustSec/advisory-db HEAD >/dev/null 2>&1; then cargo deny check advisories; \
	else echo "not looked at: RustSec's advisories, which cannot be reached from here"; fi

# What it costs, beside its peers and the limits of Proxmox VE: a table, and target/bench.json. QUICK=1: two minutes.
bench: setup-test
	cargo build --quiet --release --package proxmoxkvm --package bench
	[ -x target/bench-py/bin/python ] || python3 -m venv target/bench-py
	target/bench-py/bin/pip install --quiet --disable-pip-version-check proxmoxer==2.3.0 requests==2.34.2
	! command -v npm >/dev/null || npm install --silent --no-audit --no-fund --prefix target/bench-js proxmox-api@1.1.1
	target/release/bench

# What a hoster unpacks over WHMCS: target/dist/proxmoxkvm-<version>.zip. Says what could not be built here.
dist:
	.ci/dist/build.sh
	.ci/dist/pack.py

# The same twice, in two directories: the same bytes.
dist-check:
	.ci/dist/check.sh

# The archive, installed and lived with on this machine: doctor, life of a VM.
dist-try: dist
	cargo build --quiet --workspace
	ARCHIVE=$$(ls -t $(CURDIR)/target/dist/proxmoxkvm-*.zip | head -n 1) phpunit --configuration tests/php/phpunit.xml \
	    --filter 'Stack.(InstalledTest|LifeTest)'

# From the zip, as the README says, in a fresh system made by debootstrap (as root; SUITE=jammy, noble, trixie).
SUITE ?= trixie
dist-debootstrap: dist
	cargo build --quiet --package pvesim
	.ci/dist/debootstrap.sh $(SUITE)

# A thousand services re-synchronised at a PowerDNS whose zone has ten thousand records: requests for each run.
dns-bench: setup-test
	cargo test --release --test dns a_thousand_services -- --ignored --nocapture

setup-demo:
	tests/setup/install.sh demo

setup-test:
	tests/setup/install.sh test
