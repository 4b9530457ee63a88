<?php

declare(strict_types=1);

namespace Tests\Support;

/** What a secret may look like where it should not be. */
final class SecretForms
{
    /** @return array<string, string> by the name of the form */
    public static function of(string $secret): array
    {
        $forms = [
            'raw' => $secret,
            'in a URL' => rawurlencode($secret),
            'in a form' => urlencode($secret),
            'twice in a URL' => rawurlencode(rawurlencode($secret)),
            'in JSON' => trim((string) json_encode($secret), '"'),
            'in JSON as it is' => trim(
                (string) json_encode($secret, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
                '"'
            ),
            'in HTML' => htmlspecialchars($secret, ENT_QUOTES),
            'in hexadecimal' => bin2hex($secret),
        ];
        // in base64 a text has three faces, by where it begins; the first and last characters depend on its neighbours
        for ($shift = 0; $shift < 3; $shift++) {
            $face = base64_encode(str_repeat('x', $shift) . $secret);
            $from = $shift === 0 ? 0 : 4;
            $forms["in base64, shifted by $shift"] = substr($face, $from, strlen($face) - $from - 4);
        }

        return array_unique($forms);
    }
}
