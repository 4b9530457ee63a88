<?php

/**
 * Makes the configurable options for a product, as lib/Product/ConfigurableOptionGroup.php describes:
 *
 *     php -q /path/to/whmcs/modules/servers/proxmoxkvm/bin/options.php <product id>
 *
 * Run it as the user of the web server.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Product\ConfigurableOptionGroup;

$takes = ['form' => 'PRODUCT', 'known' => ['!' => '[1-9]\d{0,8}'], 'note' => 'usage_ids'];
/** @var WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments $arguments */
$arguments = require __DIR__ . '/head.php';

exit(ConfigurableOptionGroup::alone((int) $arguments->value()));
