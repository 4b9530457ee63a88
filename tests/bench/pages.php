<?php

/**
 * What the module's part of the client's and the admin's page of a service costs, through php-fpm and nginx:
 * CPU time (median over many pages) and requests to Proxmox VE. Prints a line a page and writes
 * target/pages.json.
 *
 *     php tests/bench/pages.php [pages, 150 without]
 *
 * PROXMOXKVM_LIBRARY and PVESIM name the library and the simulator, else those of the debug build are taken.
 */

declare(strict_types=1);

use Tests\Support\Fpm;
use Tests\Support\Simulator;
use Tests\Support\Stack;

require dirname(__DIR__) . '/php/bootstrap.php';

$pages = max(100, (int) ($argv[1] ?? 150));
$binary = Simulator::binary() ?? exit("the simulator is missing: cargo build --workspace\n");
// One worker, so that every page finds the same warm caches.
$stack = new Stack(Fpm::ALLOWED + ['pm.max_children' => '1']);
$simulator = new Simulator($binary, ['--scale', '0.02']);
$product = $stack->whmcs->product([
    'os_template' => (string) $simulator->about['template'],
    'cpu_cores' => '2',
    'system_disk' => '8',
    'additional_disk' => '4',
    'main_domain' => 'example.net',
]);
$service = $stack->whmcs->service($product, $stack->whmcs->server($simulator->serverEntry()));
$stack->cron("create:$service");
$visitor = $stack->session('client=1&admin=1');

$result = [];
foreach (['client', 'admin'] as $page) {
    $costs = [];
    $simulator->control('clear', []);
    for ($count = -10; $count < $pages; $count++) {
        $answer = $visitor->get("/cost.php?page=$page&id=$service");
        $cost = json_decode($answer, true)['module'] ?? exit("the page answered: $answer\n");
        // The first ones only warm up.
        $count < 0 || $costs[] = $cost / 1000;
    }
    sort($costs);
    $result[$page] = [
        'pages' => $pages,
        'cpu_ms_median' => round($costs[intdiv($pages, 2)], 2),
        'cpu_ms_p95' => round($costs[intdiv($pages * 95, 100)], 2),
        'requests_per_page' => round(count($simulator->control('requests')) / ($pages + 10), 2),
    ];
    $line = $result[$page];
    echo "$page page: {$line['cpu_ms_median']} ms CPU (median of $pages, 95 %: {$line['cpu_ms_p95']} ms), ",
        "{$line['requests_per_page']} requests to Proxmox VE\n";
}
$target = dirname(__DIR__, 2) . '/target';
is_dir($target) || mkdir($target);
file_put_contents("$target/pages.json", json_encode($result, JSON_PRETTY_PRINT) . "\n");
