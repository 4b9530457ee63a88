<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** A configurable option in WHMCS's tables: the option, its choices, and a price of nothing for each of them. */
final class OptionRows
{
    /** The option whose choices are templates. */
    private const TEMPLATES = 'os_template';

    private const CHOICE = 1;
    private const QUANTITY = 4;

    private const CYCLES = ['monthly', 'quarterly', 'semiannually', 'annually', 'biennially', 'triennially'];

    /**
     * A choice of what shops sell, or a quantity, from what is included upwards. Each has the core's word, which WHMCS
     * hands out, and behind the bar the text that customers read, in the language of the installation.
     *
     * @param array<string, mixed> $option of the core
     * @param list<array<string, mixed>> $templates
     */
    public static function add(int $group, int $order, array $option, array $templates): void
    {
        $included = (string) $option['included'];
        $steps = $option['steps'] ?? [];
        $isQuantity = $steps === [] && $option['most'] > 0 && ctype_digit($included);
        $id = Capsule::table('tblproductconfigoptions')->insertGetId([
            'gid' => $group,
            'optionname' => $option['name'] . '|' . Lang::ofSystem("ordered_$option[key]"),
            'optiontype' => $isQuantity ? self::QUANTITY : self::CHOICE,
            'qtyminimum' => $isQuantity ? (int) $included : 0,
            'qtymaximum' => $isQuantity ? max((int) $included, (int) $option['most']) : 0,
            'order' => $order,
            'hidden' => 1,
        ]);
        $choices = match (true) {
            $steps !== [] => array_map(static fn (array $step): string
                => $step['value'] . '|' . self::label((string) $option['key'], $step), $steps),
            $isQuantity => [$option['name'] . '|' . Lang::ofSystem("ordered_$option[key]")],
            $option['key'] === self::TEMPLATES => self::templateChoices($included, $templates),
            $included === 'none' => ["$included|" . Lang::ofSystem('ordered_none')],
            default => [$included],
        };
        foreach (array_values($choices) as $place => $choice) {
            self::choice($id, $choice, $place, false);
        }
    }

    /**
     * Templates that are new since a group was made. Hidden: nobody has set their price yet.
     *
     * @param list<array<string, mixed>> $known options of the core
     * @param list<array<string, mixed>> $templates
     * @return int how many
     */
    public static function addTemplates(string $group, array $known, array $templates): int
    {
        $lists = array_filter($known, static fn (array $option): bool => $option['key'] === self::TEMPLATES);
        $names = array_column($lists, 'name');
        $option = (int) Capsule::table('tblproductconfigoptions as item')
            ->join('tblproductconfiggroups as grp', 'grp.id', '=', 'item.gid')
            ->where('grp.name', $group)
            ->get(['item.id', 'item.optionname'])
            ->first(static fn (object $row): bool => in_array(explode('|', $row->optionname)[0], $names, true))?->id;
        if ($option === 0) {
            return 0;
        }
        $present = Capsule::table('tblproductconfigoptionssub')->where('configid', $option)->pluck('optionname')
            ->map(static fn (string $name): int => (int) $name)
            ->all();
        $new = array_filter($templates, static fn (array $row): bool => !in_array((int) $row['vmid'], $present, true));
        foreach (array_values(self::templateChoices('', $new)) as $place => $choice) {
            self::choice($option, $choice, count($present) + $place, true);
        }

        return count($new);
    }

    /** @param array{value: string, number: float, unit: string} $step of the core */
    private static function label(string $key, array $step): string
    {
        if ((float) $step['number'] === 0.0) {
            return Lang::ofSystem($key === 'additional_disk' ? 'ordered_none' : 'ordered_unlimited');
        }
        $isLarge = $step['number'] >= 1000 && ($step['unit'] === 'Mbit/s' || $key === 'traffic_gb');
        $number = (float) $step['number'] / ($isLarge ? 1000 : 1);
        $unit = $isLarge ? ['Mbit/s' => 'Gbit/s', 'GB' => 'TB'][$step['unit']] : $step['unit'];

        return trim(rtrim(rtrim(number_format($number, 2, '.', ''), '0'), '.') . " $unit");
    }

    /**
     * @param list<array<string, mixed>> $templates
     * @return array<int|string, string> the included one first, known to Proxmox VE or not
     */
    private static function templateChoices(string $included, array $templates): array
    {
        $choices = $included === '' ? [] : [$included => $included];
        foreach ($templates as $template) {
            $choices[$template['vmid']] = $template['vmid'] . '|' . Text::html((string) $template['name']);
        }

        return $choices;
    }

    private static function choice(int $option, string $name, int $place, bool $hidden): void
    {
        $choice = Capsule::table('tblproductconfigoptionssub')->insertGetId([
            'configid' => $option,
            'optionname' => $name,
            'sortorder' => $place,
            'hidden' => (int) $hidden,
        ]);
        $prices = ['type' => 'configoptions', 'relid' => $choice];
        foreach (self::CYCLES as $cycle) {
            $prices += [$cycle => '0.00', $cycle[0] . 'setupfee' => '0.00'];
        }
        foreach (Capsule::table('tblcurrencies')->pluck('id') as $currency) {
            Capsule::table('tblpricing')->insert($prices + ['currency' => $currency]);
        }
    }
}
