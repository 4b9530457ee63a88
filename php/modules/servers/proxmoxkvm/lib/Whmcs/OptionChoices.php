<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** A configurable option of a product, by the core's key, and what its choices are to the core. */
final class OptionChoices
{
    /** The number of the option in WHMCS; null where the product has none that the core knows as it. */
    public static function option(int $productId, string $key): ?int
    {
        $ordered = array_column(Native::catalogue('options'), 'ordered', 'key')[$key] ?? [];
        $names = array_map('strtolower', array_filter([$ordered['name'] ?? '', $ordered['short'] ?? '']));
        $items = Capsule::table('tblproductconfigoptions as item')
            ->join('tblproductconfiglinks as link', 'link.gid', '=', 'item.gid')
            ->where('link.pid', $productId)
            ->orderBy('item.id')
            ->get(['item.id', 'item.optionname']);
        foreach ($items as $item) {
            $name = self::value((string) $item->optionname);
            if (in_array(strtolower((string) preg_replace('/\s+/', ' ', $name)), $names, true)) {
                return (int) $item->id;
            }
        }

        return null;
    }

    /** @return list<string> what orders may say of it */
    public static function values(int $productId, string $key): array
    {
        $option = self::option($productId, $key);
        $names = $option === null ? [] : Capsule::table('tblproductconfigoptionssub')
            ->where('configid', $option)
            ->orderBy('id')
            ->pluck('optionname')
            ->all();

        return array_map(static fn (mixed $name): string => self::value((string) $name), array_values($names));
    }

    /** What stands before the label: `docker|Docker`. */
    private static function value(string $name): string
    {
        return trim(explode('|', Text::plain($name), 2)[0]);
    }
}
