<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/**
 * How further addresses are set up in the machine, with the real values: cloud-init gives it the first one of each
 * family and no other.
 */
final class AddressGuide
{
    /** As cloud-init names the first network card. */
    private const CARD = 'eth0';

    /**
     * @param list<array<string, mixed>> $network addresses as the core shows them
     * @return list<array{title: string, text: string, run: string}> a way each; none where there is nothing to set up
     */
    public static function of(array $network): array
    {
        $further = self::further($network);
        if ($further === []) {
            return [];
        }

        return [
            self::way('client_guide_netplan', self::netplan($further), 'netplan apply'),
            self::way('client_guide_ifupdown', self::ifupdown($further), self::now($further)),
            self::way(
                'client_guide_networkmanager',
                self::networkManager($further),
                'nmcli device reapply ' . self::CARD
            ),
        ];
    }

    /** @return array{title: string, text: string, run: string} */
    private static function way(string $title, string $text, string $run): array
    {
        return ['title' => Lang::text($title), 'text' => $text, 'run' => $run];
    }

    /**
     * @param list<array<string, mixed>> $network
     * @return list<array<string, mixed>> those that are not the first of their family
     */
    private static function further(array $network): array
    {
        $seen = [];
        $further = [];
        foreach ($network as $one) {
            if (isset($seen[$one['family']])) {
                $further[] = $one;
            }
            $seen[$one['family']] = true;
        }

        return $further;
    }

    /** @param list<array<string, mixed>> $further */
    private static function netplan(array $further): string
    {
        $lines = [
            '# /etc/netplan/60-further-addresses.yaml',
            'network:',
            '  version: 2',
            '  ethernets:',
            '    ' . self::CARD . ':',
            '      addresses:',
        ];
        foreach ($further as $one) {
            $lines[] = '        - "' . self::cidr($one) . '"';
        }

        return implode("\n", $lines);
    }

    /** @param list<array<string, mixed>> $further */
    private static function ifupdown(array $further): string
    {
        $lines = ['# /etc/network/interfaces.d/60-further-addresses'];
        foreach ($further as $one) {
            $lines[] = 'iface ' . self::CARD . ($one['family'] === 6 ? ' inet6' : ' inet') . ' static';
            $lines[] = '    address ' . self::cidr($one);
        }

        return implode("\n", $lines);
    }

    /** @param list<array<string, mixed>> $further */
    private static function networkManager(array $further): string
    {
        $lines = ['connection="$(nmcli -g GENERAL.CONNECTION device show ' . self::CARD . ')"'];
        foreach ($further as $one) {
            $lines[] = 'nmcli connection modify "$connection" +ipv' . $one['family'] . '.addresses ' . self::cidr($one);
        }

        return implode("\n", $lines);
    }

    /** Until the next restart, without cutting the connection that somebody is logged in by. */
    private static function now(array $further): string
    {
        $add = static fn (array $one): string => 'ip address add ' . self::cidr($one) . ' dev ' . self::CARD;

        return implode("\n", array_map($add, $further));
    }

    /** @param array<string, mixed> $one */
    private static function cidr(array $one): string
    {
        return "$one[address]/$one[prefix]";
    }
}
