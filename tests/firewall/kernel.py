"""Real packets through the kernel's own firewall, in a network namespace of its own.

Started by `unshare --net`. Two devices on a bridge stand for the guest's (`tap100i0`) and the node's (`fwln100i0`), as
Proxmox VE has them; frames are written into one, and what passes is read from the other. With `--try` it says whether the
machine allows it. Otherwise: cases as a list of JSON on the standard input, for each case a list of what passed.
"""

import fcntl
import ipaddress
import json
import os
import select
import struct
import subprocess
import sys

GUEST_MAC = bytes.fromhex("bc24110700a5")
OTHER_MAC = bytes.fromhex("bc2411070099")
FAR_MAC = bytes.fromhex("020000000001")
TAG = b"packet-%08d"


def run(*words, text=None):
    done = subprocess.run(words, input=text, text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit("%s: %s\n%s" % (" ".join(words), done.stderr, text or ""))


def device(name):
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, 0x400454CA, struct.pack("16sH", name.encode(), 0x1002))
    return handle


def set_up():
    handles = {name: device(name) for name in ("tap100i0", "fwln100i0")}
    # a node without any address of its own takes every address for one that goes to all
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "fwbr100i0", "type", "bridge", "forward_delay", "0", "stp_state", "0", "mcast_snooping", "0")
    for name in handles:
        run("ip", "link", "set", name, "master", "fwbr100i0")
        run("ip", "link", "set", name, "up")
    run("ip", "link", "set", "fwbr100i0", "up")
    for family in ("iptables", "ip6tables"):
        with open("/proc/sys/net/bridge/bridge-nf-call-%s" % family, "w") as switch:
            switch.write("1")
    return handles


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(packet, tag):
    source, dest = ipaddress.ip_address(packet["source"]), ipaddress.ip_address(packet["dest"])
    v6 = source.version == 6
    ports = struct.pack("!HH", packet.get("source_port", 0), packet.get("port", 0))
    kind = packet["what"]
    number = {"tcp": 6, "udp": 17, "icmp": 58 if v6 else 1}.get(kind) or packet["number"]

    def whole(check):
        check = struct.pack("!H", check)
        if kind == "tcp":
            flags = int(packet.get("flags", 2))
            return ports + struct.pack("!IIBBH", 1, 0, 0x50, flags, 1024) + check + b"\0\0" + tag
        if kind == "udp":
            return ports + struct.pack("!H", 8 + len(tag)) + check + tag
        if kind == "icmp":
            body = b"\0\7\0\1" if not v6 or packet["kind"] in (128, 129) else b"\0" * 20
            return struct.pack("!BB", packet["kind"], packet["code"]) + check + body + tag
        return b"\0\0\x08\0" + tag

    if kind in ("tcp", "udp") or (kind == "icmp" and v6):
        pseudo = source.packed + dest.packed
        length = len(whole(0))
        pseudo += struct.pack("!I3xB", length, number) if v6 else struct.pack("!xBH", number, length)
    else:
        pseudo = b""
    payload = whole(checksum(pseudo + whole(0))) if kind in ("tcp", "udp", "icmp") else whole(0)
    if v6:
        head = struct.pack("!IHBB", 6 << 28, len(payload), number, 255) + source.packed + dest.packed
    else:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, number, 0) + source.packed + dest.packed
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    guest = GUEST_MAC if packet["own_mac"] else OTHER_MAC
    macs = GUEST_MAC + FAR_MAC if packet["inward"] else FAR_MAC + guest
    return macs + (b"\x86\xdd" if v6 else b"\x08\x00") + head + payload


def pour(handle, found):
    while True:
        try:
            data = os.read(handle, 4096)
        except BlockingIOError:
            return
        found.append(data)


def passed(handles, packets):
    found = []
    for at, packet in enumerate(packets):
        tag = TAG % at
        source = "fwln100i0" if packet["inward"] else "tap100i0"
        target = "tap100i0" if packet["inward"] else "fwln100i0"
        os.write(handles[source], frame(packet, tag))
        # ARP passes always: what is read before it is all that there is
        macs = GUEST_MAC + FAR_MAC if packet["inward"] else FAR_MAC + GUEST_MAC
        os.write(handles[source], macs + b"\x08\x06" + b"\0" * 28 + b"end of " + tag)
        seen = []
        while not any(b"end of " + tag in data for data in seen):
            if not select.select([handles[target]], [], [], 10)[0]:
                raise SystemExit("the bridge carries nothing")
            pour(handles[target], seen)
        found.append(any(tag in data and b"end of" not in data for data in seen))
        # the kernel's own noise
        pour(handles[source], [])
    return found


def main():
    handles = set_up()
    if sys.argv[1:] == ["--try"]:
        for command in ("iptables", "ip6tables"):
            run(command, "-A", "FORWARD", "-m", "physdev", "--physdev-is-bridged", "-m", "conntrack", "--ctstate", "NEW",
                "-m", "mac", "--mac-source", "02:00:00:00:00:02", "-j", "REJECT")
        run("ipset", "create", "try", "hash:net", "family", "inet6")
        return
    answers = []
    for case in json.load(sys.stdin):
        run("ipset", "-exist", "restore", text=case["sets"])
        run("iptables-restore", text=case["v4"])
        run("ip6tables-restore", text=case["v6"])
        answers.append(passed(handles, case["packets"]))
    json.dump(answers, sys.stdout)


main()
