<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Snapshots;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The snapshots of a service's VM, from Proxmox VE: only when they are asked for. */
final class SnapshotPanel
{
    /** @param string $link to the page of the service */
    public static function html(Request $request, string $link, int $service): string
    {
        $panel = new AskedPanel('snapshots', 'client_snapshots', 'addon_snapshots_show');

        return $panel->html($request, $link, $service, static fn (Params $params): string => self::body(
            Snapshots::of(Native::call('snapshots', ['service' => $service] + $params->order('admin'))),
            $link
        ));
    }

    /** @param array<string, mixed> $page */
    private static function body(array $page, string $link): string
    {
        $rows = array_map(static fn (array $one): array => [
            '<strong>' . Html::text($one['title']) . '</strong> ' . Html::text($one['marks']),
            Html::text($one['at']),
            '<code>' . Html::text($one['name']) . '</code>',
            $one['own'] ? Html::forms(
                self::back($one, $link),
                ActionForm::html($link, 'snapshot_delete', ['snapshot' => $one['name']])
            ) : '',
        ], $page['rows']);
        $told = array_filter([
            $page['impossible'],
            $page['is_full'],
            $page['more_disks'] ? Lang::text('client_snapshots_more_disks') : '',
            $page['rows'] === [] ? Lang::text('client_snapshots_none') : '',
        ]);

        return '<p>' . Html::text($page['count']) . '</p>'
            . implode('', array_map(static fn (string $one): string => '<p>' . Html::text($one) . '</p>', $told))
            . ($rows === [] ? '' : Html::table(['client_snapshots', 'history_at', 'addon_snapshot_name', ''], $rows));
    }

    /** @param array<string, mixed> $one */
    private static function back(array $one, string $link): string
    {
        if (!$one['back']) {
            return Html::text($one['why']);
        }
        $lost = $one['lost'] === '' ? '' : '<p>' . Html::text($one['lost']) . '</p>';
        $hidden = ['snapshot' => $one['name'], 'loses' => $one['loses']];

        return ActionForm::html($link, 'snapshot_rollback', $hidden, $lost);
    }
}
