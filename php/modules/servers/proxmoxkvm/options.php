<?php

/**
 * Makes the configurable options for a product, as lib/ConfigurableOptionGroup.php describes:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/options.php <product id>
 *
 * Run it as the user of the web server.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\ConfigurableOptionGroup;

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require dirname(__DIR__, 3) . '/init.php';
require_once __DIR__ . '/lib/autoload.php';

exit(ConfigurableOptionGroup::alone((int) ($argv[1] ?? 0)) ? 0 : 1);
