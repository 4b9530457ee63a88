<?php

/**
 * Moves the module's store to another place; see lib/Tools/Move.php. Stop cron, php-fpm and (if it is
 * served) proxmoxkvm-console first, on every web server:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/move.php [--from=STORE] --to=STORE
 *
 * STORE is a path, `sqlite:` and a path, `mysql:` (WHMCS's own database), or `-` to type it, as a URL with a password
 * must be. Run it as the user of the web server; start it again when it was interrupted. Exit status: 0 moved, 1 not.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Move;

$takes = [
    'form' => '[--from=STORE] --to=STORE',
    'known' => ['--from' => '.+', '--to!' => '.+'],
    'note' => 'usage_store',
];
/** @var WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments $arguments */
$arguments = require __DIR__ . '/head.php';

exit(Move::alone($arguments));
