#!/usr/bin/env python3
"""Packs target/dist/proxmoxkvm-<version>.zip, to be unpacked over the root of WHMCS.

    .ci/dist/pack.py [--native FOLDER] [--list]

The same commit and the same libraries give the same bytes: files of git only, sorted, with the time of the commit.
--list prints the entries and packs nothing (no library needed).
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SERVER = "modules/servers/proxmoxkvm"
NATIVE = f"{SERVER}/lib/native"
SUMS, SBOM, LICENCES = f"{NATIVE}/SHA256SUMS", f"{SERVER}/sbom.cdx.json", f"{SERVER}/THIRD-PARTY-LICENSES.txt"
LICENCE_FILE = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
TARGET = "x86_64-unknown-linux-gnu"


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def version():
    return re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE).group(1)


def module_files():
    """Path in the archive => file of this checkout, as git knows them: what lies about is not packed."""
    files = output("git", "ls-files", "-z", "--", "php/modules").split("\0")
    return {name.removeprefix("php/"): ROOT / name for name in files if name and (ROOT / name).is_file()}


def viewers():
    """noVNC and xterm.js, which no commit holds: .ci/dist/viewers.sh has brought and checked them."""
    folder = ROOT / f"php/{SERVER}/assets"
    found = sorted(path for name in ("novnc", "xterm") for path in folder.glob(f"{name}-*/**/*") if path.is_file())
    return {str(path.relative_to(ROOT / "php")): path for path in found}


def viewer_component(scope, name, key, licence):
    """A viewer as .ci/dist/viewers.sh pins it."""
    script = (ROOT / ".ci/dist/viewers.sh").read_text()
    pinned = (re.search(rf"^{key}_{what}=(\S+)$", script, re.MULTILINE).group(1) for what in ("version", "sum"))
    number, checksum = pinned
    purl = f"pkg:npm/%40{scope}/{name}@{number}"
    return {"type": "library", "bom-ref": purl, "name": f"@{scope}/{name}", "version": number, "purl": purl,
            "licenses": [{"expression": licence}], "hashes": [{"alg": "SHA-512", "content": checksum}]}


def viewer_components():
    """All of them."""
    mit = (("xterm", "xterm", "xterm", "MIT"), ("xterm", "addon-fit", "fit", "MIT"))
    return [viewer_component(*pinned) for pinned in (("novnc", "novnc", "novnc", "MPL-2.0"), *mit)]


def texts():
    """The documentation: beside the module and not in the root of WHMCS, whose own files may have these names."""
    names = output("git", "ls-files", "-z", "--", ":(glob)*.md", "LICENSE", "docs").split("\0")
    return {f"{SERVER}/{name}": ROOT / name for name in names if name and (ROOT / name).is_file()}


def linked_crates():
    """Packages of cargo's metadata that are linked into the library: neither build nor test dependencies."""
    command = ("cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET)
    metadata = json.loads(output(*command))
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    own = next(name for name, package in packages.items() if package["name"] == "proxmoxkvm")
    seen, todo = set(), [own]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        kinds = ((dep["pkg"], [kind["kind"] for kind in dep["dep_kinds"]]) for dep in nodes[name]["deps"])
        # a procedural macro runs in the compiler; it stays in the list, because parts of what it writes are its own
        todo += [dep for dep, kind in kinds if None in kind]
    key = lambda package: (package["name"], package["version"])
    return sorted((packages[name] for name in seen if name != own), key=key), packages[own]


def checksums():
    """SHA-256 of each crate, from Cargo.lock."""
    found = re.findall(r'name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"', (ROOT / "Cargo.lock").read_text())
    return {(name, number): checksum for name, number, checksum in found}


def sbom(crates, own, libraries, when):
    sums = checksums()
    component = lambda crate: {
        "type": "library",
        "bom-ref": f"pkg:cargo/{crate['name']}@{crate['version']}",
        "name": crate["name"],
        "version": crate["version"],
        "purl": f"pkg:cargo/{crate['name']}@{crate['version']}",
        "licenses": [{"expression": (crate["license"] or "NOASSERTION").replace("/", " OR ")}],
        "hashes": [{"alg": "SHA-256", "content": sums[crate["name"], crate["version"]]}],
    }
    rust = output("rustc", "--version").split()[1]
    files = [
        {"type": "file", "bom-ref": f"file:{name}", "name": name,
         "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}]}
        for name, content in sorted(libraries.items())
    ]
    std = {"type": "library", "bom-ref": "rust-std", "name": "std", "version": rust,
           "licenses": [{"expression": "MIT OR Apache-2.0"}]}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
            "component": {"type": "application", "bom-ref": "proxmoxkvm", "name": "proxmoxkvm",
                          "version": own["version"], "licenses": [{"expression": own["license"]}]},
        },
        "components": [component(crate) for crate in crates] + [std, *viewer_components()] + files,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def licences(crates):
    """Every licence text once, with the crates that it is of."""
    texts, lines = {}, ["The library libproxmoxkvm.so holds parts of the following Rust crates.", ""]
    for crate in crates:
        folder = pathlib.Path(crate["manifest_path"]).parent
        names = {path for path in folder.iterdir() if path.is_file() and LICENCE_FILE.match(path.name)}
        if crate["license_file"]:
            names.add(folder / crate["license_file"])
        title = f"{crate['name']} {crate['version']}"
        lines.append(f"{title}: {crate['license']}" + ("" if names else " (brings no text of its own)"))
        for path in sorted(names):
            text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
            texts.setdefault(text, []).append(title)
    for text, titles in sorted(texts.items(), key=lambda item: item[1]):
        lines += ["", "=" * 100, ", ".join(titles), "=" * 100, "", text]
    return "\n".join(lines) + "\n"


def native_entries(native):
    return {
        f"{NATIVE}/{path.parent.name}/{path.name}": path.read_bytes()
        for path in sorted(pathlib.Path(native).glob("*/libproxmoxkvm.so"))
    }


def main(arguments):
    listing = "--list" in arguments
    native = arguments[arguments.index("--native") + 1] if "--native" in arguments else ROOT / "target/dist/native"
    files = module_files() | texts()
    seen = viewers()
    if listing:
        platform = f"{NATIVE}/<platform>"
        generated = [f"{platform}/libproxmoxkvm.so", f"{platform}/proxmoxkvm.h", SUMS, SBOM, LICENCES]
        print("\n".join(sorted([*files, *seen, *generated])))
        return
    libraries = native_entries(native)
    if not libraries:
        sys.exit(f"there is no library in {native}: run .ci/dist/build.sh first")
    if not any("/novnc-" in name for name in seen) or not any("/xterm-" in name for name in seen):
        sys.exit("the viewers of consoles are missing: run .ci/dist/viewers.sh first")
    files |= seen
    when = int(os.environ.get("SOURCE_DATE_EPOCH") or output("git", "log", "-1", "--format=%ct"))
    crates, own = linked_crates()
    header = (ROOT / "include/proxmoxkvm.h").read_bytes()
    headers = {str(pathlib.PurePosixPath(name).parent / "proxmoxkvm.h"): header for name in libraries}
    content = {entry: path.read_bytes() for entry, path in files.items()} | libraries | headers
    of_native = lambda name: name.removeprefix(NATIVE + "/")
    content[SUMS] = "".join(
        f"{hashlib.sha256(bytes_).hexdigest()}  {of_native(name)}\n" for name, bytes_ in sorted((libraries | headers).items())
    ).encode()
    content[SBOM] = sbom(crates, own, libraries, when).encode()
    content[LICENCES] = licences(crates).encode()

    archive = ROOT / f"target/dist/proxmoxkvm-{version()}.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    # the time has steps of two seconds and no zone in a zip
    stamp = time.gmtime(max(when, 315532800))[:6]
    with zipfile.ZipFile(archive, "w") as packed:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, stamp)
            entry.external_attr, entry.create_system = 0o100644 << 16, 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content[name], compresslevel=9)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (archive.parent / (archive.name + ".sha256")).write_text(f"{digest}  {archive.name}\n")
    print(f"{archive.relative_to(ROOT)}: {len(content)} files, {archive.stat().st_size} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main(sys.argv[1:])
