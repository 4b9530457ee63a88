<?php

/** The client's page of a service, and what its forms and its script call. */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientReply;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientReverse;
use WHMCS\Module\Server\Proxmoxkvm\Service\Buttons;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
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
