<?php

// A cron run with nothing to do, as the module makes it: load, open, due, and a run without orders.

declare(strict_types=1);

$request = json_decode($argv[1], true);
$memory = static function (string $kind): float {
    preg_match("/$kind:\\s+(\\d+) kB/", (string) file_get_contents('/proc/self/status'), $found);

    return $found[1] / 1024;
};
$bare = $memory('VmHWM');
// the rest are pages of files, which all processes share
$own = $memory('RssAnon');
$start = hrtime(true);
$ffi = FFI::cdef((string) file_get_contents($request['header']), $request['library']);
$json = json_encode(['store' => $request['store']]);
$reply = $ffi->new('char *');
$core = $ffi->new('proxmoxkvm_core *');
$ffi->proxmoxkvm_open($json, strlen($json), FFI::addr($reply), FFI::addr($core));
$ffi->proxmoxkvm_reply_free($reply);
$ask = static function (string $verb, array $fields) use ($ffi, $core): array {
    $json = json_encode((object) $fields);
    $reply = $ffi->new('char *');
    $ffi->{'proxmoxkvm_' . $verb}($core, $json, strlen($json), FFI::addr($reply));
    $text = FFI::string($reply);
    $ffi->proxmoxkvm_reply_free($reply);

    return json_decode($text, true);
};
$due = $ask('due', ['limit' => 1000]);
$run = $ask('cron', ['orders' => [], 'budget_s' => 50, 'workers' => 8]);
$took = (hrtime(true) - $start) / 1e6;
if ($due['services'] !== [] || ($run['ok'] ?? false) !== true) {
    fwrite(STDERR, json_encode([$due, $run]));
    exit(1);
}
$rss = $memory('VmHWM');
$own = $memory('RssAnon') - $own;
$start = hrtime(true);
// both find what is due by an index
if (str_starts_with($request['store'], 'mysql://')) {
    $at = parse_url($request['store']);
    $name = substr($at['path'], 1);
    $pdo = new PDO("mysql:host={$at['host']};port={$at['port']};dbname=$name", $at['user'], rawurldecode($at['pass']));
    $due = 'SELECT id FROM bench_services WHERE timed = 0 AND due_at <= ' . time() . ' LIMIT 1000';
} else {
    $pdo = new PDO('sqlite:' . $request['store']);
    $due = 'SELECT id FROM services WHERE timed = 0 AND due_at <= ' . time() . ' LIMIT 1000';
}
$pdo->query($due)->fetchAll();
$pdoTook = (hrtime(true) - $start) / 1e6;
echo json_encode([
    'ms' => $took,
    'requests' => $run['requests']['total'],
    'rss_mib' => $rss,
    'bare_rss_mib' => $bare,
    'own_mib' => $own,
    'pdo_ms' => $pdoTook,
]);
