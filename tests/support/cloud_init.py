"""What the cloud-init of Debian makes of a drive's data: user-data and network from stdin (JSON), or the folder of a seed, which
its datasource NoCloud reads; what it takes to stdout."""

import json
import sys

from cloudinit import helpers, util
from cloudinit.distros import ug_util
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


given = json.load(sys.stdin)
meta = {}
if "seed" in given:
    given["user"], network, meta = of_seed(given["seed"])
else:
    network = util.load_yaml(given["network"])
config = util.load_yaml(given["user"], default=None)
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
        "addresses": [f"{subnet['address']}/{subnet['prefix']}" for subnet in subnets],
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
