<?php

/**
 * Serves consoles by websocket until it is stopped, as docs/console.md describes:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/console.php serve
 *
 * Run it as the user of the web server, by the unit beside it.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Console\Daemon;

$takes = ['form' => 'serve', 'known' => ['!' => 'serve']];
require __DIR__ . '/head.php';

exit(Daemon::serve());
