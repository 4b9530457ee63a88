<?php

declare(strict_types=1);

namespace StandIn;

/** As in WHMCS: the same text never gives the same cipher text twice. */
final class Cipher
{
    private const METHOD = 'aes-256-cbc';
    private const KEY = 'only a stand-in';

    public static function encrypt(string $plain): string
    {
        $iv = random_bytes(16);

        return base64_encode($iv . openssl_encrypt($plain, self::METHOD, self::KEY, OPENSSL_RAW_DATA, $iv));
    }

    public static function decrypt(string $stored): string
    {
        $bytes = (string) base64_decode($stored, true);
        if (strlen($bytes) < 32) {
            return '';
        }

        return (string) openssl_decrypt(
            substr($bytes, 16),
            self::METHOD,
            self::KEY,
            OPENSSL_RAW_DATA,
            substr($bytes, 0, 16)
        );
    }
}
