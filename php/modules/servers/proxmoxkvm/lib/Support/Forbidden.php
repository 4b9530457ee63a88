<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use Error;
use Throwable;

/**
 * What the configuration of PHP forbids: functions (`disable_functions`) and places (`open_basedir`). The module does
 * without what it can do without, and names the rest with the setting, wherever it is met.
 */
final class Forbidden
{
    /** The sentence on a failure: its own, or that of the function that PHP does not have. */
    public static function sentence(Throwable $error): string
    {
        return self::function($error) ?? $error->getMessage();
    }

    /** Which function PHP does not have, with the setting; null where that is not what failed. No secret is in it. */
    public static function function(Throwable $error): ?string
    {
        $message = $error->getMessage();
        try {
            $isMissing = $error instanceof Error
                && preg_match('/^Call to undefined function (?:.*\\\\)?(\w+)\(\)/', $message, $found) === 1;

            return $isMissing ? self::named('function_forbidden', $found[1]) : null;
        } catch (Throwable) {
            // What makes sentences may itself be forbidden.
            return "$message: take it off PHP's setting disable_functions, or install its extension.";
        }
    }

    /** @throws Unavailable PHP may not look at this place */
    public static function mustReach(string $path): void
    {
        $setting = function_exists('ini_get') ? (string) ini_get('open_basedir') : '';
        foreach ($setting === '' ? [] : explode(PATH_SEPARATOR, $setting) as $allowed) {
            $folder = rtrim((string) (@realpath($allowed) ?: $allowed), '/');
            if ($path === $folder || str_starts_with("$path/", "$folder/")) {
                return;
            }
        }
        if ($setting !== '') {
            $values = ['path' => $path, 'setting' => $setting];
            throw new Unavailable(Lang::text('basedir', $values + self::place()));
        }
    }

    public static function named(string $text, string $functions): string
    {
        return Lang::text($text, ['functions' => $functions] + self::place());
    }

    /** @return array{sapi: string, ini: string} which PHP it is */
    private static function place(): array
    {
        $ini = function_exists('php_ini_loaded_file') ? (string) php_ini_loaded_file() : '';

        return ['sapi' => PHP_SAPI, 'ini' => $ini !== '' ? $ini : Lang::text('no_ini')];
    }
}
