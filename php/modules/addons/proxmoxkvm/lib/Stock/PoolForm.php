<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;

/** An address line as a form: its fields are those of the text, in its order. */
final class PoolForm
{
    /** Field of the form => its label, and an example. */
    private const FIELDS = [
        'bridge' => ['pool_bridge', 'vmbr0'],
        'vlan' => ['pool_vlan', '0'],
        'addresses' => ['pool_addresses', '192.0.2.10-192.0.2.40'],
        'prefix' => ['pool_prefix', '24'],
        'gateway' => ['pool_gateway', '192.0.2.1'],
        'resolvers' => ['pool_resolvers', '192.0.2.53,198.51.100.53'],
    ];

    /** @param array<string, string> $values by field */
    private function __construct(private array $values, private int $number)
    {
    }

    public static function empty(): self
    {
        return new self(['vlan' => '0'], 0);
    }

    /** @param array<string, mixed> $line as the core shows it */
    public static function of(array $line): self
    {
        $one = $line['first'] === $line['last'];

        return new self([
            'bridge' => (string) $line['bridge'],
            'vlan' => (string) $line['vlan'],
            'addresses' => $one ? (string) $line['first'] : "$line[first]-$line[last]",
            'prefix' => (string) $line['prefix'],
            'gateway' => (string) ($line['gateway'] ?? ''),
            'resolvers' => implode(',', $line['dns'] ?? []),
        ], (int) $line['line']);
    }

    public static function sent(Request $request): self
    {
        $values = [];
        foreach (array_keys(self::FIELDS) as $field) {
            $values[$field] = $request->sent($field);
        }

        return new self($values, $request->sentNumber('number'));
    }

    /** @return array<string, mixed> for the core, which checks it */
    public function edit(): array
    {
        $typed = array_map(fn (string $field): string => $this->values[$field] ?? '', array_keys(self::FIELDS));
        $line = implode('|', $typed);

        return $this->number === 0
            ? ['do' => 'add', 'line' => $line]
            : ['do' => 'replace', 'number' => $this->number, 'line' => $line];
    }

    public function html(Request $request, int $server, string $fingerprint): string
    {
        $fields = '';
        foreach (self::FIELDS as $name => [$label, $example]) {
            $fields .= '<div class="col-xs-12 col-sm-6 col-md-4"><div class="form-group">' . Html::labelled(
                Html::lang($label),
                Html::input($name, $this->values[$name] ?? '', $example)
            ) . '<span class="help-block">' . Html::lang("{$label}_help") . '</span></div></div>';
        }
        $buttons = Html::button('pool_preview', 'preview') . ' ' . Html::button('addon_save', 'save', 'primary') . ' '
            . ($this->number === 0 ? '' : Html::button('pool_remove', 'remove', 'danger') . ' ')
            . Html::link($request->link('pools', ['server' => $server]), Html::lang('addon_cancel'));
        $title = $this->number === 0 ? Html::lang('pool_add') : Html::lang('pool_edit', ['line' => $this->number]);

        return "<h2 class=\"h3\">$title</h2><p>" . Html::lang('pool_form_help') . '</p>' . Html::form(
            $request->link('pools', ['server' => $server, 'form' => $this->number === 0 ? 'add' : $this->number]),
            ['number' => $this->number, 'shown' => $fingerprint],
            "<div class=\"row proxmoxkvm-fields\">$fields</div><p>$buttons</p>"
        );
    }
}
