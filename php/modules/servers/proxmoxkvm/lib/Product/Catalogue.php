<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use WHMCS\Module\Server\Proxmoxkvm\Native;

/** The options of a package, as the core's table has them: key, kind, unit, default, place of each. */
final class Catalogue
{
    /** @return array<string, array<string, mixed>> all options, by key */
    public static function options(): array
    {
        return array_column(Native::catalogue('options'), null, 'key');
    }

    /** @return array<string, array<string, mixed>> those that WHMCS has a place for, by key and in the order of the places */
    public static function fields(): array
    {
        return array_filter(self::options(), static fn (array $option): bool => is_int($option['field']));
    }
}
