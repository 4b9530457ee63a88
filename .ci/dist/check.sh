#!/usr/bin/env bash
# Builds the archive twice, here and in a fresh checkout of the same commit in another directory, and compares the bytes.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! git diff --quiet HEAD -- || [ -n "$(git status --porcelain --untracked-files=normal)" ]; then
    echo "commit first: the second build is made from the commit" >&2
    exit 1
fi
make dist
name=$(cd target/dist && ls -t proxmoxkvm-*.zip | head -n 1)
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
git clone --quiet . "$elsewhere/another-place"
DIST_TOOLS=$PWD/target/dist-tools make --no-print-directory -C "$elsewhere/another-place" dist
cmp "target/dist/$name" "$elsewhere/another-place/target/dist/$name"
echo "two builds in two directories: the same bytes, $(sha256sum <"target/dist/$name" | cut -d' ' -f1)"
