"""proxmoxer, as its documentation uses it: requests a second."""
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
for _ in range(50):
    api.version.get()
count = max(200, request["count"] // 5)
start = time.perf_counter()
for _ in range(count):
    api.version.get()
print(json.dumps({"rate": count / (time.perf_counter() - start)}))
