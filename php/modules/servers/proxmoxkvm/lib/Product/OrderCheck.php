<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderIdentity;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Servers;

/** Asks the core whether what is in a cart could be carried out, one product after the other. */
final class OrderCheck
{
    /** WHMCS's states of a service that has, or will have, its host name. */
    private const LIVING = ['Pending', 'Active', 'Suspended', 'Completed'];

    /** @var array<int, list<mixed>> by server entry: what products before this one need, as the core says it */
    private array $beside = [];

    /** @var list<string> host names of products before this one */
    private array $names = [];

    /**
     * On which entry of the product's group a service comes, WHMCS decides later: one that could have it is enough.
     *
     * @param array<string, string> $chosen
     * @param array<string, string> $typed password and custom fields, as the core calls them
     * @return list<array<string, mixed>> refusals of the core
     */
    public function ofOrder(object $product, array $chosen, string $hostname, int $count, array $typed = []): array
    {
        $package = Params::fromProduct($product, $chosen)->package();
        $refusals = [];
        foreach (Servers::allForProduct((int) $product->id) as $server) {
            $id = (int) $server->id;
            $reply = Native::call('order_check', [
                'package' => $package,
                'server' => Params::fromServer($server)->server(),
                'hostname' => $hostname,
                'count' => $count,
                'client_id' => self::client(),
                'beside' => $this->beside[$id] ?? [],
            ] + $typed);
            if ($reply['refusals'] === []) {
                $this->beside[$id] = [...$this->beside[$id] ?? [], ...$reply['needs']];

                return $this->taken($reply['name'] ?? null, $count);
            }
            $refusals = $refusals ?: $reply['refusals'];
        }

        return $refusals;
    }

    /**
     * @param array<string, string> $chosen
     * @return list<array<string, mixed>> refusals of the core
     */
    public static function ofUpgrade(object $service, object $product, array $chosen): array
    {
        $server = Capsule::table('tblservers')->where('id', (int) $service->server)->first();
        try {
            return $server === null ? [] : Native::call('order_check', [
                'service' => (int) $service->id,
                'package' => Params::fromProduct($product, $chosen)->package(),
                'server' => Params::fromServer($server)->server(),
            ] + OrderIdentity::part((int) $service->id))['refusals'];
        } catch (CoreError $error) {
            return $error->reason === 'unknown_service' ? [] : throw $error;
        }
    }

    /** Who orders; 0: nobody is logged in yet. */
    public static function client(): int
    {
        $client = $_SESSION['uid'] ?? 0;

        return is_numeric($client) ? (int) $client : 0;
    }

    /**
     * Whether an order that nobody has paid yet, or another product of this cart, has the host name.
     *
     * @param mixed $name as the core would write it into WHMCS; nothing where the product does not use it
     * @return list<array<string, mixed>>
     */
    private function taken(mixed $name, int $count): array
    {
        if (!is_string($name) || $name === '') {
            return [];
        }
        if ($count > 1) {
            // WHMCS would give each of them the same one.
            return [['code' => 'host_name_taken', 'client' => 'order_one_host_name']];
        }
        $label = explode('.', $name, 2)[0];
        $isTaken = in_array($name, $this->names, true) || Capsule::table('tblhosting')
            ->join('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->where('tblproducts.servertype', Module::NAME)
            ->whereIn('tblhosting.domain', [$name, $label])
            ->whereIn('tblhosting.domainstatus', self::LIVING)
            ->exists();
        $this->names[] = $name;

        return $isTaken ? [['code' => 'host_name_taken', 'client' => 'client_host_name_taken']] : [];
    }
}
