#!/usr/bin/env bash
# Installs the archive in a fresh Debian of another release, made by debootstrap, and plays doctor and the life of a VM
# there against the simulator: its php-fpm, nginx and MariaDB, its C library. As root, with `make test`'s packages on
# this machine. Usage: .ci/dist/debootstrap.sh <suite>   (jammy: PHP 8.1, noble: 8.3, trixie: 8.4; CHROOT=<folder> keeps it)
set -euo pipefail
cd "$(dirname "$0")/../.."

suite=${1:-trixie}
mirror=http://deb.debian.org/debian components=main options=() script=()
case "$suite" in
bookworm) php=8.2 ;;
trixie) php=8.4 ;;
jammy) php=8.1 ;;
noble) php=8.3 ;;
*) echo "PHP of $suite is not known here" >&2; exit 2 ;;
esac
case "$suite" in
jammy | noble)
    # Ubuntu; Debian has no keys for it, and this root is thrown away
    mirror=http://archive.ubuntu.com/ubuntu components=main,universe options=(--no-check-gpg)
    script=(/usr/share/debootstrap/scripts/gutsy)
    ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "run it as root: debootstrap and chroot need it" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "install debootstrap first" >&2; exit 1; }
archive=$(ls -t target/dist/proxmoxkvm-*.zip | head -n 1)

made=""
if [ -z "${CHROOT:-}" ]; then
    made=$(mktemp -d)
    CHROOT=$made/$suite
fi
leave() {
    for place in "$PWD" usr/share/php proc dev; do
        mountpoint -q "$CHROOT/${place#/}" && umount -l "$CHROOT/${place#/}"
    done
    [ -z "$made" ] || rm -rf --one-file-system "$made"
}
trap leave EXIT

packages="ca-certificates unzip procps nginx-light mariadb-server libfcgi-bin php$php-cli php$php-fpm php$php-sqlite3"
packages="$packages php$php-mysql php$php-mbstring php$php-curl php$php-xml"
if [ ! -d "$CHROOT/etc" ]; then
    debootstrap --variant=minbase --components="$components" "${options[@]}" "$suite" "$CHROOT" "$mirror" "${script[@]}" \
        >"$CHROOT.log" || { tail "$CHROOT.log" >&2; exit 1; }
fi
# no service may start by itself and take a port
printf '#!/bin/sh\nexit 101\n' >"$CHROOT/usr/sbin/policy-rc.d"
chmod 755 "$CHROOT/usr/sbin/policy-rc.d"
printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$CHROOT/etc/hosts"
mkdir -p "$CHROOT/usr/share/php" "$CHROOT$PWD"
mount --bind /proc "$CHROOT/proc"
mount --bind /dev "$CHROOT/dev"
# shellcheck disable=SC2086 # a list of words
chroot "$CHROOT" env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null"

# the stand-in of WHMCS and its tests are this machine's; what is tested comes out of the archive
mount --bind "$PWD" "$CHROOT$PWD"
mount --bind /usr/share/php "$CHROOT/usr/share/php"
cp /usr/bin/phpunit "$CHROOT/usr/local/bin/phpunit"
find php -name '*.php' -print0 | chroot "$CHROOT" sh -c "cd '$PWD' && xargs -0 -n1 php -l" | grep -v '^No syntax errors' &&
    { echo "syntax errors in PHP $php" >&2; exit 1; }
chroot "$CHROOT" env ARCHIVE="$PWD/$archive" PVESIM="$PWD/target/debug/pvesim" sh -c \
    "cd '$PWD' && php --version | head -n 1 && ldd --version | head -n 1 &&
     php -d error_reporting='E_ALL & ~E_DEPRECATED' /usr/local/bin/phpunit --configuration tests/php/phpunit.xml \
        --filter 'Stack.(InstalledTest|LifeTest)'"
echo "$archive works on $suite with PHP $php"
