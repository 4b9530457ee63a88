<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Why a machine is not reached, as the core has found it: in words, for customers and for staff. */
final class Reachability
{
    /**
     * @param array<string, mixed> $found the core's answer
     * @return array{sentence: string, health: string, rows: list<array<string, string>>, screen: bool}
     */
    public static function of(array $found): array
    {
        $sentence = $found['sentence'] ?? [];

        return [
            'sentence' => self::text($sentence),
            'health' => (string) ($sentence['health'] ?? ''),
            'rows' => array_values(array_map(self::row(...), $found['findings'] ?? [])),
            'screen' => ($found['screen'] ?? false) === true,
        ];
    }

    /**
     * @param array<string, mixed> $finding
     * @return array<string, string>
     */
    private static function row(array $finding): array
    {
        $health = (string) ($finding['health'] ?? '');

        return [
            'health' => $health,
            'is' => Lang::word("client_reach_health_$health", $health),
            'text' => self::text($finding),
            'why' => (string) ($finding['why'] ?? ''),
        ];
    }

    /** @param array<string, mixed> $finding */
    private static function text(array $finding): string
    {
        $values = array_map(static fn (mixed $value): string => (string) $value, $finding['values'] ?? []);
        $says = (string) ($finding['says'] ?? '');

        return Lang::word("client_reach_$says", $says, $values);
    }
}
