<?php

/**
 * Proxmox VE KVM: the functions that WHMCS calls. Each hands over to lib/.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Admin\AdminTab;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Attach;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ConnectionTest;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ReverseNames;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientReply;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientReverse;
use WHMCS\Module\Server\Proxmoxkvm\Product\PackageOptions;
use WHMCS\Module\Server\Proxmoxkvm\Service\Buttons;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Service\Metering;
use WHMCS\Module\Server\Proxmoxkvm\Service\MetricProvider;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';
require_once __DIR__ . '/loaders.php';

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

function proxmoxkvm_CreateAccount(array $params): string
{
    return Entry::verb('create', $params);
}

function proxmoxkvm_SuspendAccount(array $params): string
{
    return Entry::verb('suspend', $params);
}

function proxmoxkvm_UnsuspendAccount(array $params): string
{
    return Entry::verb('unsuspend', $params);
}

function proxmoxkvm_TerminateAccount(array $params): string
{
    return Entry::verb('terminate', $params);
}

function proxmoxkvm_ChangePackage(array $params): string
{
    return Entry::verb('change_package', $params);
}

function proxmoxkvm_ChangePassword(array $params): string
{
    return Entry::verb('change_password', $params);
}

/** A paid renewal changes nothing at the VM. */
function proxmoxkvm_Renew(array $params): string
{
    return 'success';
}

function proxmoxkvm_AdminCustomButtonArray(array $params = []): array
{
    return Buttons::forAdmin($params);
}

function proxmoxkvm_AdminServicesTabFields(array $params): array
{
    return AdminTab::of($params);
}

/** The admin saved the service page. */
function proxmoxkvm_AdminServicesTabFieldsSave(array $params): void
{
    Attach::save($params, $_POST);
    ReverseNames::save($params, $_POST);
}

function proxmoxkvm_Start(array $params): string
{
    return Entry::verb('start', $params);
}

function proxmoxkvm_Stop(array $params): string
{
    return Entry::verb('stop', $params);
}

function proxmoxkvm_Reinstall(array $params): string
{
    return Entry::verb('reinstall', $params);
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

function proxmoxkvm_VMRemove(array $params): string
{
    return Entry::verb('vm_remove', $params);
}

function proxmoxkvm_SetDnsRecords(array $params): string
{
    return Entry::verb('set_dns_records', $params);
}

/** WHMCS has moved the service to another client: its VM went with it. */
function proxmoxkvm_ConfirmOwner(array $params): string
{
    return Entry::verb('confirm', $params);
}

function proxmoxkvm_ClientArea(array $params): array
{
    return ClientArea::page($params);
}

function proxmoxkvm_ClientAreaAllowedFunctions(array $params = []): array
{
    return Buttons::CLIENT;
}

function proxmoxkvm_ClientStatus(array $params): string
{
    return ClientReply::status($params);
}

function proxmoxkvm_ClientUsage(array $params): string
{
    return ClientReply::usage($params);
}

function proxmoxkvm_ClientStart(array $params): string
{
    return ClientReply::press('start', $params);
}

function proxmoxkvm_ClientStop(array $params): string
{
    return ClientReply::press('stop', $params);
}

function proxmoxkvm_ClientReboot(array $params): string
{
    return ClientReply::press('reboot', $params);
}

function proxmoxkvm_ClientReverseName(array $params): string
{
    return ClientReply::press('set_reverse_name', $params, ClientReverse::asked($_POST));
}

function proxmoxkvm_ClientPassword(array $params): string
{
    return ClientReply::password($params);
}

/** WHMCS's daily update of what a server's services use. */
function proxmoxkvm_UsageUpdate(array $params): void
{
    Metering::update($params);
}

if (interface_exists(ProviderInterface::class)) {
    /** @param array<string, mixed> $params */
    function proxmoxkvm_MetricProvider(array $params): ProviderInterface
    {
        return new MetricProvider($params);
    }
}
