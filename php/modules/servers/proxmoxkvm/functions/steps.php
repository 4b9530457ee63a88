<?php

/** The admin's buttons that force one step of the creation each. */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function proxmoxkvm_VMSetDedicatedIp(array $params): string
{
    return Entry::step('set_ip', $params);
}

function proxmoxkvm_VMClone(array $params): string
{
    return Entry::step('clone', $params);
}

function proxmoxkvm_SetCpuRam(array $params): string
{
    return Entry::step('set_cpu_ram', $params);
}

function proxmoxkvm_SetSystemDiskSize(array $params): string
{
    return Entry::step('set_system_disk_size', $params);
}

function proxmoxkvm_SetSystemDiskBandwidth(array $params): string
{
    return Entry::step('set_system_disk_bandwidth', $params);
}

function proxmoxkvm_SetCreatedAdditionalDisk(array $params): string
{
    return Entry::step('set_created_additional_disk', $params);
}

function proxmoxkvm_SetAdditionalDiskSize(array $params): string
{
    return Entry::step('set_additional_disk_size', $params);
}

function proxmoxkvm_SetAdditionalDiskBandwidth(array $params): string
{
    return Entry::step('set_additional_disk_bandwidth', $params);
}

function proxmoxkvm_SetNetwork(array $params): string
{
    return Entry::step('set_network', $params);
}

function proxmoxkvm_SetFirewall(array $params): string
{
    return Entry::step('set_firewall', $params);
}

function proxmoxkvm_SetCloudinit(array $params): string
{
    return Entry::step('set_cloudinit', $params);
}
