<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** One secret in every form in which it could turn up in a text. */
final class SecretForms
{
    /** @return list<string> */
    public static function of(#[\SensitiveParameter] string $secret): array
    {
        $forms = [urlencode($secret), rawurlencode($secret), Text::html($secret)];
        foreach ([0, Native::JSON] as $flags) {
            $once = self::inJson($secret, $flags);
            // Twice: a text that quotes JSON, inside the JSON of a log.
            array_push($forms, $once, self::inJson($once, 0), self::inJson($once, Native::JSON));
        }
        $base64 = base64_encode($secret);

        return [...$forms, $base64, rtrim($base64, '=')];
    }

    private static function inJson(string $text, int $flags): string
    {
        return substr((string) json_encode($text, $flags | JSON_INVALID_UTF8_SUBSTITUTE), 1, -1);
    }
}
