"""What the cloud-init of Debian makes of a drive's data: user-data and network from stdin (JSON), what it takes to stdout."""

import json
import sys

from cloudinit import util
from cloudinit.distros import ug_util
from cloudinit.net import network_state


class Distro:
    """The default user of an image, as /etc/cloud/cloud.cfg of Debian has it."""

    @staticmethod
    def get_default_user():
        return {"name": "debian", "lock_passwd": True}


given = json.load(sys.stdin)
config = util.load_yaml(given["user"], default=None)
users, _ = ug_util.normalize_users_groups(config, Distro())
user, _ = ug_util.extract_default(users)
state = network_state.parse_net_config_data(util.load_yaml(given["network"]))
subnets = [subnet for interface in state.iter_interfaces() for subnet in interface["subnets"]]
json.dump(
    {
        "user": user,
        "hostname": config["hostname"],
        "fqdn": config["fqdn"],
        "keys": config.get("ssh_authorized_keys", []),
        "password": config.get("password"),
        "addresses": [f"{subnet['address']}/{subnet['prefix']}" for subnet in subnets],
        "gateways": [subnet.get("gateway") for subnet in subnets],
        "resolvers": state.dns_nameservers,
        "search": state.dns_searchdomains,
    },
    sys.stdout,
)
