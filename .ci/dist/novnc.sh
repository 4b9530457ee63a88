#!/bin/sh
# Brings the viewer of the console into the module's assets: the core of noVNC as its authors publish it, nothing changed, in
# the one version that Console/Page.php names, with its licence (MPL-2.0). Usage: .ci/dist/novnc.sh
set -eu
cd "$(dirname "$0")/../.."

version=1.7.0
sum=b9c1093b1e13d9abc844295ea1d93b6286d98f93b619ad8078b7d0ebd03fca31bd1c76dadbe3c38304a437716db6b986fbbd191b1db5b0494d168b8ad77473c8
to=php/modules/servers/proxmoxkvm/assets/novnc-$version

[ ! -f "$to/core/rfb.js" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if command -v npm >/dev/null; then
    (cd "$work" && npm pack --silent "@novnc/novnc@$version" >/dev/null && mv novnc-novnc-*.tgz novnc.tgz)
else
    curl --proto '=https' --tlsv1.2 -fsSL -o "$work/novnc.tgz" \
        "https://registry.npmjs.org/@novnc/novnc/-/novnc-$version.tgz"
fi
echo "$sum  $work/novnc.tgz" | sha512sum --check --quiet
tar -xzf "$work/novnc.tgz" -C "$work"
mkdir "$work/novnc"
for part in core vendor AUTHORS LICENSE.txt docs/LICENSE.MPL-2.0; do
    mv "$work/package/$part" "$work/novnc/"
done
chmod -R u=rwX,go=rX "$work/novnc"
rm -rf "$to"
mv "$work/novnc" "$to"
