<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Service\Reachability;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** Why a customer does not reach a VM: what the customer is told, with the reasons of what could not be read. */
final class ReachPanel
{
    private const SHOWN = ['good' => 'success', 'bad' => 'danger', 'unknown' => 'warning', 'note' => 'info'];

    public static function html(Request $request, int $service): string
    {
        $title = Html::lang('client_reach');
        if ($request->askedNumber('reach') === 0) {
            return Html::panel($title, self::form($request, $service));
        }
        $asked = ['port' => $request->asked('port'), 'from' => $request->asked('from')];
        $body = static fn (Params $params): string => self::form($request, $service)
            . self::found(Reachability::of(Entry::perform('reachability', $params, 'admin', $asked)));

        return AskedPanel::shown($title, $service, $body);
    }

    /** It asks, and changes nothing. */
    private static function form(Request $request, int $service): string
    {
        $html = '';
        foreach (['id' => $service, 'reach' => 1] as $name => $value) {
            $html .= "<input type=\"hidden\" name=\"$name\" value=\"$value\">";
        }
        foreach (['port', 'from'] as $name) {
            $label = Lang::text("action_input_$name");
            $input = Html::input($name, $request->asked($name), $label);
            $html .= Html::labelled(Html::text($label), $input, false) . ' ';
        }

        return Html::search($request, 'service', $html . Html::button('client_reach_ask'));
    }

    /** @param array{sentence: string, health: string, rows: list<array<string, string>>} $found */
    private static function found(array $found): string
    {
        $rows = array_map(static fn (array $row): array => [
            '<span class="label label-' . self::SHOWN[$row['health']] . '">' . Html::text($row['is']) . '</span>',
            Html::text($row['text']) . ($row['why'] === '' ? '' : '<br><small>' . Html::text($row['why']) . '</small>'),
        ], $found['rows']);

        return Html::note(self::SHOWN[$found['health']] ?? 'info', Html::text($found['sentence']))
            . Html::table(['', ''], $rows);
    }
}
