<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/**
 * The module settings of a product, as WHMCS shows them.
 *
 * WHMCS stores them by position. The product page calls this offline and without a service, so Proxmox VE is not
 * asked; in simple mode WHMCS then calls the loaders, which do ask (see Choices).
 */
final class PackageOptions
{
    private const TEXT = ['Type' => 'text', 'Size' => '25'];
    private const LINES = ['Type' => 'textarea', 'Rows' => '5', 'Cols' => '60'];

    /** @return array<string, array<string, mixed>> */
    public static function forWhmcs(): array
    {
        try {
            return array_map(self::shown(...), Catalogue::fields());
        } catch (Throwable $error) {
            return self::unnamed(Problem::html($error, []));
        }
    }

    /**
     * @param array<string, mixed> $option of the core
     * @return array<string, mixed>
     */
    private static function shown(array $option): array
    {
        $key = $option['key'];
        $text = "option_$key";
        $field = match (true) {
            $option['kind'] === 'choice' => ['Type' => 'dropdown', 'Options' => implode(',', $option['choices'])],
            in_array($option['kind'], ['lines', 'settings'], true) => self::LINES,
            default => self::TEXT,
        };
        if (Choices::isListed($option)) {
            $field['Loader'] = 'proxmoxkvm_Load' . str_replace('_', '', ucwords($key, '_'));
        }

        return ['FriendlyName' => Lang::text($text)] + $field
            + ['Default' => $option['default'], 'Description' => Lang::text("{$text}_help")]
            + ($option['simple'] ? ['SimpleMode' => true] : []);
    }

    /**
     * Without the library nobody knows the options. A field for each place keeps what is stored, should somebody save.
     *
     * @param string $why HTML
     * @return array<string, array<string, mixed>>
     */
    private static function unnamed(string $why): array
    {
        $shown = [];
        for ($place = 1; $place <= Params::OPTIONS; $place++) {
            $shown["option_$place"] = ['FriendlyName' => "#$place", 'Default' => '', 'Description' => $why]
                + self::LINES + ['SimpleMode' => true];
        }

        return $shown;
    }
}
