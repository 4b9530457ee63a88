// npm proxmox-api, as its documentation uses it: requests a second.
import { createRequire } from 'node:module';

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
process.removeAllListeners('warning');
const require = createRequire(new URL('../../../target/bench-js/', import.meta.url));
const { proxmoxApi } = require('proxmox-api');
const request = JSON.parse(process.argv[2]);
const api = proxmoxApi({
    host: '127.0.0.1', port: request.port, tokenID: request.token, tokenSecret: request.secret,
});
for (let i = 0; i < 50; i++) {
    await api.version.$get();
}
const count = Math.max(200, Math.floor(request.count / 5));
const start = process.hrtime.bigint();
for (let i = 0; i < count; i++) {
    await api.version.$get();
}
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
console.log(JSON.stringify({ rate: count / seconds }));
