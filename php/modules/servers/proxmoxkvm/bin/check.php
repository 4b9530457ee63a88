<?php

/**
 * Says where the module's store, WHMCS and Proxmox VE disagree: after a restored backup, for instance.
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/check.php [--repair | --forget=SERVICE | --csv]
 *
 * --repair puts right what WHMCS shows, the node of a moved VM, and addresses that nothing holds. Nothing is
 * written to Proxmox VE. --forget gives number and addresses back of a service that WHMCS no longer has and whose VM
 * is gone. --csv prints the same as a table, for a spreadsheet. Run it as the user of the web server.
 * Exit code: 0 all agree, 1 something does not, 2 something could not be checked.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Agreement;
use WHMCS\Module\Server\Proxmoxkvm\Tools\AgreementTable;

$takes = [
    'form' => '[--repair | --forget=SERVICE | --csv]',
    'known' => ['--repair|' => '', '--forget|' => '[1-9]\d{0,9}', '--csv|' => ''],
];
/** @var WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments $arguments */
$arguments = require __DIR__ . '/head.php';

exit($arguments->has('--csv')
    ? AgreementTable::alone()
    : Agreement::alone($arguments->has('--repair'), $arguments->value('--forget')));
