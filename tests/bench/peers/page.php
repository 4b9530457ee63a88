<?php

// One page of a php-fpm worker that asks Proxmox VE something: by the library, or by PHP's own curl.

declare(strict_types=1);

$request = json_decode($_SERVER['BENCH_REQUEST'], true);
$server = $request['server'];
header('Content-Type: application/json');
if ($_SERVER['QUERY_STRING'] === 'curl') {
    $path = "nodes/{$request['node']}/qemu/{$request['vmid']}/status/current";
    $handle = curl_init("https://127.0.0.1:{$server['port']}/api2/json/$path");
    curl_setopt_array($handle, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_SSL_VERIFYPEER => false,
        CURLOPT_SSL_VERIFYHOST => 0,
        CURLOPT_HTTPHEADER => ["Authorization: PVEAPIToken={$server['username']}={$server['password']}"],
    ]);
    $reply = json_decode((string) curl_exec($handle), true);
    echo json_encode(['live' => ['status' => $reply['data']['status'] ?? null]]);
    exit;
}
$ffi = FFI::cdef((string) file_get_contents($request['header']), $request['library']);
$reply = $ffi->new('char *');
$core = $ffi->new('proxmoxkvm_core *');
$json = json_encode(['store' => $request['store']]);
$ffi->proxmoxkvm_open($json, strlen($json), FFI::addr($reply), FFI::addr($core));
$ffi->proxmoxkvm_reply_free($reply);
$json = json_encode(['read' => 'show', 'service' => $request['service'], 'server' => $server]);
$reply = $ffi->new('char *');
$ffi->proxmoxkvm_read($core, $json, strlen($json), FFI::addr($reply));
echo FFI::string($reply);
$ffi->proxmoxkvm_reply_free($reply);
$ffi->proxmoxkvm_close($core);
