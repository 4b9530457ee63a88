<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/**
 * Configurable options have one name in WHMCS, in the language that they were made in. Those of this module are called
 * in the customer's language; a name that the hoster has given stays.
 */
final class OptionNames
{
    private const VALUES = ['ordered_none', 'ordered_unlimited'];

    /** @return array<string, string> HTML: as WHMCS shows it => as the customer reads it */
    public static function html(): array
    {
        try {
            $names = [];
            foreach (Catalogue::options() as $key => $option) {
                if (isset($option['ordered']) && Lang::has("ordered_$key")) {
                    $ordered = [$option['ordered']['name'], $option['ordered']['short'] ?? ''];
                    $names += self::named("ordered_$key", array_filter($ordered));
                }
            }
            foreach (self::VALUES as $text) {
                $names += self::named($text, []);
            }

            return $names;
        } catch (Throwable) {
            // No page fails for want of words: they stay WHMCS's.
            return [];
        }
    }

    /**
     * @param array<string> $names that it has in WHMCS beside those that the module gives it
     * @return array<string, string>
     */
    private static function named(string $text, array $names): array
    {
        $known = [...$names, Lang::ofSystem($text), Lang::in('english', $text)];

        return array_fill_keys(array_map(Text::html(...), $known), Text::html(Lang::text($text)));
    }
}
