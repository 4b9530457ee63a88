<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Servers;

/** How many more of a product the clusters of its server entries can hold, as the core counts it. */
final class Fits
{
    /** The limits of the core's answer. */
    public const LIMITS = ['memory', 'disk', 'addresses', 'fits'];

    /** The core looks at so many products for one question. */
    private const AT_ONCE = 50;

    /**
     * @param array<string, int|null> $limits by name; null limits nothing
     * @param list<string> $unknown why the numbers are no facts: what could not be read
     */
    private function __construct(public readonly array $limits, public readonly array $unknown)
    {
    }

    /** @return array<int, self> by product; each server entry is asked once */
    public static function ofAll(): array
    {
        $products = Capsule::table('tblproducts')->where('servertype', Module::NAME)->orderBy('id')->get()->keyBy('id');
        $wanted = [];
        foreach ($products as $product) {
            foreach (Servers::taking((int) $product->id) as $server) {
                $wanted[(int) $server->id][(int) $product->id] = $server;
            }
        }
        $fits = array_fill_keys($products->keys()->all(), new self(array_fill_keys(self::LIMITS, 0), []));
        $pending = PendingOrders::byServer($products, $wanted);
        foreach ($wanted as $server => $of) {
            $packages = [];
            foreach (array_keys($of) as $id) {
                $packages[] = ['id' => $id, 'package' => Params::fromProduct($products[$id])->package()];
            }
            foreach (array_chunk($packages, self::AT_ONCE) as $some) {
                foreach (self::asked(reset($of), $some, $pending[$server] ?? []) as $id => $more) {
                    $fits[$id] = $fits[$id]->and($more);
                }
            }
        }

        return $fits;
    }

    /**
     * @param list<array{id: int, package: array<string, mixed>}> $packages
     * @param list<array<string, mixed>> $pending orders that are not built yet
     * @return array<int, self> by product
     */
    private static function asked(object $server, array $packages, array $pending): array
    {
        try {
            $request = ['server' => Params::fromServer($server)->server(), 'packages' => $packages]
                + ['pending' => $pending];
            $rows = array_column(Native::call('capacity', $request)['fits'] ?? [], null, 'id');
        } catch (Throwable $error) {
            $rows = [];
            $why = Forbidden::sentence($error);
        }
        $found = [];
        foreach (array_column($packages, 'id') as $id) {
            $row = $rows[$id] ?? ['error' => ['message' => $why ?? '?']];
            $limits = [];
            foreach (self::LIMITS as $limit) {
                $limits[$limit] = isset($row['error']) ? 0 : $row[$limit] ?? null;
            }
            $unknown = isset($row['error']) ? [(string) $row['error']['message']] : $row['unknown'] ?? ['?'];
            $found[$id] = new self($limits, $unknown);
        }

        return $found;
    }

    /** Of two server entries; what one does not limit, both do not. */
    private function and(self $other): self
    {
        $limits = [];
        foreach (self::LIMITS as $limit) {
            [$one, $more] = [$this->limits[$limit], $other->limits[$limit]];
            $limits[$limit] = $one === null || $more === null ? null : $one + $more;
        }

        return new self($limits, array_values(array_unique([...$this->unknown, ...$other->unknown])));
    }
}
