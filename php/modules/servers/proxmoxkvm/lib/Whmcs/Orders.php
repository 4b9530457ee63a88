<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** Orders for the cron run, from WHMCS's rows. One bad record is reported and stops no other. */
final class Orders
{
    /** @var list<array<string, mixed>> */
    public array $orders = [];

    /** @var list<array{id: int, message: string}> */
    public array $failed = [];

    /** @var array<int, object> */
    private array $services;

    /** @var array<int, array<string, mixed>> */
    private array $identities;

    /** @var array<int, object> */
    private array $products;

    /** @var array<int, object> */
    private array $servers;

    /** @param list<int> $ids of services */
    private function __construct(array $ids)
    {
        $this->services = self::rows('tblhosting', $ids);
        $this->identities = OrderIdentity::ofAll($ids);
        $this->products = self::rows('tblproducts', array_column($this->services, 'packageid'));
        $this->servers = self::rows('tblservers', array_column($this->services, 'server'));
    }

    /** @param list<array{id: int, generation?: int}> $due as the core has told before this */
    public static function of(array $due, string $actor = 'cron'): self
    {
        $generations = array_column($due, 'generation', 'id');
        $ids = array_map(static fn (array $service): int => (int) $service['id'], $due);
        $made = new self($ids);
        foreach ($ids as $id) {
            try {
                $made->orders[] = $made->params($id)->order($actor) + ['generation' => $generations[$id] ?? null];
            } catch (Throwable $error) {
                $made->failed[] = ['id' => $id, 'message' => $error->getMessage()];
            }
        }

        return $made;
    }

    /** What WHMCS would hand out for a button of this service. */
    public static function paramsOf(int $id): Params
    {
        return (new self([$id]))->params($id);
    }

    private function params(int $id): Params
    {
        $service = $this->services[$id] ?? throw new Unavailable(Lang::text('row_service', ['id' => (string) $id]));
        $product = $this->products[(int) $service->packageid]
            ?? throw new Unavailable(Lang::text('row_product', ['id' => (string) $service->packageid]));
        if ($product->servertype !== Module::NAME) {
            throw new Unavailable(Lang::text('row_module', ['id' => (string) $product->id]));
        }
        if ((int) $service->server === 0) {
            throw new Unavailable(Lang::text('row_no_server'));
        }
        $server = $this->servers[(int) $service->server]
            ?? throw new Unavailable(Lang::text('row_server', ['id' => (string) $service->server]));

        $options = ConfigurableOptions::of($id, (int) $product->id);

        return Params::fromRows($service, $product, $server, $options, $this->identities[$id] ?? null);
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
