<?php

/** WHMCS's own functions on a service: those of its order, its bills and its end, and what it has used. */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Service\FirstPassword;
use WHMCS\Module\Server\Proxmoxkvm\Service\Metering;
use WHMCS\Module\Server\Proxmoxkvm\Service\MetricProvider;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function proxmoxkvm_CreateAccount(array $params): string
{
    return FirstPassword::create($params);
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
