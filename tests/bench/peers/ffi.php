<?php

// What PHP pays for the library: loading it, opening the store, a call that needs no network.

declare(strict_types=1);

$request = json_decode($argv[1], true);
$micro = static fn (int $since): float => (hrtime(true) - $since) / 1e3;

// the first load maps the file; a php-fpm worker does that once in its life, and the rest at each request
$start = hrtime(true);
$ffi = FFI::cdef((string) file_get_contents($request['header']), $request['library']);
$first = $micro($start);
$loads = [];
for ($i = 0; $i < 50; $i++) {
    $start = hrtime(true);
    $ffi = FFI::cdef((string) file_get_contents($request['header']), $request['library']);
    $loads[] = $micro($start);
}

$call = static function (string $verb, ?FFI\CData $core, array $fields) use ($ffi): array {
    $json = json_encode((object) $fields);
    $reply = $ffi->new('char *');
    $status = $ffi->{'proxmoxkvm_' . $verb}($core, $json, strlen($json), FFI::addr($reply));
    $text = FFI::string($reply);
    $ffi->proxmoxkvm_reply_free($reply);
    if ($status !== 0) {
        fwrite(STDERR, $text);
        exit(1);
    }

    return json_decode($text, true);
};
$open = static function () use ($ffi, $request): FFI\CData {
    $json = json_encode(['store' => $request['store']]);
    $reply = $ffi->new('char *');
    $core = $ffi->new('proxmoxkvm_core *');
    $ffi->proxmoxkvm_open($json, strlen($json), FFI::addr($reply), FFI::addr($core));
    $ffi->proxmoxkvm_reply_free($reply);

    return $core;
};
$start = hrtime(true);
$core = $open();
$openFirst = $micro($start);
$calls = [];
for ($i = 0; $i < 2000; $i++) {
    $start = hrtime(true);
    $call('due', $core, ['limit' => 10]);
    $calls[] = $micro($start);
}
// the same work for PHP alone: JSON both ways, one indexed read
$sqlite = new PDO('sqlite:' . $request['store']);
$select = $sqlite->prepare('SELECT id FROM services WHERE id = 1');
$alone = [];
for ($i = 0; $i < 2000; $i++) {
    $start = hrtime(true);
    json_decode(json_encode((object) ['limit' => 10]), true);
    $select->execute();
    json_decode('{"ok":true,"services":[],"write_backs":[],"attention":[]}', true);
    $select->fetchAll();
    $alone[] = $micro($start);
}
$median = static function (array $values): float {
    sort($values);

    return $values[intdiv(count($values), 2)];
};
echo json_encode([
    'load_first' => $first, 'load' => $median($loads), 'open_first' => $openFirst,
    'call' => $median($calls), 'alone' => $median($alone),
]);
