<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Firewall;
use WHMCS\Module\Server\Proxmoxkvm\Service\FirewallRule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The firewall of a service's VM: the customer's rules, and why they may have no effect. Only when it is asked for. */
final class FirewallPanel
{
    private const FIELDS = ['ports', 'source', 'dest', 'comment'];

    private function __construct(private string $link, private string $version)
    {
    }

    /** @param string $link to the page of the service */
    public static function html(Request $request, string $link, int $service): string
    {
        $panel = new AskedPanel('firewall', 'client_firewall', 'addon_firewall_show');

        return $panel->html($request, $link, $service, static function (Params $params) use ($link): string {
            $page = Firewall::ask($params, 'admin');

            return (new self($link, (string) ($page['version'] ?? '')))->body(Firewall::of($page));
        });
    }

    /** @param array<string, mixed> $page */
    private function body(array $page): string
    {
        $rows = [];
        foreach (['first' => false, 'rules' => true, 'last' => false, 'others' => false] as $list => $isOwn) {
            foreach ($page[$list] as $rule) {
                $rows[] = [
                    Html::text($rule['number'] ?? ''),
                    '<strong>' . Html::text($rule['title']) . '</strong> ' . Html::text($rule['what']) . ' '
                        . Html::text($rule['off']),
                    $isOwn ? Html::text($rule['comment']) : '<code>' . Html::text($rule['line']) . '</code>',
                    $isOwn ? $this->buttons($rule) : '',
                ];
            }
        }
        $why = "addon_firewall_$page[why_not]";
        $told = Lang::has($why) ? Html::note('warning', Html::lang($why)) : '';
        if ($page['waits_s'] !== null) {
            $left = Lang::counted('addon_firewall_waits', (int) ceil($page['waits_s']));
            $told .= Html::note('info', Html::text($left) . ' '
                . Html::forms($this->form('firewall_confirm'), $this->form('firewall_back')));
        }

        return $told . $this->policies($page)
            . ($rows === [] ? '' : Html::table(['', 'client_firewall_rules', 'client_firewall_comment', ''], $rows))
            . $this->newRule();
    }

    /** @param array<string, mixed> $page */
    private function policies(array $page): string
    {
        $select = static fn (string $name, string $label): string => Html::labelled(
            Html::lang($label),
            Html::select($name, FirewallRule::verdicts(), $page[$name])
        );

        return $this->form('firewall_policy', [], Html::lang('client_firewall_policies') . ': '
            . $select('policy_in', 'client_firewall_in') . ' ' . $select('policy_out', 'client_firewall_out') . ' ');
    }

    /** @param array<string, mixed> $rule */
    private function buttons(array $rule): string
    {
        $labels = ['on' => 'client_firewall_on', 'off' => 'client_firewall_off_button'];
        $form = function (string $change) use ($rule, $labels): string {
            $change = $change === 'switch' ? $rule['switch'] : $change;
            $hidden = ['rule' => $rule['number'], 'change' => $change];

            return $this->form('firewall_change', $hidden, '', $labels[$change] ?? "client_firewall_$change");
        };

        return Html::forms(...array_map($form, Firewall::changes()));
    }

    private function newRule(): string
    {
        $named = static function (string $input): array {
            $words = ActionInputs::words('firewall_rule', $input);

            return array_combine($words, $words);
        };
        $none = static fn (string $key): array => ['' => Lang::text($key)];
        $selects = [
            'direction' => FirewallRule::directions(),
            'verdict' => FirewallRule::verdicts(),
            'macro' => $none('client_firewall_macro_none') + $named('macro'),
            'proto' => $none('client_firewall_proto_any') + $named('proto'),
        ];
        $html = '';
        foreach ($selects as $name => $options) {
            $html .= Html::labelled(Html::lang("client_firewall_$name"), Html::select($name, $options, '')) . ' ';
        }
        foreach (self::FIELDS as $name) {
            $label = Lang::text("client_firewall_$name");
            $html .= Html::labelled(Html::text($label), Html::input($name, '', $label), false) . ' ';
        }
        $form = $this->form('firewall_rule', ['enabled' => '1'], $html);

        return '<p><strong>' . Html::lang('client_firewall_new') . "</strong></p>$form";
    }

    /** @param array<string, string> $hidden */
    private function form(string $action, array $hidden = [], string $html = '', string $label = ''): string
    {
        return ActionForm::html($this->link, $action, $hidden + ['version' => $this->version], $html, $label);
    }
}
