<?php

/**
 * Takes services over from the PUQ Proxmox KVM module; see lib/Tools/Import.php. Without --apply it changes nothing:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/import.php --product=OLD:NEW --server=OLD:NEW [--apply]
 *
 * Run it as the user of the web server. Exit status: 0 all, 1 not all, 2 nothing could be done.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Import;

$takes = [
    'form' => '--product=OLD:NEW --server=OLD:NEW [--columns=SERVICE,VMID] [--apply]',
    'known' => ['--product*' => '\d+:\d+', '--server*' => '\d+:\d+', '--columns' => '\w+,\w+', '--apply' => ''],
    'note' => 'usage_ids',
];
/** @var WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments $arguments */
$arguments = require __DIR__ . '/head.php';

exit(Import::alone($arguments));
