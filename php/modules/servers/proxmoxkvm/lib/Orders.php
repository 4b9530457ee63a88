<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Illuminate\Support\Collection;
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
        $products = self::rows('tblproducts', $services->pluck('packageid')->all());
        $servers = self::rows('tblservers', $services->pluck('server')->all());

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
     * @param Collection<int, object> $services
     * @param Collection<int, object> $products
     * @param Collection<int, object> $servers
     * @return array<string, mixed>
     */
    private static function order(int $id, Collection $services, Collection $products, Collection $servers): array
    {
        $service = $services->get($id) ?? throw new Unavailable(Lang::text('row_service', ['id' => (string) $id]));
        $product = $products->get((int) $service->packageid)
            ?? throw new Unavailable(Lang::text('row_product', ['id' => (string) $service->packageid]));
        if ($product->servertype !== Module::NAME) {
            throw new Unavailable(Lang::text('row_module', ['id' => (string) $product->id]));
        }
        if ((int) $service->server === 0) {
            throw new Unavailable(Lang::text('row_no_server'));
        }
        $server = $servers->get((int) $service->server)
            ?? throw new Unavailable(Lang::text('row_server', ['id' => (string) $service->server]));

        return Params::fromRows($service, $product, $server, ConfigurableOptions::of($id, (int) $product->id))
            ->order('cron');
    }

    /**
     * @param list<int|string> $ids
     * @return Collection<int, object>
     */
    private static function rows(string $table, array $ids): Collection
    {
        return Capsule::table($table)->whereIn('id', array_values(array_unique($ids)))->get()
            ->keyBy(static fn (object $row): int => (int) $row->id);
    }
}
