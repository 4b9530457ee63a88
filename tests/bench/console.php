<?php

/**
 * What a key of a console takes until it is seen, through nginx and php-fpm, beyond a websocket straight to the
 * node, and how soon a closed tab gives its worker back. The relay alone, its throughput and its memory are in
 * `make bench`. Prints a line a way and writes target/console.json.
 *
 *     php tests/bench/console.php [keys, 200 without]
 *
 * PROXMOXKVM_LIBRARY and PVESIM name the library and the simulator, else those of the debug build are taken.
 */

declare(strict_types=1);

use Tests\Support\ConsoleViewer;
use Tests\Support\DocsBlock;
use Tests\Support\Fpm;
use Tests\Support\Simulator;
use Tests\Support\SocketViewer;
use Tests\Support\Stack;
use Tests\Support\TunnelViewer;

require dirname(__DIR__) . '/php/bootstrap.php';

$keys = max(20, (int) ($argv[1] ?? 200));
$binary = Simulator::binary() ?? exit("the simulator is missing: cargo build --workspace\n");
$stack = new Stack(Fpm::ALLOWED + ['pm.max_children' => '6']);
$simulator = new Simulator($binary, ['--scale', '0.02']);
$product = $stack->whmcs->product([
    'os_template' => (string) $simulator->about['template'],
    'cpu_cores' => '2',
    'system_disk' => '8',
    'main_domain' => 'example.net',
]);
$service = $stack->whmcs->service($product, $stack->whmcs->server($simulator->serverEntry()));
$stack->cron("create:$service");
$vm = $simulator->pve()->machines()[0];
$guest = "/nodes/{$vm['node']}/qemu/{$vm['vmid']}";
$socket = dirname($stack->root) . '/tmp/console.sock';
$served = $stack->consoles("unix:$socket");
$nginx = $stack->another('', DocsBlock::of('console.md', 'nginx', 'proxy_pass', [
    '/run/proxmoxkvm/console.sock' => $socket,
]));
for ($end = microtime(true) + 20; !file_exists($socket) && microtime(true) < $end; usleep(10_000)) {
}

$login = (string) file_get_contents("$nginx->url/login.php?client=1");
preg_match('/^Set-Cookie: ([^;]+)/mi', implode("\n", $http_response_header ?? []), $cookie);
$host = substr($nginx->url, strlen('http://'));
// As browsers do: else each key waits for the word that the one before has come, up to 40 ms.
$atOnce = ['socket' => ['tcp_nodelay' => true]];
/** @return resource */
$connected = static fn (string $to, array $more = []) => stream_socket_client(
    $to,
    context: stream_context_create($atOnce + $more)
);
/** @return resource the answer of the request for a console, from its body on */
$open = static function (array $more) use ($connected, $host, $service, $login, $cookie) {
    $form = http_build_query($more + [
        'token' => $login, 'id' => $service, 'modop' => 'custom', 'a' => 'ClientConsole',
    ]);
    $stream = $connected("tcp://$host");
    fwrite($stream, "POST /clientarea.php HTTP/1.1\r\nHost: $host\r\nCookie: $cookie[1]\r\nContent-Length: "
        . strlen($form) . "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n$form");
    while (trim((string) fgets($stream)) !== '') {
    }

    return $stream;
};

$straight = static function () use ($connected, $simulator, $guest): ConsoleViewer {
    $asked = $simulator->pve()->request('POST', "$guest/vncproxy", ['websocket' => '1']);
    $url = parse_url($simulator->about['url']);
    $unseen = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]];
    $stream = $connected("tls://{$url['host']}:{$url['port']}", $unseen);
    $query = http_build_query(['port' => $asked['port'], 'vncticket' => $asked['ticket']], '', '&', PHP_QUERY_RFC3986);
    $token = "{$simulator->about['token_id']}={$simulator->about['token_secret']}";

    return new SocketViewer($stream, "GET /api2/json$guest/vncwebsocket?$query HTTP/1.1\r\nHost: {$url['host']}\r\n"
        . "Authorization: PVEAPIToken=$token\r\nSec-WebSocket-Protocol: binary\r\n", $asked['password']);
};
$key = bin2hex(random_bytes(32));
$down = null;
$tunnel = static function () use ($open, $key, $nginx, $cookie, &$down): ConsoleViewer {
    $down = $open(['key' => $key, 'by' => 'stream']);

    return new TunnelViewer($down, $nginx->url, $cookie[1], $key);
};
$bySocket = static function () use ($connected, $open, $host, $cookie): ConsoleViewer {
    $answer = $open(['key' => bin2hex(random_bytes(32)), 'by' => 'socket']);
    for ($said = ''; preg_match('/\{.*\}/', $said, $found) !== 1;) {
        $said .= TunnelViewer::chunk($answer);
    }
    $grant = json_decode($found[0], true)['grant'] ?? exit("no grant: $found[0]\n");

    return new SocketViewer($connected("tcp://$host"), "GET /modules/servers/proxmoxkvm/ws HTTP/1.1\r\nHost: $host\r\n"
        . "Origin: http://$host\r\nCookie: $cookie[1]\r\nSec-WebSocket-Protocol: binary, pk.$grant\r\n");
};

$part = static fn (array $sorted, float $of): float => $sorted[(int) ((count($sorted) - 1) * $of)];
$result = [];
foreach (['straight' => $straight, 'tunnel' => $tunnel, 'websocket' => $bySocket] as $way => $begin) {
    $viewer = $begin();
    $viewer->enter();
    $took = [];
    for ($count = -10; $count < $keys; $count++) {
        $one = $viewer->key();
        // The first ones only warm up.
        $count < 0 || $took[] = $one;
    }
    sort($took);
    $result[$way] = ['median_ms' => round($part($took, 0.5), 2), 'p95_ms' => round($part($took, 0.95), 2)];
    $beyond = array_map(
        static fn (float $of, float $straight): float => round($of - $straight, 2),
        $result[$way],
        $result['straight']
    );
    echo "$way: {$result[$way]['median_ms']} ms until a key is seen (95 %: {$result[$way]['p95_ms']} ms), ",
        "beyond straight {$beyond[0]} ms ($beyond[1] ms)\n";
    if ($way === 'tunnel') {
        // The tab is gone without a word.
        fclose($down);
        $start = microtime(true);
        for (; glob(dirname($socket) . '/proxmoxkvm-*/*.sock') !== []; usleep(5000)) {
        }
        $result['given_back_s'] = round(microtime(true) - $start, 2);
        echo "the worker of a tab that is closed without a word is given back after {$result['given_back_s']} s\n";
    }
    unset($viewer);
}
$target = dirname(__DIR__, 2) . '/target';
is_dir($target) || mkdir($target);
file_put_contents("$target/console.json", json_encode($result, JSON_PRETTY_PRINT) . "\n");
