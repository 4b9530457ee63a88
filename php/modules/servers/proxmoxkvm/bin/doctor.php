<?php

/**
 * Looks at all that has to be right, and says what is not; see lib/Doctor/Doctor.php:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/doctor.php [--json]
 *
 * Run it as the user of the web server. Exit status: 0 well, 1 a warning, 2 something does not work.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Doctor\Doctor;

$takes = ['form' => '[--json]', 'known' => ['--json' => '']];
/** @var WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments $arguments */
$arguments = require __DIR__ . '/head.php';

exit(Doctor::alone($arguments->has('--json')));
