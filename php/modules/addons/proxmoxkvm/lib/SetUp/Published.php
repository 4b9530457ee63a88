<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** What the maker of an image publishes as its checksums. */
final class Published
{
    private const SECONDS = 10;
    private const MOST_BYTES = 1 << 20;

    public static function at(string $url): string
    {
        $curl = \curl_init($url);
        $text = '';
        \curl_setopt_array($curl, [
            CURLOPT_PROTOCOLS => CURLPROTO_HTTPS,
            CURLOPT_REDIR_PROTOCOLS => CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => true,
            CURLOPT_MAXREDIRS => 3,
            CURLOPT_TIMEOUT => self::SECONDS,
            CURLOPT_FAILONERROR => true,
            CURLOPT_WRITEFUNCTION => static function (mixed $curl, string $part) use (&$text): int {
                $text .= $part;

                return strlen($text) > self::MOST_BYTES ? 0 : strlen($part);
            },
        ]);
        if (\curl_exec($curl) !== true) {
            throw new Unavailable(Lang::text('setup_no_checksums', ['url' => $url, 'why' => \curl_error($curl)]));
        }

        return $text;
    }
}
