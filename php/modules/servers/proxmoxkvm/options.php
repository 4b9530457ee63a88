<?php

/**
 * Makes the configurable options for a product, as lib/Product/ConfigurableOptionGroup.php describes:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/options.php <product id>
 *
 * Run it as the user of the web server.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Product\ConfigurableOptionGroup;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';
$arguments = Arguments::orExit($argv, 'PRODUCT', ['!' => '[1-9]\d{0,8}'], 'usage_ids');

require dirname(__DIR__, 3) . '/init.php';

exit(ConfigurableOptionGroup::alone((int) $arguments->value()) ? 0 : 1);
