<?php

/** The admin's page of a service: its fields, and the buttons that are no step of the creation. */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Admin\AdminTab;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Attach;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ReverseNames;
use WHMCS\Module\Server\Proxmoxkvm\Service\Buttons;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
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
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_Stop(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_Reinstall(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_VMRemove(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

function proxmoxkvm_SetDnsRecords(array $params): string
{
    return Entry::button(__FUNCTION__, $params);
}

/** WHMCS has moved the service to another client: its VM went with it. */
function proxmoxkvm_ConfirmOwner(array $params): string
{
    return Entry::verb('confirm', $params);
}
