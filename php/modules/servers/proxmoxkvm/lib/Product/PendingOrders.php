<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Illuminate\Support\Collection;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Service\Status;

/** Orders that WHMCS has taken from the stock already, and that are not built yet: they have their place. */
final class PendingOrders
{
    /**
     * Each on the server entry that WHMCS has chosen for it, or else on the first one of its product.
     *
     * @param Collection<int, object> $products by number
     * @param array<int, array<int, object>> $wanted server entries by entry and product
     * @return array<int, list<array{services: list<int>, package: array<string, mixed>}>> as the core takes them
     */
    public static function byServer(Collection $products, array $wanted): array
    {
        $rows = Capsule::table('tblhosting')->where('domainstatus', Status::PENDING)
            ->whereIn('packageid', $products->keys()->all())->orderBy('id')->get(['id', 'packageid', 'server']);
        $services = [];
        foreach ($rows as $row) {
            $product = (int) $row->packageid;
            $of = array_keys(array_filter($wanted, static fn (array $all): bool => isset($all[$product])));
            $server = isset($wanted[(int) $row->server]) ? (int) $row->server : $of[0] ?? null;
            if ($server !== null) {
                $services[$server][$product][] = (int) $row->id;
            }
        }

        return array_map(static fn (array $some): array => array_map(static fn (int $product): array => [
            'services' => $some[$product],
            'package' => Params::fromProduct($products[$product])->package(),
        ], array_keys($some)), $services);
    }
}
