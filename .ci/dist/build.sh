#!/usr/bin/env bash
# Builds the library for every target of .ci/dist/targets.txt whose Rust target is installed, checks each, and puts them
# into target/dist/native/<platform>/. Says plainly what was not built. Usage: .ci/dist/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

root=$PWD
.ci/dist/viewers.sh
tools=${DIST_TOOLS:-$root/target/dist-tools}
out=$root/target/dist/native
sysroot=$(rustc --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}

# the linker: zig knows the symbols of every older glibc, so that a new machine builds for old ones
if [ ! -x "$tools/bin/cargo-zigbuild" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r .ci/dist/tools.txt
fi
export PATH="$tools/bin:$PATH"

# nothing of this machine goes into the library: neither where it was built nor when
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
remap="--remap-path-prefix=$root=/proxmoxkvm --remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$sysroot=/rust"
export CFLAGS="-ffile-prefix-map=$root=/proxmoxkvm -ffile-prefix-map=$cargo_home=/cargo"
export CARGO_TARGET_DIR=$root/target/dist-build CARGO_INCREMENTAL=0

# The newest version of glibc's symbols that a library needs must not be newer than promised.
check_symbols() {
    local needed
    needed=$(objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1)
    if [ "$(printf '%s\n%s\n' "$needed" "$2" | sort -V | tail -n 1)" != "$2" ]; then
        echo "$1 needs GLIBC_$needed, promised is $2:" >&2
        objdump -T "$1" | grep "GLIBC_$needed" >&2
        exit 1
    fi
    echo "$1: newest symbol GLIBC_$needed, promised $2"
}

# A path of this machine in the library would betray it and make two builds differ.
check_paths() {
    local path
    for path in "$root" "$cargo_home" "$sysroot"; do
        if grep -qF "$path" "$1"; then
            echo "$1 holds the path $path" >&2
            exit 1
        fi
    done
}

# A library for another processor answers once under qemu before it ships.
check_runs() {
    local platform=$1 zig_target=$2 emulator=$3 libc=$4
    case "$platform" in "$(uname -m)"-*) run=() ;; *) run=("$emulator" -L "$libc") ;; esac
    if [ ${#run[@]} -ne 0 ] && { ! command -v "$emulator" >/dev/null || [ ! -d "$libc" ]; }; then
        echo "$platform: built and not run: there is no $emulator with a C library in $libc here" >&2
        exit 1
    fi
    python3 -m ziglang cc -target "$zig_target" -o "$out/$platform/answers" .ci/dist/answers.c -ldl
    "${run[@]}" "$out/$platform/answers" "$out/$platform/libproxmoxkvm.so"
    rm -f "$out/$platform/answers"
}

rm -rf "$out"
while read -r platform target glibc emulator libc; do
    if [ ! -d "$(rustc --print target-libdir --target "$target" 2>/dev/null)" ]; then
        echo "not built: $platform (this Rust has no standard library for $target: rustup target add $target)"
        continue
    fi
    zig=${target/-unknown/}
    if [ "$glibc" = - ]; then
        RUSTFLAGS="$remap -C target-feature=-crt-static" cargo zigbuild --quiet --release --locked --lib --target "$target"
    else
        zig=$zig.$glibc
        RUSTFLAGS="$remap" cargo zigbuild --quiet --release --locked --lib --target "$target.$glibc"
    fi
    mkdir -p "$out/$platform"
    cp "$CARGO_TARGET_DIR/$target/release/libproxmoxkvm.so" "$out/$platform/"
    [ "$glibc" = - ] || check_symbols "$out/$platform/libproxmoxkvm.so" "$glibc"
    check_paths "$out/$platform/libproxmoxkvm.so"
    check_runs "$platform" "$zig" "$emulator" "$libc"
    echo "built: $platform"
done < <(grep -v '^#' .ci/dist/targets.txt)
