<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Why an order or an upgrade cannot be carried out, as its customer reads it. */
final class Refusal
{
    /** @param array<string, mixed> $refusal of the core */
    public static function sentence(array $refusal): string
    {
        $isSystem = ($refusal['which'] ?? '') === 'system disk';
        $text = match ($refusal['code'] ?? '') {
            'no_free_address' => 'order_no_address',
            'disk_shrink' => $isSystem ? 'order_smaller_disk' : 'order_smaller_additional_disk',
            default => (string) ($refusal['client'] ?? ''),
        };
        $values = array_map('strval', array_filter($refusal, is_int(...)));

        return Lang::text(Lang::has($text) ? $text : 'order_impossible', $values);
    }
}
