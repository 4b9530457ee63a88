<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;

/** The configurable options of a service, named and valued as WHMCS hands them to a module. */
final class ConfigurableOptions
{
    private const YES_NO = 3;
    private const QUANTITY = 4;

    /** @return array<string, string> name => value */
    public static function of(int $serviceId, int $productId): array
    {
        $rows = Capsule::table('tblhostingconfigoptions as chosen')
            ->join('tblproductconfigoptions as item', 'item.id', '=', 'chosen.configid')
            ->join('tblproductconfiglinks as link', 'link.gid', '=', 'item.gid')
            ->leftJoin('tblproductconfigoptionssub as choice', 'choice.id', '=', 'chosen.optionid')
            ->where('chosen.relid', $serviceId)
            ->where('link.pid', $productId)
            ->select('item.optionname as name', 'item.optiontype as type')
            ->addSelect('chosen.qty as qty', 'choice.optionname as value')
            ->get();

        $options = [];
        foreach ($rows as $row) {
            $counted = in_array((int) $row->type, [self::YES_NO, self::QUANTITY], true);
            $options[self::key((string) $row->name)] = $counted
                ? (string) (int) $row->qty
                : self::key((string) $row->value);
        }

        return $options;
    }

    /**
     * What a service has once it has another product: what it chooses, what it has of the same options, and of all
     * others the least or the first, which WHMCS gives it without asking anybody.
     *
     * @param array<int|string, mixed> $form of the shop, as below
     * @return array<string, string> name => value
     */
    public static function after(object $service, int $productId, array $form): array
    {
        $chosen = self::chosen($productId, $form) + self::of((int) $service->id, $productId);

        return (int) $service->packageid === $productId ? $chosen : $chosen + self::first($productId);
    }

    /** @return array<string, string> name => value */
    private static function first(int $productId): array
    {
        $form = [];
        $items = Capsule::table('tblproductconfigoptions as item')
            ->join('tblproductconfiglinks as link', 'link.gid', '=', 'item.gid')
            ->where('link.pid', $productId)
            ->get(['item.id', 'item.optiontype', 'item.qtyminimum']);
        foreach ($items as $item) {
            $form[(int) $item->id] = match ((int) $item->optiontype) {
                self::YES_NO => 0,
                self::QUANTITY => (int) $item->qtyminimum,
                default => (int) Capsule::table('tblproductconfigoptionssub')
                    ->where('configid', $item->id)->orderBy('sortorder')->orderBy('id')->value('id'),
            };
        }

        return self::chosen($productId, $form);
    }

    /**
     * What a form of the shop has chosen, before there is a service.
     *
     * @param array<int|string, mixed> $form id of the option => id of the choice, or how many
     * @return array<string, string> name => value, as above
     */
    public static function chosen(int $productId, array $form): array
    {
        $items = Capsule::table('tblproductconfigoptions as item')
            ->join('tblproductconfiglinks as link', 'link.gid', '=', 'item.gid')
            ->where('link.pid', $productId)
            ->whereIn('item.id', array_keys($form))
            ->get(['item.id', 'item.optionname', 'item.optiontype']);
        $options = [];
        foreach ($items as $item) {
            $value = is_scalar($form[(int) $item->id] ?? null) ? (int) $form[(int) $item->id] : 0;
            $counted = in_array((int) $item->optiontype, [self::YES_NO, self::QUANTITY], true);
            $options[self::key((string) $item->optionname)] = $counted
                ? (string) $value
                : self::key((string) Capsule::table('tblproductconfigoptionssub')
                    ->where('configid', $item->id)->where('id', $value)->value('optionname'));
        }

        return $options;
    }

    /**
     * What a form says by not saying it: a box that is not ticked is not sent. A form without any option says nothing.
     *
     * @param array<int|string, mixed> $form
     * @return array<int, int> 0 by id of the option
     */
    public static function unticked(int $productId, array $form): array
    {
        $boxes = $form === [] ? [] : Capsule::table('tblproductconfigoptions as item')
            ->join('tblproductconfiglinks as link', 'link.gid', '=', 'item.gid')
            ->where('link.pid', $productId)
            ->where('item.optiontype', self::YES_NO)
            ->whereNotIn('item.id', array_keys($form))
            ->pluck('item.id')->all();

        return array_fill_keys(array_map(intval(...), $boxes), 0);
    }

    /** @return list<string> what a product can be ordered with */
    public static function names(int $productId): array
    {
        $names = Capsule::table('tblproductconfigoptions as item')
            ->join('tblproductconfiglinks as link', 'link.gid', '=', 'item.gid')
            ->where('link.pid', $productId)
            ->pluck('item.optionname')->all();

        return array_map(static fn ($name): string => self::key((string) $name), array_values($names));
    }

    /** `ram|RAM (GB)` is named `ram`, and shown to the client as the rest. */
    private static function key(string $name): string
    {
        return trim(explode('|', $name, 2)[0]);
    }
}
