<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** The ISOs of a service as pages show them, from the core's answer. Plain text. */
final class Isos
{
    /**
     * @param array<string, mixed> $page
     * @return array<string, mixed> rows with their group, each group's first one with its name; what is in the drive
     */
    public static function of(array $page): array
    {
        $rows = [];
        foreach ($page['groups'] ?? [] as $group) {
            foreach ($group['isos'] as $at => $iso) {
                $rows[] = [
                    'volume' => (string) $iso['volume'],
                    'file' => (string) $iso['file'],
                    'size' => Locale::bytes((float) $iso['size']),
                    'group' => $at === 0 ? (string) $group['name'] : '',
                ];
            }
        }
        $inserted = (string) ($page['inserted'] ?? '');

        return [
            'failed' => '',
            'rows' => $rows,
            'is_empty' => $rows === [],
            'inserted' => $inserted,
            'is_pending' => ($page['pending'] ?? false) === true,
            'is_once' => ($page['boots_once'] ?? false) === true,
            'is_uefi' => ($page['uefi'] ?? false) === true,
        ];
    }
}
