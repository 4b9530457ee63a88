<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Servers;

/**
 * Makes the configurable options that the core knows for a product, in a group of the product's own.
 *
 * An option wins over the product as soon as a service has it, 0 included, and WHMCS gives a service the least of
 * a quantity or the first choice of a list without asking anybody. So that nothing changes by itself:
 *
 * - The least, or the first choice, is what the product itself includes.
 * - All options are hidden and free of charge: the hoster sets the prices and shows what is for sale.
 * - An option that the product has already, by its long or its short name and in whatever group, stays as it is.
 *
 * Run again, it adds what is missing by then: options, and (hidden) templates to its own list of them.
 */
final class ConfigurableOptionGroup
{
    /**
     * @return string a sentence, as plain text, that says what was done
     * @throws Unavailable|CoreError nothing was done
     */
    public static function create(int $productId): string
    {
        $product = Capsule::table('tblproducts')->where('id', $productId)->where('servertype', Module::NAME)->first()
            ?? throw new Unavailable(Lang::text('group_no_product', ['id' => (string) $productId]));
        $known = Native::call('list', [
            'what' => 'config_options',
            'package' => Params::fromProduct($product)->package(),
        ])['config_options'];
        $said = [];
        try {
            $templates = Choices::rows(Params::fromServer(Servers::forProduct($productId)), 'templates');
        } catch (Unavailable | CoreError $error) {
            $templates = [];
            $said[] = Lang::text('group_no_templates', ['why' => Forbidden::sentence($error)]);
        }
        [$options, $choices] = Capsule::connection()->transaction(
            static fn (): array => self::fill($productId, (string) $product->name, $known, $templates)
        );
        $counts = ['id' => (string) $productId, 'options' => (string) $options, 'choices' => (string) $choices];
        $done = array_keys(array_filter([
            'group_created' => $options > 0,
            'group_choices' => $choices > 0,
            'group_complete' => $options + $choices === 0,
        ]));

        return implode(' ', [...array_map(static fn (string $text) => Lang::text($text, $counts), $done), ...$said]);
    }

    /** Called by options.php. Throws nothing. @return int 0: it did its work, 1: not */
    public static function alone(int $productId): int
    {
        try {
            StoreOwner::mustBeUs(StoreLocation::current());
            echo self::create($productId), PHP_EOL;

            return 0;
        } catch (Throwable $error) {
            echo Module::NAME, ': ', Forbidden::sentence($error), PHP_EOL;

            return 1;
        }
    }

    /**
     * @param list<array<string, mixed>> $known options of the core
     * @param list<array<string, mixed>> $templates
     * @return array{int, int} how many options and how many choices were added
     */
    private static function fill(int $productId, string $name, array $known, array $templates): array
    {
        // One run after the other, should somebody press the button twice.
        Capsule::table('tblproducts')->where('id', $productId)->lockForUpdate()->first();
        $present = self::present($productId);
        $group = null;
        $options = 0;
        foreach ($known as $option) {
            $names = array_map(self::plain(...), array_filter([$option['name'], $option['short']]));
            if (array_intersect($names, $present) === []) {
                $group ??= self::group($productId, $name);
                OptionRows::add($group, $options++ + count($present), $option, $templates);
            }
        }

        return [$options, OptionRows::addTemplates(self::title($productId), $known, $templates)];
    }

    /** @return list<string> the names of the options that the product has in any group */
    public static function present(int $productId): array
    {
        return Capsule::table('tblproductconfigoptions as item')
            ->join('tblproductconfiglinks as link', 'link.gid', '=', 'item.gid')
            ->where('link.pid', $productId)
            ->pluck('item.optionname')
            ->map(self::plain(...))
            ->all();
    }

    /** The group of this product, made and linked where that is missing. */
    private static function group(int $productId, string $name): int
    {
        $title = self::title($productId);
        $group = (int) Capsule::table('tblproductconfiggroups')->where('name', $title)->orderBy('id')->value('id')
            ?: Capsule::table('tblproductconfiggroups')->insertGetId(['name' => $title, 'description' => $name]);
        $link = ['gid' => $group, 'pid' => $productId];
        if (!Capsule::table('tblproductconfiglinks')->where($link)->exists()) {
            Capsule::table('tblproductconfiglinks')->insert($link);
        }

        return $group;
    }

    private static function title(int $productId): string
    {
        return Module::NAME . " $productId";
    }

    /** `RAM  (GB)|Memory` is the option "ram (gb)". */
    private static function plain(string $name): string
    {
        $key = Text::plain(explode('|', $name, 2)[0]);

        return strtolower((string) preg_replace('/\s+/', ' ', trim($key)));
    }
}
