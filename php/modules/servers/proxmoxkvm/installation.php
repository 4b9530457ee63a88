<?php

/**
 * Says whose the module's store is, after WHMCS was moved or copied together with it. Until then nothing is changed.
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/installation.php --moved | --copy
 *
 * --moved: it is the same WHMCS in a new place, and goes on. --copy: it is a copy, a test for instance; the store
 * forgets every service, and their VMs are never touched from here. Run it as the user of the web server. Exit
 * status: 0 done, 1 not.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Installations;

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';
$arguments = Arguments::orExit($argv, '--moved | --copy', ['--moved|' => '', '--copy|' => '']);

require dirname(__DIR__, 3) . '/init.php';

exit(Installations::alone($arguments->has('--moved'), $arguments->has('--copy')));
