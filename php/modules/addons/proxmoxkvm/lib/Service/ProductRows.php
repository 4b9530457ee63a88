<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The products of the module. Which service is of which, WHMCS knows alone. */
final class ProductRows
{
    /** @return array<int, string> names by id */
    public static function names(): array
    {
        return Capsule::table('tblproducts')
            ->where('servertype', Module::NAME)
            ->orderBy('id')
            ->pluck('name', 'id')
            ->map(static fn ($name): string => Text::plain((string) $name))
            ->all();
    }

    /** @return list<int> numbers of the services of a product */
    public static function services(int $product): array
    {
        $ids = Capsule::table('tblhosting')->where('packageid', $product)->pluck('id')->all();

        return array_map(intval(...), array_values($ids));
    }
}
