"""fakepve with its faults at hand: one JSON line of standard input is one switch, one line of output says whether it was thrown.

A process of its own for tests/behaviour/stand_in.rs; it ends with its standard input. {"guests": [...]} comes first, then
[method, arguments] (a method of FakePve), or ["set", {attribute: value}].
"""

import asyncio
import json
import sys
import tempfile

from fakepve import FakePve
from fakepve.certs import make_cert


async def main() -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    loop.run_in_executor(None, read)
    pve = FakePve(user="root@pam", password="secret", host="127.0.0.1", port=0)
    pve.time_scale = 0.02
    for guest in json.loads(await lines.get())["guests"]:
        pve.add_vm(guest["vmid"], guest["name"], status=guest["status"], config=guest["config"],
                   template=guest["template"])
    with tempfile.TemporaryDirectory() as folder:
        cert, key, _ = make_cert(folder)
        await pve.start(cert, key)
        print(f"https://127.0.0.1:{pve.port}", flush=True)
        while line := await lines.get():
            name, arguments = json.loads(line)
            try:
                if name == "set":
                    for attribute, value in arguments.items():
                        setattr(pve, attribute, value)
                else:
                    getattr(pve, name)(**arguments)
                print("ok", flush=True)
            except Exception as error:  # a lock for a guest that is not there
                print(f"no: {error}", flush=True)
        await pve.stop()


asyncio.run(main())
