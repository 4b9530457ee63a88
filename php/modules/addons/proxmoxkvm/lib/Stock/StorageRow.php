<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** A storage of a cluster as a row: where it is, what it is for, and its room. */
final class StorageRow
{
    /**
     * @param array<string, mixed> $storage
     * @return list<string>
     */
    public static function of(array $storage): array
    {
        $for = array_filter([
            ($storage['images'] ?? false) === true ? Lang::text('cluster_images') : '',
            ($storage['backups'] ?? false) === true ? Lang::text('cluster_backups') : '',
        ]);

        return [
            Html::text($storage['id']),
            ($storage['node'] ?? null) === null ? Html::lang('cluster_shared') : Html::text($storage['node']),
            Html::text(implode(', ', $for) ?: '-'),
            Space::html($storage['total'] ?? null, $storage['free'] ?? null),
        ];
    }
}
