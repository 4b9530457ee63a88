<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Firewall;
use WHMCS\Module\Server\Proxmoxkvm\Service\FirewallRule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The firewall of the machine: its customer's rules in their order, and a change that waits to be kept. */
final class FirewallTab extends Tab
{
    public const SCRIPTS = ['rules.js'];

    private const TEXTS = [
        'firewall', 'firewall_help', 'firewall_without_effect', 'firewall_writing', 'firewall_policies', 'firewall_in',
        'firewall_out', 'firewall_rules', 'firewall_rules_none', 'firewall_provider_first', 'firewall_provider_last',
        'firewall_others', 'firewall_new', 'firewall_edit', 'firewall_up', 'firewall_down', 'firewall_copy',
        'firewall_delete', 'firewall_direction', 'firewall_verdict', 'firewall_macro', 'firewall_macro_none',
        'firewall_proto', 'firewall_proto_any', 'firewall_ports', 'firewall_source', 'firewall_dest',
        'firewall_comment', 'firewall_enabled', 'firewall_anyway', 'firewall_templates', 'firewall_template_web',
        'firewall_template_mail',
    ];

    /** A rule that nobody has written. */
    private const BLANK = [
        'number' => '', 'title' => '', 'what' => '', 'off' => '', 'switch' => '', 'switch_label' => '',
        'direction' => 'in', 'verdict' => 'ACCEPT', 'macro' => '', 'proto' => '', 'ports' => '', 'source' => '',
        'dest' => '', 'comment' => '', 'enabled' => true,
    ];

    public static function isThere(Seen $seen): bool
    {
        return $seen->service() !== [] && $seen->lets('firewall');
    }

    public static function of(Seen $seen): array
    {
        return [
            'text' => Lang::named('client_', self::TEXTS),
            'do' => array_column(ClientActions::ofGroup($seen->shown, 'firewall'), null, 'name'),
            'verdicts' => FirewallRule::verdicts(),
            'directions' => FirewallRule::directions(),
            'macros' => ActionInputs::words('firewall_rule', 'macro'),
            'protocols' => ActionInputs::words('firewall_rule', 'proto'),
            'changes' => Firewall::changes(),
            'blank' => self::BLANK,
            'longest' => ActionInputs::most('firewall_rule', 'comment'),
        ];
    }

    public static function live(Seen $seen): array
    {
        return self::asked(
            'firewall',
            'client_firewall_failed',
            static fn (): array => Firewall::of(Firewall::ask($seen->whmcs, 'client'))
        );
    }
}
