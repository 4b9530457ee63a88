<?php

/** The admin's buttons that force one step of the creation each. */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function proxmoxkvm_VMSetDedicatedIp(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_VMClone(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetCpuRam(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetSystemDiskSize(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetSystemDiskBandwidth(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetCreatedAdditionalDisk(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetAdditionalDiskSize(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetAdditionalDiskBandwidth(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetNetwork(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetFirewall(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetCloudinit(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}
