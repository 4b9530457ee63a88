<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;
use WHMCS\Database\Capsule;

/** Orders for the cron run, from WHMCS's rows. One bad record is reported and stops no other. */
final class Orders
{
    /** @var list<array<string, mixed>> */
    public array $orders = [];

    /** @var list<array{id: int, message: string}> */
    public array $failed = [];

    /** @param list<array{id: int}> $due */
    public static function of(array $due): self
    {
        $ids = array_map(static fn (array $service): int => (int) $service['id'], $due);
        $services = self::rows('tblhosting', $ids);
        $products = self::rows('tblproducts', array_column($services, 'packageid'));
        $servers = self::rows('tblservers', array_column($services, 'server'));

        $made = new self();
        foreach ($ids as $id) {
            try {
                $made->orders[] = self::order($id, $services, $products, $servers);
            } catch (Throwable $error) {
                $made->failed[] = ['id' => $id, 'message' => $error->getMessage()];
            }
        }

        return $made;
    }

    /**
     * @param array<int, object> $services
     * @param array<int, object> $products
     * @param array<int, object> $servers
     * @return array<string, mixed>
     */
    private static function order(int $id, array $services, array $products, array $servers): array
    {
        $service = $services[$id] ?? throw new Unavailable(Lang::text('row_service', ['id' => (string) $id]));
        $product = $products[(int) $service->packageid]
            ?? throw new Unavailable(Lang::text('row_product', ['id' => (string) $service->packageid]));
        if ($product->servertype !== Module::NAME) {
            throw new Unavailable(Lang::text('row_module', ['id' => (string) $product->id]));
        }
        if ((int) $service->server === 0) {
            throw new Unavailable(Lang::text('row_no_server'));
        }
        $server = $servers[(int) $service->server]
            ?? throw new Unavailable(Lang::text('row_server', ['id' => (string) $service->server]));

        return Params::fromRows($service, $product, $server, ConfigurableOptions::of($id, (int) $product->id))
            ->order('cron');
    }

    /**
     * @param list<int|string> $ids
     * @return array<int, object> rows by id
     */
    private static function rows(string $table, array $ids): array
    {
        $rows = [];
        foreach (Capsule::table($table)->whereIn('id', array_values(array_unique($ids)))->get() as $row) {
            $rows[(int) $row->id] = $row;
        }

        return $rows;
    }
}
