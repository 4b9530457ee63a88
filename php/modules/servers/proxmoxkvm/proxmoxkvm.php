<?php

/**
 * Proxmox VE KVM: what WHMCS calls are functions of its own names, a list of them for each concern. Each hands over
 * to lib/.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';
require_once __DIR__ . '/functions/module.php';
require_once __DIR__ . '/functions/loaders.php';
require_once __DIR__ . '/functions/account.php';
require_once __DIR__ . '/functions/admin.php';
require_once __DIR__ . '/functions/steps.php';
require_once __DIR__ . '/functions/client.php';
