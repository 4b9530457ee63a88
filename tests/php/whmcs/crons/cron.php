<?php

/**
 * The cron run of the stand-in, by `php -q`. What WHMCS would find due (an order that is paid, an invoice
 * that is not) stands in the environment variable DUE: `create:7 suspend:8`; a module's own command, which
 * WHMCS's API can run too, as `custom.Reinstall:7`.
 */

declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require dirname(__DIR__) . '/init.php';

foreach (array_filter(explode(' ', (string) getenv('DUE'))) as $due) {
    [$command, $service] = explode(':', $due);
    $result = str_starts_with($command, 'custom.')
        ? StandIn\Dispatcher::button((int) $service, substr($command, 7))
        : StandIn\Dispatcher::run($command, (int) $service);
    echo "$due $result", PHP_EOL;
}
StandIn\Dispatcher::cron();
