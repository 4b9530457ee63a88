<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What is known of a service's DNS records, on the admin's page. */
final class DnsRecords
{
    /**
     * @param array<string, mixed> $dns as the core shows it
     * @param bool $hasZones whether any zone is configured
     * @return string empty where there is nothing to say
     */
    public static function html(array $dns, bool $hasZones): string
    {
        $records = $dns['records'] ?? [];
        $troubles = $dns['troubles'] ?? [];
        if (!$hasZones && $records === [] && $troubles === []) {
            return '';
        }
        $html = implode(array_map(Advice::html(...), $troubles));
        if (isset($dns['synced_at'])) {
            $time = ['time' => Text::time($dns['synced_at'])];
            $html .= '<div>' . Text::html(Lang::text('dns_synced', $time)) . '</div>';
        }
        foreach ($records as $record) {
            $html .= '<div class="proxmoxkvm-record"><code>' . Text::html((string) $record) . '</code></div>';
        }

        return $records === [] ? $html . '<div>' . Text::html(Lang::text('dns_no_records')) . '</div>' : $html;
    }
}
