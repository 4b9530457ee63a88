# Two commands do everything on a fresh Debian 12: `make demo` and `make test`.
.PHONY: demo test lint soak kills fuzz setup-demo setup-test

demo: setup-demo
	cargo build --quiet --release --package proxmoxkvm --package pvesim
	php tests/demo/demo.php target/release/pvesim --scale 0.3

test: setup-test lint
	cargo test --workspace
	phpunit --configuration tests/php/phpunit.xml
	TEST_DATABASE=strict phpunit --configuration tests/php/phpunit.xml --testsuite unit

# What a reviewer should not have to say: format, lints, documentation, a fresh header, PSR-12.
lint: setup-test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --no-deps --quiet --package proxmoxkvm
	cargo build --quiet --workspace
	git diff --exit-code -- include || { echo "include/proxmoxkvm.h was stale: commit the fresh one"; exit 1; }
	phpcs --standard=tests/php/phpcs.xml

# Long runs, each repeatable by its number: make soak SEEDS=200, make soak SEED=17
SEEDS ?= 200
SEED ?=
KILLS ?= 300
soak:
	SOAK_SEEDS=$(SEEDS) SOAK_SEED=$(SEED) cargo test --test behaviour soak -- --nocapture

# PHP killed that often in the life of an order: command line and php-fpm, SIGKILL and SIGTERM.
kills: setup-test
	cargo build --quiet --workspace
	KILLS=$(KILLS) phpunit --configuration tests/php/phpunit.xml --filter KillTest

# Looks for bytes that no target takes (needs a nightly Rust); what it finds belongs into tests/fuzz/corpus.
SECONDS ?= 60
FUZZ_TARGETS := request address_lines access_hash package rules config upid answers dns
fuzz:
	cargo fuzz --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-fuzz
	set -e; for target in $(FUZZ_TARGETS); do mkdir -p target/fuzz/found/$$target; \
	    CARGO_TARGET_DIR=target/fuzz cargo +nightly fuzz run --fuzz-dir tests/fuzz $$target \
	    target/fuzz/found/$$target tests/fuzz/corpus/$$target -- -max_total_time=$(SECONDS) -print_final_stats=1 \
	    -rss_limit_mb=4096 -max_len=65536 -artifact_prefix=target/fuzz/; done

setup-demo:
	tests/setup/install.sh demo

setup-test:
	tests/setup/install.sh test
