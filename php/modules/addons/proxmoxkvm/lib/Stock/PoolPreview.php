<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** What an address line would give, before it is stored. */
final class PoolPreview
{
    /** @param array<string, mixed> $line of the core */
    public static function html(array $line): string
    {
        $values = ['total' => (int) $line['total'], 'free' => (int) $line['free'], 'first' => (string) $line['first'],
            'last' => (string) $line['last']];
        $used = array_map(
            static fn (array $lease): string => Html::text("$lease[address] (#$lease[service])"),
            $line['used'] ?? []
        );
        $more = (int) $line['leased'] > count($used) ? ', …' : '';
        $zones = self::zones($line['reverse_zones'] ?? []);

        return '<p>' . Html::lang('pool_gives', $values) . '</p>'
            . ($used === [] ? '' : '<p>' . Html::lang('pool_used', ['n' => (int) $line['leased']]) . ' '
                . implode(', ', $used) . "$more</p>")
            . ($zones === '' ? '' : '<p>' . Html::lang('pool_zones') . ": $zones</p>")
            . '<p>' . Html::lang('pool_not_saved') . '</p>';
    }

    /**
     * The reverse zones that the names of a line need; those that are set up say so.
     *
     * @param list<string> $names
     */
    public static function zones(array $names): string
    {
        $known = Zones::names();
        $html = array_map(static fn (string $name): string => Html::text($name) . ' ' . Html::lang(
            array_filter($known, static fn (string $zone): bool => str_ends_with(".$name", ".$zone")) !== []
                ? 'pool_zone_there' : 'pool_zone_missing'
        ), $names);

        return implode('<br>', $html);
    }
}
