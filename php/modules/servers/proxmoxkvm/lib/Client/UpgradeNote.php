<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\ConfigurableOptions;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** On WHMCS's page of upgrades, once something is chosen: what the change does to the machine, before anybody pays. */
final class UpgradeNote
{
    private const PAGE = 'upgrade';

    /**
     * What cannot be found out is not told, and keeps nobody from paying.
     *
     * @param array<string, mixed> $page of WHMCS's hook
     * @param array<string, mixed> $request of the browser
     */
    public static function html(array $page, array $request): string
    {
        $chooses = isset($request['configoption']) || isset($request['pid']);
        if (($page['filename'] ?? '') !== self::PAGE || !$chooses) {
            return '';
        }
        try {
            $params = self::params($request);
            if ($params === null) {
                return '';
            }
            Visitor::mustOwn($params);

            return self::told(Native::call('change_preview', $params->order('client')));
        } catch (Throwable) {
            // What the core said is of no use to who upgrades; the shop has checked the order already.
            return '';
        }
    }

    /** @param array<string, mixed> $request */
    private static function params(array $request): ?Params
    {
        $number = static fn (string $key): int => is_numeric($request[$key] ?? null) ? (int) $request[$key] : 0;
        $service = Capsule::table('tblhosting')->where('id', $number('id'))->first();
        $product = Capsule::table('tblproducts')
            ->where('id', $number('pid') ?: (int) ($service->packageid ?? 0))
            ->where('servertype', Module::NAME)
            ->first();
        $server = Capsule::table('tblservers')->where('id', (int) ($service->server ?? 0))->first();
        if ($service === null || $product === null || $server === null) {
            return null;
        }
        if (!self::leadsTo($service, (int) $product->id)) {
            return null;
        }
        $form = (array) ($request['configoption'] ?? []);
        $form += $form === [] ? [] : ConfigurableOptions::unticked((int) $product->id, $form);
        $chosen = ConfigurableOptions::after($service, (int) $product->id, $form);

        return Params::fromRows($service, $product, $server, $chosen);
    }

    /** Of other products, such as hidden ones, nobody reads here what they have. */
    private static function leadsTo(object $service, int $productId): bool
    {
        $path = ['product_id' => (int) $service->packageid, 'upgrade_product_id' => $productId];

        return (int) $service->packageid === $productId
            || Capsule::table('tblproduct_upgrade_products')->where($path)->exists();
    }

    /** @param array<string, mixed> $preview */
    private static function told(array $preview): string
    {
        $lines = ChangeLines::of($preview);
        $items = array_map(static fn (string $line): string => '<li>' . Text::html($line) . '</li>', $lines);

        return $lines === [] ? '' : '<section class="panel panel-default card">'
            . '<div class="panel-heading card-header"><h3>'
            . Text::html(Lang::text('client_change')) . '</h3></div><div class="panel-body card-body"><ul>'
            . implode('', $items) . '</ul></div></section>';
    }
}
