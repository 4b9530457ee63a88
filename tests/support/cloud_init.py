"""What the cloud-init of Debian makes of a drive's data: user-data and network from stdin (JSON), or the folder of a seed, which
its datasource NoCloud reads; what it takes to stdout."""

import json
import sys
import tempfile

from cloudinit import handlers, helpers, user_data, util
from cloudinit.distros import ug_util
from cloudinit.handlers.cloud_config import CloudConfigPartHandler
from cloudinit.net import network_state
from cloudinit.sources import DataSourceNoCloud


class Distro:
    """The default user of an image, as /etc/cloud/cloud.cfg of Debian has it."""

    @staticmethod
    def get_default_user():
        return {"name": "debian", "lock_passwd": True}


def of_seed(folder):
    """The data of a seed, and its meta-data, as NoCloud finds them."""
    paths = helpers.Paths({"cloud_dir": folder, "run_dir": folder})
    found = DataSourceNoCloud.DataSourceNoCloud({"datasource": {"NoCloud": {"fs_label": None}}}, None, paths)
    assert found._get_data(), "no seed"
    return found.get_userdata_raw(), found.network_config, found.metadata


def merged(raw):
    """Its parts as they are merged, and the scripts among them."""
    if isinstance(raw, bytes):
        raw = raw.decode()
    if not raw.startswith("Content-Type: multipart/"):
        return util.load_yaml(raw, default=None), []
    folder = tempfile.mkdtemp()
    paths = helpers.Paths({"cloud_dir": folder, "run_dir": folder})
    config, scripts = CloudConfigPartHandler(paths), []

    def one(_data, filename, payload, headers):
        kind = headers["Content-Type"].split(";")[0]
        if kind == "text/cloud-config":
            config.handle_part(None, kind, filename, payload, None, headers)
        elif kind == "text/x-shellscript":
            scripts.append(payload if isinstance(payload, str) else payload.decode())

    handlers.walk(user_data.UserDataProcessor(paths).process(raw), one, None)
    return config.cloud_buf, scripts


given = json.load(sys.stdin)
meta = {}
if "seed" in given:
    given["user"], network, meta = of_seed(given["seed"])
else:
    network = util.load_yaml(given["network"])
config, scripts = merged(given["user"])
users, _ = ug_util.normalize_users_groups(config, Distro())
user, _ = ug_util.extract_default(users)
state = network_state.parse_net_config_data(network)
subnets = [subnet for interface in state.iter_interfaces() for subnet in interface["subnets"]]
json.dump(
    {
        "user": user,
        "hostname": config["hostname"],
        "fqdn": config.get("fqdn"),
        "instance": meta.get("instance-id"),
        "macs": [interface.get("mac_address") for interface in state.iter_interfaces()],
        "keys": config.get("ssh_authorized_keys", []),
        "password": config.get("password"),
        "config": config,
        "scripts": scripts,
        "users": users,
        "addresses": [f"{subnet['address']}/{subnet['prefix']}" for subnet in subnets if "address" in subnet],
        "gateways": [subnet.get("gateway") for subnet in subnets],
        "routes": [
            f"{route['network']}/{route['prefix']} via {route['gateway']}"
            for subnet in subnets
            for route in subnet.get("routes", [])
        ],
        "resolvers": state.dns_nameservers,
        "search": state.dns_searchdomains,
    },
    sys.stdout,
)
