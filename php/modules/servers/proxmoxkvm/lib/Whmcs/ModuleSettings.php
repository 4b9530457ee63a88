<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

/** The module settings of a product, under WHMCS's names. */
final class ModuleSettings
{
    public const COUNT = 24;

    /** @return list<string> in their order */
    public static function names(): array
    {
        return array_map(static fn (int $position): string => "configoption$position", range(1, self::COUNT));
    }

    /** @return array<string, mixed> as `$params` has them */
    public static function of(object $product): array
    {
        $names = self::names();

        return array_combine($names, array_map(static fn (string $name): mixed => $product->$name, $names));
    }
}
