<?php

/**
 * Looks at all that has to be right, and says what is not; see lib/Doctor/Doctor.php:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/doctor.php [--json]
 *
 * Run it as the user of the web server. Exit status: 0 well, 1 a warning, 2 something does not work.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Doctor\Doctor;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';
$arguments = Arguments::orExit($argv, '[--json]', ['--json' => '']);

require dirname(__DIR__, 3) . '/init.php';

exit(Doctor::alone($arguments->has('--json')));
