<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The firewall of a service as pages show it, from the core's answer. Plain text. */
final class Firewall
{
    /** @return list<string> what is done with a rule by one press. On and off are one switch: to whatever it is not */
    public static function changes(): array
    {
        $switch = static fn (string $change): string => in_array($change, ['on', 'off'], true) ? 'switch' : $change;

        return array_values(array_unique(array_map($switch, ActionInputs::words('firewall_change', 'change'))));
    }

    /** @return array<string, mixed> the core's answer */
    public static function ask(Params $whmcs, string $actor): array
    {
        return Native::call('firewall', $whmcs->order($actor));
    }

    /**
     * @param array<string, mixed> $page
     * @return array<string, mixed>
     */
    public static function of(array $page): array
    {
        $own = array_values($page['rules'] ?? []);
        $rules = array_map(FirewallRule::own(...), $own, array_keys($own));
        $provider = array_map(FirewallRule::foreign(...), array_values($page['provider'] ?? []));
        $isFirst = ($page['provider_first'] ?? true) === true;
        $others = array_map(FirewallRule::foreign(...), array_values($page['others'] ?? []));
        $left = $page['waits_s'] ?? null;

        return [
            'failed' => '',
            'version' => (string) ($page['version'] ?? ''),
            'rules' => $rules,
            'is_empty' => $rules === [],
            'count' => Kept::count(['have' => count($rules), 'most' => $page['most'] ?? 0]),
            'first' => $isFirst ? $provider : [],
            'last' => $isFirst ? [] : $provider,
            'others' => $others,
            'policy_in' => (string) ($page['policy_in'] ?? ''),
            'policy_out' => (string) ($page['policy_out'] ?? ''),
            'waiting' => $left === null ? '' : Lang::counted('client_firewall_waiting', (int) ceil($left)),
            'writing' => ($page['writing'] ?? false) === true,
            'without_effect' => ($page['works'] ?? null) === false,
            'why_not' => (string) ($page['why_not'] ?? ''),
            'waits_s' => $left,
            'only_me' => Lang::text('client_firewall_template_only_me', [
                'address' => (string) ($page['your_address'] ?? '?'),
            ]),
        ];
    }
}
