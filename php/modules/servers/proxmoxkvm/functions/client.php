<?php

/** The client's page of a service, and what its forms and its script call. */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientConsole;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientReply;
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

/** Any action that the core's table gives to customers: `do` names it. */
function proxmoxkvm_ClientAction(array $params): string
{
    return ClientReply::act($params);
}

/** The page of the console, and, by a form of it, the console itself. */
function proxmoxkvm_ClientConsole(array $params): string
{
    return ClientConsole::answer($params);
}

/** A picture of the machine's screen. */
function proxmoxkvm_ClientScreen(array $params): string
{
    return ClientReply::screen($params);
}

/** Why the visitor does not reach the machine. */
function proxmoxkvm_ClientReach(array $params): string
{
    return ClientReply::reach($params);
}

function proxmoxkvm_ClientPassword(array $params): string
{
    return ClientReply::password($params);
}
