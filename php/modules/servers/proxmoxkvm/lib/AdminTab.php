<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/** The module's fields on the admin's page of a service: from the store alone, no request to Proxmox VE. */
final class AdminTab
{
    private const EVENTS = 20;

    /**
     * @param array<string, mixed> $reply
     * @return array<string, string> label => HTML
     */
    public static function fields(array $reply): array
    {
        $service = $reply['service'] ?? [];
        $fields = [
            'tab_status' => self::status($service),
            'tab_vm' => self::machine($service),
            'tab_addresses' => implode('<br>', array_map(Text::html(...), $service['addresses'] ?? [])) ?: '-',
        ];
        if (isset($service['error']['message'])) {
            $fields['tab_error'] = '<span class="text-danger">' . Text::html($service['error']['message']) . '</span>';
        }
        $fields['tab_history'] = self::history($reply['events'] ?? []);

        $labelled = [];
        foreach ($fields as $label => $html) {
            $labelled[Lang::text($label)] = $html;
        }

        return $labelled;
    }

    /** @param array<string, mixed> $service */
    private static function status(array $service): string
    {
        $status = '<strong>' . Text::html((string) ($service['status'] ?? '-')) . '</strong>';
        if (($service['suspended'] ?? false) === true) {
            $status .= ' (' . Text::html(Lang::text('suspended')) . ')';
        }
        if (isset($service['task']['what'])) {
            $status .= ', ' . Text::html(Lang::text('task', ['what' => (string) $service['task']['what']]));
        }

        return $status;
    }

    /** @param array<string, mixed> $service */
    private static function machine(array $service): string
    {
        if (!isset($service['vmid'])) {
            return Text::html(Lang::text('no_vm'));
        }

        return Text::html(Lang::text('vm', [
            'vmid' => (string) $service['vmid'],
            'name' => (string) ($service['name'] ?? ''),
            'node' => (string) ($service['node'] ?? '-'),
        ]));
    }

    /** @param list<array<string, mixed>> $events oldest first; the page shows the newest first */
    private static function history(array $events): string
    {
        $rows = '';
        foreach (array_reverse(array_slice($events, -self::EVENTS)) as $event) {
            $rows .= '<tr>';
            $event['at'] = self::time($event['at'] ?? '');
            foreach (['at', 'actor', 'what', 'result'] as $cell) {
                $rows .= '<td>' . Text::html((string) ($event[$cell] ?? '')) . '</td>';
            }
            $rows .= '</tr>';
        }

        return $rows === '' ? '-' : '<table class="table table-condensed table-sm">' . $rows . '</table>';
    }

    private static function time(mixed $at): string
    {
        return is_numeric($at) ? date('Y-m-d H:i:s', (int) $at) : (string) $at;
    }
}
