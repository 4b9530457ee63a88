<?php

/**
 * WHMCS loads this file on every page: it registers, and loads nothing.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

// By this the doctor sees that WHMCS knows the file.
defined('PROXMOXKVM_HOOKS') || define('PROXMOXKVM_HOOKS', true);

add_hook('AfterCronJob', 1, static function (): void {
    require_once __DIR__ . '/lib/autoload.php';
    \WHMCS\Module\Server\Proxmoxkvm\Service\Cron::hook();
});

// Also where the service is deleted with its order or client: what is not told here, the daily look finds.
add_hook('ServiceDelete', 1, static function (array $vars): void {
    require_once __DIR__ . '/lib/autoload.php';
    \WHMCS\Module\Server\Proxmoxkvm\Service\Orphans::deleted($vars);
});

// The keys that the client had to choose from.
add_hook('ClientDelete', 1, static function (array $vars): void {
    require_once __DIR__ . '/lib/autoload.php';
    \WHMCS\Module\Server\Proxmoxkvm\Service\SshKeys::clientDeleted($vars);
});

// WHMCS's menu beside the page of a service: the tabs of the module's page.
add_hook('ClientAreaPrimarySidebar', 1, static function (object $sidebar): void {
    $service = class_exists(\Menu::class) ? \Menu::context('service') : null;
    if (is_object($service)) {
        require_once __DIR__ . '/lib/autoload.php';
        \WHMCS\Module\Server\Proxmoxkvm\Client\Sidebar::fill($sidebar, (int) $service->id);
    }
});

// The shop, before anybody pays: what could not be carried out is said there.
add_hook('ShoppingCartValidateProductUpdate', 1, static function (array $vars): array {
    require_once __DIR__ . '/lib/autoload.php';

    return \WHMCS\Module\Server\Proxmoxkvm\Product\CartCheck::product($vars);
});

add_hook('ShoppingCartValidateCheckout', 1, static function (): array {
    require_once __DIR__ . '/lib/autoload.php';

    return \WHMCS\Module\Server\Proxmoxkvm\Product\CartCheck::checkout();
});

add_hook('ShoppingCartValidateUpgrade', 1, static function (array $vars): array {
    require_once __DIR__ . '/lib/autoload.php';

    return \WHMCS\Module\Server\Proxmoxkvm\Product\CartCheck::upgrade($vars, $_REQUEST);
});

// WHMCS's pages of upgrades and of the cart have no place of their own for these.
add_hook('ClientAreaFooterOutput', 1, static function (array $vars): string {
    if (!in_array($vars['filename'] ?? '', ['upgrade', 'cart'], true)) {
        return '';
    }
    require_once __DIR__ . '/lib/autoload.php';

    return \WHMCS\Module\Server\Proxmoxkvm\Client\UpgradeNote::html($vars, $_REQUEST)
        . \WHMCS\Module\Server\Proxmoxkvm\Product\SavedKeys::html($vars, $_REQUEST);
});

add_hook('DailyCronJob', 1, static function (): void {
    require_once __DIR__ . '/lib/autoload.php';
    \WHMCS\Module\Server\Proxmoxkvm\Service\Orphans::daily();
    \WHMCS\Module\Server\Proxmoxkvm\Admin\Digest::daily();
});

add_hook('AdminHomeWidgets', 1, static function (): object {
    require_once __DIR__ . '/lib/autoload.php';

    return new \WHMCS\Module\Server\Proxmoxkvm\Admin\AttentionWidget();
});
