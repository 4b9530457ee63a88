<?php

/**
 * What the page of a product's module settings lists in simple mode. WHMCS shows the text of an exception
 * beside the field: of all functions of the module these alone may throw.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Product\Choices;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** @return array<int|string, string> value => label */
function proxmoxkvm_LoadTargetNode(array $params): array
{
    return Choices::of('target_node', $params);
}

/** @return array<int|string, string> value => label */
function proxmoxkvm_LoadOsTemplate(array $params): array
{
    return Choices::of('os_template', $params);
}

/** @return array<int|string, string> value => label */
function proxmoxkvm_LoadSystemDiskStorage(array $params): array
{
    return Choices::of('system_disk_storage', $params);
}

/** @return array<int|string, string> value => label */
function proxmoxkvm_LoadAdditionalDiskStorage(array $params): array
{
    return Choices::of('additional_disk_storage', $params);
}

/** @return array<int|string, string> value => label */
function proxmoxkvm_LoadBackupStorage(array $params): array
{
    return Choices::of('backup_storage', $params);
}

/** @return array<int|string, string> value => label */
function proxmoxkvm_LoadBridge(array $params): array
{
    return Choices::of('bridge', $params);
}
