<?php

/**
 * Proxmox VE KVM, the addon module: the functions that WHMCS calls. Each hands over to lib/.
 *
 * The server module of the same name has functions with the same beginning. PHP does not tell upper from lower
 * case in them: there must never be a `proxmoxkvm_clientarea` in here.
 */

declare(strict_types=1);

use WHMCS\Module\Addon\Proxmoxkvm\Addon;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/Addon.php';

function proxmoxkvm_config(): array
{
    return Addon::config();
}

function proxmoxkvm_activate(): array
{
    return Addon::activate();
}

function proxmoxkvm_deactivate(): array
{
    return Addon::deactivate();
}

function proxmoxkvm_upgrade(array $vars): void
{
    Addon::upgrade();
}

function proxmoxkvm_output(array $vars): void
{
    Addon::output($vars);
}
