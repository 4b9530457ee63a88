<?php

/**
 * Takes services over from the PUQ Proxmox KVM module; see lib/Tools/Import.php. Without --apply it changes nothing:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/import.php --product=OLD:NEW --server=OLD:NEW [--apply]
 *
 * Run it as the user of the web server. Exit status: 0 all, 1 not all, 2 nothing could be done.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Import;

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';
$form = '--product=OLD:NEW --server=OLD:NEW [--columns=SERVICE,VMID] [--apply]';
$known = ['--product*' => '\d+:\d+', '--server*' => '\d+:\d+', '--columns' => '\w+,\w+', '--apply' => ''];
$arguments = Arguments::orExit($argv, $form, $known, 'usage_ids');

require dirname(__DIR__, 3) . '/init.php';

exit(Import::alone($arguments));
