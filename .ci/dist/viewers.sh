#!/bin/sh
# Brings the viewers of the console into the module's assets as their authors publish them, nothing changed, with their
# licences: the core of noVNC (MPL-2.0), and xterm.js with its addon for sizes (MIT). The versions are those that
# Console/Page.php names. Usage: .ci/dist/viewers.sh
set -eu
cd "$(dirname "$0")/../.."

assets=php/modules/servers/proxmoxkvm/assets
novnc_version=1.7.0
novnc_sum=b9c1093b1e13d9abc844295ea1d93b6286d98f93b619ad8078b7d0ebd03fca31bd1c76dadbe3c38304a437716db6b986fbbd191b1db5b0494d168b8ad77473c8
xterm_version=6.0.0
xterm_sum=4d0c037501adc300edfb67202832e7d0845a4b162ed6d4948e029aad20e450cd193624915c5a63c44b2f73f66073992ae68989f95d1af3f908336583dec30e62
fit_version=0.11.0
fit_sum=8d87204fac6d558867860c61dd08180e79cd3184dc7fc1256f1c45cd7d08668faf69b42a48f0230b7735c09aca079135f55c107a2f3d40289964ff3a0c23c5ee

[ ! -f "$assets/novnc-$novnc_version/core/rfb.js" ] || [ ! -f "$assets/xterm-$xterm_version/addon-fit.js" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetched SCOPE NAME VERSION SUM: the package, unpacked in $work/NAME
fetched() {
    if command -v npm >/dev/null; then
        (cd "$work" && npm pack --silent "@$1/$2@$3" >/dev/null && mv "$1-$2-$3.tgz" "$2.tgz")
    else
        curl --proto '=https' --tlsv1.2 -fsSL -o "$work/$2.tgz" "https://registry.npmjs.org/@$1/$2/-/$2-$3.tgz"
    fi
    echo "$4  $work/$2.tgz" | sha512sum --check --quiet
    mkdir "$work/$2"
    tar -xzf "$work/$2.tgz" -C "$work/$2" --strip-components=1
}

fetched novnc novnc "$novnc_version" "$novnc_sum"
fetched xterm xterm "$xterm_version" "$xterm_sum"
fetched xterm addon-fit "$fit_version" "$fit_sum"
mkdir "$work/to-novnc" "$work/to-xterm"
for part in core vendor AUTHORS LICENSE.txt docs/LICENSE.MPL-2.0; do
    mv "$work/novnc/$part" "$work/to-novnc/"
done
# many web servers know no type for .mjs, and browsers take no script without
mv "$work/xterm/lib/xterm.mjs" "$work/to-xterm/xterm.js"
mv "$work/addon-fit/lib/addon-fit.mjs" "$work/to-xterm/addon-fit.js"
mv "$work/xterm/css/xterm.css" "$work/xterm/LICENSE" "$work/to-xterm/"
mv "$work/addon-fit/LICENSE" "$work/to-xterm/LICENSE.addon-fit"
chmod -R u=rwX,go=rX "$work/to-novnc" "$work/to-xterm"
rm -rf "$assets/novnc-$novnc_version" "$assets/xterm-$xterm_version"
mv "$work/to-novnc" "$assets/novnc-$novnc_version"
mv "$work/to-xterm" "$assets/xterm-$xterm_version"
