<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use WHMCS\Module\Server\Proxmoxkvm\Admin\GuestLinks;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The doctor on the nodes of a product that gives customers consoles: whether a ticket of one opens others there. */
final class ConsoleChecks
{
    /**
     * @param array<string, mixed> $package
     * @param array<string, mixed> $entry of the server
     * @param array<int, array<mixed>> $known by server entry, asked once
     * @return list<Finding>
     */
    public static function findings(string $subject, array $package, array $entry, array &$known): array
    {
        $request = ['server' => $entry, 'what' => 'consoles', 'package' => $package];
        $ports = $known[(int) $entry['id']] ?? Native::call('list', $request)['consoles'] ?? null;
        if ($ports === null) {
            // It gives its customers no console.
            return [];
        }
        $known[(int) $entry['id']] = (array) $ports;
        $texts = array_map(static fn (array $open): string => Lang::text('doctor_console_ports', [
            'node' => (string) $open['node'],
            'version' => (string) $open['version'],
        ]), $ports['open'] ?? []);
        $unseen = $ports['unseen'] ?? [];
        if ($unseen !== []) {
            $texts[] = Lang::text('doctor_console_unseen', ['nodes' => implode(', ', $unseen)]);
        }

        return array_map(
            static fn (string $text): Finding => Finding::warning($subject, $text)->mendedAt(GuestLinks::web($entry)),
            $texts
        );
    }
}
