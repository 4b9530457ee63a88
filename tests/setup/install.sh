#!/bin/sh
# Installs what `make demo` and `make test` need on Debian 12, as root or through sudo.
# Usage: tests/setup/install.sh demo|test
set -eu

RUST_WANTED=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
DEMO="gcc libc6-dev php8.2-cli php8.2-sqlite3 php8.2-curl php8.2-mbstring php-illuminate-database"
TEST="$DEMO php8.2-fpm php8.2-mysql php8.2-xml phpunit php-codesniffer libfcgi-bin python3-venv openssl binutils unzip
  mariadb-server galera-4 rsync nginx apache2 libapache2-mod-php8.2 smarty3 smarty4 chromium curl libjs-bootstrap libjs-bootstrap4
  pdns-server pdns-backend-sqlite3 bind9 bind9-dnsutils valgrind qemu-system-x86 cloud-init
  genisoimage libarchive-tools iptables ipset iproute2"

case "${1:-}" in
demo) packages=$DEMO ;;
test) packages=$TEST ;;
*) echo "usage: $0 demo|test" >&2; exit 2 ;;
esac

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "Please run as root, or install sudo: these packages are missing:$missing" >&2; exit 1; }
        as_root="sudo"
    fi
    echo "Installing:$missing"
    # the tests start private instances: none of these services should start by itself and take a port
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
        $as_root chmod 755 $policy
        # shellcheck disable=SC2064 # both are known now
        trap "$as_root rm -f $policy" EXIT
    fi
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    # it is asked what it makes of a drive, and sets up nothing here
    case "$missing" in *cloud-init*) $as_root touch /etc/cloud/cloud-init.disabled ;; esac
fi

rust_hint="install it with: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y && . \"\$HOME/.cargo/env\""
found=$(rustc --version 2>/dev/null | sed 's/^rustc \([0-9.]*\).*/\1/')
if ! command -v cargo >/dev/null || [ -z "$found" ]; then
    echo "Rust $RUST_WANTED or newer is needed and there is none; $rust_hint" >&2
    exit 1
fi
if [ "$(printf '%s\n%s\n' "$RUST_WANTED" "$found" | sort -V | head -n 1)" != "$RUST_WANTED" ]; then
    echo "Rust $RUST_WANTED or newer is needed and this is $found; $rust_hint" >&2
    exit 1
fi

# fakepve is an independent stand-in for Proxmox VE (AGPL): a process of its own, never linked
if [ "$1" = test ] && [ ! -x target/fakepve/bin/fakepve ]; then
    python3 -m venv target/fakepve
    target/fakepve/bin/pip install --quiet --disable-pip-version-check "fakepve[crypto]==0.5.0"
fi

# axe looks for what keeps people from using a page; the tests run it in Chromium (MPL-2.0, only here). This package brings
# the file as it is
if [ "$1" = test ] && [ ! -f target/axe/axe.min.js ]; then
    target/fakepve/bin/pip download --quiet --disable-pip-version-check --no-deps --dest target/axe "axe-playwright-python==0.1.8"
    unzip -qoj target/axe/axe_playwright_python-0.1.8-*.whl axe_playwright_python/axe.min.js -d target/axe
fi

# the viewer of consoles, which no commit holds; what needs it is skipped without
if [ "$1" = test ]; then
    .ci/dist/viewers.sh || echo "the viewers could not be fetched: the tests of consoles in a browser are skipped" >&2
fi
