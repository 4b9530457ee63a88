<?php

/**
 * The life of one order, from the connection test to a VM that is ready, with a stand-in for WHMCS.
 *
 *   php demo.php [simulator [its arguments]]    against a simulated Proxmox VE
 *   PVE_URL=… php demo.php                      against a real one
 *
 * PVE_URL, PVE_TOKEN_ID, PVE_TOKEN_SECRET, PVE_FINGERPRINT, PVE_TEMPLATE, ADDRESS_LINE say where;
 * PACKAGE_<OPTION> (PACKAGE_RAM=1.5) what is sold; DEMO_SECONDS how long to wait (600); CLEANUP=1 removes
 * the VM afterwards. On the simulator the rest of the VM's life follows. Writes target/demo.json. Ends with 0
 * only when the VM is ready.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;

error_reporting(E_ALL & ~E_DEPRECATED);

require dirname(__DIR__) . '/php/whmcs/start.php';

spl_autoload_register(static function (string $class): void {
    foreach (['Demo\\' => __DIR__, 'Tests\\Support\\' => dirname(__DIR__) . '/php/support'] as $prefix => $directory) {
        if (str_starts_with($class, $prefix)) {
            require_once $directory . '/' . substr($class, strlen($prefix)) . '.php';
        }
    }
});

Arguments::orExit(array_slice($argv, 0, 2), '[SIMULATOR [ITS ARGUMENTS]]', ['' => '.+']);
$target = dirname(__DIR__, 2) . '/target';
is_dir($target) || mkdir($target);
if ((string) getenv('PROXMOXKVM_LIBRARY') === '') {
    foreach (['release', 'debug'] as $profile) {
        if (is_file("$target/$profile/libproxmoxkvm.so")) {
            putenv("PROXMOXKVM_LIBRARY=$target/$profile/libproxmoxkvm.so");
            break;
        }
    }
}
try {
    $pve = new Demo\Target($argv);
    $cleanUp = getenv('CLEANUP') === '1';
    // A VM that stays on a real Proxmox VE keeps its store; WHMCS's database, with the token, goes.
    $keep = $pve->isReal && !$cleanUp ? "$target/demo-" . date('Ymd-His') : null;
    $keep === null || mkdir($keep, 0700);
    $whmcs = new Tests\Support\Installation($keep);
    register_shutdown_function(static fn () => array_map('unlink', glob("{$whmcs->database}*") ?: []));
    putenv("PROXMOXKVM_STORE={$whmcs->store}");
    StandIn\Dispatcher::load();
    $demo = new Demo\Demo($pve, $whmcs, (int) (getenv('DEMO_SECONDS') ?: 600), $cleanUp, !$pve->isReal && !$cleanUp);
    $ready = $demo->run("$target/demo.json");
    echo $keep === null ? '' : "The store that knows this VM: $keep/private" . PHP_EOL;
    exit($ready ? 0 : 1);
} catch (Throwable $error) {
    fwrite(STDERR, 'demo: ' . $error->getMessage() . PHP_EOL);
    exit(1);
}
