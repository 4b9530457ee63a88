<?php

/**
 * Says whose the module's store is, after WHMCS was moved or copied together with it. Until then nothing is changed.
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/installation.php --moved | --copy
 *
 * --moved: it is the same WHMCS in a new place, and goes on. --copy: it is a copy, a test for instance; the store
 * forgets every service, and their VMs are never touched from here. Run it as the user of the web server. Exit
 * status: 0 done, 1 not.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Installations;

$takes = ['form' => '--moved | --copy', 'known' => ['--moved|' => '', '--copy|' => '']];
/** @var WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments $arguments */
$arguments = require __DIR__ . '/head.php';

exit(Installations::alone($arguments->has('--moved'), $arguments->has('--copy')));
