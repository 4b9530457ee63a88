<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** What the maker of an image publishes as its checksums. Whether the image is among them, the core looks. */
final class Published
{
    private const SECONDS = 10;
    private const MOST_BYTES = 1 << 20;

    /** @param array<int, mixed> $more options of curl, for tests */
    public static function at(string $url, array $more = []): string
    {
        $curl = \curl_init($url);
        $text = '';
        \curl_setopt_array($curl, $more + [
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
        $isRead = \curl_exec($curl) === true;
        $why = match (true) {
            strlen($text) > self::MOST_BYTES => Lang::text('setup_checksums_long'),
            !$isRead => \curl_error($curl),
            // An image, or an archive: the core takes no bytes that are no text.
            !mb_check_encoding($text, 'UTF-8') => Lang::text('setup_checksums_no_text'),
            default => '',
        };
        if ($why !== '') {
            throw new Unavailable(Lang::text('setup_no_checksums', ['url' => $url, 'why' => $why]));
        }

        return $text;
    }
}
