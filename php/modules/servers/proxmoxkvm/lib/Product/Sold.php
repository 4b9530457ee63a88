<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\ConfigurableOptions;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Servers;

/** What is sold on a server entry: by it the core knows what the login has to be allowed. */
final class Sold
{
    /**
     * @param int $server one on which nothing is sold yet, such as a new one: what is sold at all
     * @return list<array<string, mixed>> the products; their configurable options are named, and nothing is chosen
     */
    public static function on(int $server): array
    {
        $packages = [];
        $here = [];
        foreach (Capsule::table('tblproducts')->where('servertype', Module::NAME)->orderBy('id')->get() as $product) {
            $id = (int) $product->id;
            $names = array_fill_keys(ConfigurableOptions::names($id), '');
            $packages[$id] = Params::fromProduct($product, $names)->package();
            $servers = array_column(Servers::allForProduct($id), 'id');
            if (in_array($server, array_map(intval(...), $servers), true)) {
                $here[$id] = $packages[$id];
            }
        }

        return array_values($here ?: $packages);
    }
}
