<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;

/** Addresses that nobody gets, each with its note; and when staff are warned. */
final class PoolReserved
{
    public function __construct(private Request $request, private int $server, private string $fingerprint)
    {
    }

    /** @param array<string, mixed> $reply of the core */
    public function html(array $reply): string
    {
        $rows = array_map($this->row(...), $reply['reserved'] ?? []);
        $table = $rows === [] ? '' : Html::table(['tab_addresses', 'pool_note', 'addon_service', ''], $rows);
        $reserve = Html::labelled(
            Html::lang('pool_addresses'),
            Html::input('addresses', '', '192.0.2.15')
        ) . ' ' . Html::labelled(Html::lang('pool_note'), Html::input('note', ''));
        $warn = Html::labelled(
            Html::lang('pool_warn'),
            Html::input('level', (string) ($reply['warn'] ?? ''))
        );

        return '<h2 class="h3">' . Html::lang('pool_reserved') . '</h2><p>' . Html::lang('pool_reserved_help')
            . "</p>$table"
            . $this->form($reserve . ' ' . Html::button('pool_reserve', 'reserve'))
            . $this->form($warn . ' ' . Html::button('addon_save', 'warn'))
            . '<p class="proxmoxkvm-muted">' . Html::lang('pool_warn_help') . '</p>';
    }

    /**
     * @param array<string, mixed> $reserved
     * @return list<string>
     */
    private function row(array $reserved): array
    {
        $first = (string) $reserved['first'];
        $range = $first === $reserved['last'] ? $first : "$first - $reserved[last]";
        $services = array_map(static fn (mixed $id): string => '#' . (int) $id, $reserved['services'] ?? []);

        return [
            Html::text($range),
            Html::text($reserved['note']),
            $services === [] ? '-' : implode(', ', $services),
            $this->form(Html::button('pool_release', 'release'), ['number' => (string) $reserved['line']]),
        ];
    }

    /** @param array<string, string> $hidden */
    private function form(string $html, array $hidden = []): string
    {
        $link = $this->request->link('pools', ['server' => $this->server]);

        return '<div class="form-inline proxmoxkvm-search">'
            . Html::form($link, ['shown' => $this->fingerprint] + $hidden, $html) . '</div>';
    }
}
