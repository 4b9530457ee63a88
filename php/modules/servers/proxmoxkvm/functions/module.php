<?php

/** What WHMCS asks of the module as a whole: what it is, what a product sets, whether a server entry works. */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Admin\ConnectionTest;
use WHMCS\Module\Server\Proxmoxkvm\Product\PackageOptions;
use WHMCS\Module\Server\Proxmoxkvm\Service\Accounts;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function proxmoxkvm_MetaData(): array
{
    return Module::metaData();
}

function proxmoxkvm_ConfigOptions(array $params = []): array
{
    return PackageOptions::forWhmcs();
}

function proxmoxkvm_TestConnection(array $params): array
{
    return ConnectionTest::press($params);
}

/** For WHMCS's Server Sync. */
function proxmoxkvm_ListAccounts(array $params): array
{
    return Accounts::list($params);
}
