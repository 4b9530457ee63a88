<?php

/**
 * The module's cron run on its own, for every minute, so that a machine need not wait for WHMCS's cron:
 *
 *     * * * * * php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/cron.php
 *
 * Run it as the user of the web server, like WHMCS's own cron, which does the same work when it comes by.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Service\Cron;

$takes = [];
require __DIR__ . '/head.php';

exit(Cron::alone());
