"""A straightforward client: one step after the other, a look at a task every second."""
import json
import sys
import time
import warnings

from proxmoxer import ProxmoxAPI

warnings.simplefilter("ignore")
request = json.loads(sys.argv[1])
user, token = request["token"].split("!")
api = ProxmoxAPI("127.0.0.1", port=request["port"], user=user, token_name=token,
                 token_value=request["secret"], verify_ssl=False)


def wait(upid):
    if not isinstance(upid, str) or not upid.startswith("UPID:"):
        return
    while True:
        status = api.nodes("pve1").tasks(upid).status.get()
        if status["status"] == "stopped":
            assert status["exitstatus"] == "OK", status
            return
        time.sleep(request["poll_s"])


start = time.perf_counter()
vmid = int(api.cluster.nextid.get())
wait(api.nodes("pve1").qemu(9000).clone.post(newid=vmid, name="peer", full=1))
vm = api.nodes("pve1").qemu(vmid)
vm.config.get()
wait(vm.config.post(
    cores=2, memory=1024, net0="virtio,bridge=vmbr0,tag=10,rate=12.5,firewall=1", ciuser="admin",
    cipassword="Ab3dE5gH1j", ipconfig0="ip=10.0.0.10/20,gw=10.0.0.1", nameserver="192.0.2.53", onboot=1))
config = vm.config.get()
disk = next(key for key in ("scsi0", "virtio0", "sata0", "ide0") if key in config)
wait(vm.config.post(**{disk: config[disk] + ",mbps_rd=100,mbps_wr=80,iops_rd=1000,iops_wr=800"}))
wait(vm.resize.put(disk=disk, size="8G"))
vm.firewall.options.put(enable=1, ipfilter=1)
vm.firewall.ipset.post(name="ipfilter-net0")
vm.firewall.ipset("ipfilter-net0").post(cidr="10.0.0.10")
vm.firewall.rules.post(type="out", action="REJECT", proto="tcp", dport="25", enable=1)
vm.firewall.rules.post(type="in", action="ACCEPT", macro="Ping", enable=1)
vm.firewall.rules.post(type="in", action="ACCEPT", proto="tcp", dport="22", enable=1)
wait(vm.status.start.post())
assert vm.status.current.get()["status"] == "running"
print(json.dumps({"seconds": time.perf_counter() - start}))
