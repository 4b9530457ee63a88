<?php

/**
 * The module's cron run on its own, for every minute, so that a machine need not wait for WHMCS's cron:
 *
 *     * * * * * php -q /path/to/whmcs/modules/servers/proxmoxkvm/cron.php
 *
 * Run it as the user of the web server, like WHMCS's own cron, which does the same work when it comes by.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Service\Cron;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';
Arguments::orExit($argv);

require dirname(__DIR__, 3) . '/init.php';

exit(Cron::alone() ? 0 : 1);
