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

/** @return array<string, string> value => label */
function proxmoxkvm_LoadNodes(array $params): array
{
    return Choices::nodes($params);
}

/** @return array<int, string> value => label */
function proxmoxkvm_LoadTemplates(array $params): array
{
    return Choices::templates($params);
}

/** @return array<string, string> value => label */
function proxmoxkvm_LoadSystemStorages(array $params): array
{
    return Choices::storages($params, 'images', 'choice_as_template');
}

/** @return array<string, string> value => label */
function proxmoxkvm_LoadAdditionalStorages(array $params): array
{
    return Choices::storages($params, 'images', 'choice_as_system_disk');
}

/** @return array<string, string> value => label */
function proxmoxkvm_LoadBackupStorages(array $params): array
{
    return Choices::storages($params, 'backups', 'choice_none');
}

/** @return array<string, string> value => label */
function proxmoxkvm_LoadBridges(array $params): array
{
    return Choices::bridges($params);
}
