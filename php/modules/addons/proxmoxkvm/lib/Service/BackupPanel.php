<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Backups;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The backups of a service's VM, from Proxmox VE: only when they are asked for. */
final class BackupPanel
{
    /** @param string $link to the page of the service */
    public static function html(Request $request, string $link, int $service): string
    {
        $panel = new AskedPanel('backups', 'client_backups', 'addon_backups_show');

        return $panel->html($request, $link, $service, static fn (Params $params): string => self::body(
            Backups::of(Native::call('backups', ['service' => $service] + $params->order('admin'))),
            $link,
            $request->link(StaffConsole::PAGE, ['id' => $service, 'beside' => '1'])
        ));
    }

    /** @param array<string, mixed> $page */
    private static function body(array $page, string $link, string $console): string
    {
        $rows = array_map(static fn (array $one): array => [
            '<strong>' . Html::text($one['own'] ? $one['title'] : Lang::text('client_snapshot_foreign_title'))
                . '</strong> ' . Html::text($one['marks']),
            Html::text(trim("$one[at] $one[size] $one[ends]")),
            '<code>' . Html::text($one['place']) . '</code>',
            $one['own'] ? self::forms($one, $link) : Html::text($one['note']) . self::restores($one, $link),
        ], $page['rows']);
        $none = $page['rows'] === [] ? Lang::text('client_backups_none') : '';
        $beside = trim("$page[beside] $page[beside_power] $page[beside_ends]");
        $told = array_filter([$page['used'], $page['missed'], $beside, $none]);

        $screen = $page['beside_runs']
            ? '<p><a href="' . Html::text($console) . '" target="_blank" rel="noopener">'
                . Html::lang('client_console') . '</a></p>'
            : '';

        return '<p>' . Html::text($page['count']) . '</p>' . $screen
            . implode('', array_map(static fn (string $one): string => '<p>' . Html::text($one) . '</p>', $told))
            . ($rows === [] ? '' : Html::table(['client_backups', 'history_at', 'addon_backup_place', ''], $rows));
    }

    /** @param array<string, mixed> $one */
    private static function restores(array $one, string $link): string
    {
        $html = '';
        foreach ($one['restore'] === '' ? [] : ['backup_restore_beside', 'backup_restore'] as $action) {
            $sure = '<p class="small">' . Html::lang("action_{$action}_sure") . '</p>';
            $html .= ActionForm::html($link, $action, ['backup' => $one['restore']], $sure);
        }

        return $html;
    }

    /** @param array<string, mixed> $one */
    private static function forms(array $one, string $link): string
    {
        $label = Lang::text('client_backup_label');
        $form = static fn (string $action, string $html = ''): string =>
            ActionForm::html($link, $action, ['backup' => $one['name']], $html);
        $forms = $form('backup_note', Html::input('note', $one['note'], $label) . ' ')
            . self::restores($one, $link);

        return $one['protected']
            ? $forms . $form('backup_unprotect')
            : $forms . $form('backup_protect') . $form('backup_delete');
    }
}
