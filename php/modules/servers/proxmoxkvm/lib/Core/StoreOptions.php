<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** What stands behind the question mark of a store's URL. */
final class StoreOptions
{
    /**
     * @param list<string> $known
     * @return array<string, string>
     * @throws Unavailable one is not known
     */
    public static function read(string $query, array $known): array
    {
        $options = [];
        foreach (array_filter(explode('&', $query)) as $pair) {
            [$key, $value] = [...explode('=', $pair, 2), ''];
            if (!in_array($key, $known, true)) {
                $shown = preg_match('/^[a-z_]{1,20}$/D', $key) === 1 ? $key : '…';
                throw new Unavailable(Lang::text('store_option', ['key' => $shown, 'known' => implode(', ', $known)]));
            }
            $options[$key] = rawurldecode($value);
        }

        return $options;
    }
}
