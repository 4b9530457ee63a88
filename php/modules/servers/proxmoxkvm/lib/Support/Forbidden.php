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
    /** The module works without these, by other means or with less comfort. */
    private const SPARE = [
        'chown', 'clearstatcache', 'fileowner', 'flock', 'get_current_user', 'gethostname', 'getmypid',
        'ignore_user_abort', 'php_uname', 'posix_geteuid', 'posix_getpwuid',
    ];

    /** Folders of the module that hold code. */
    private const PLACES = ['', 'bin/', 'functions/', 'lib/', 'lib/*/'];

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

    /** @return list<Finding> for the doctor */
    public static function findings(): array
    {
        $disabled = array_map('trim', explode(',', (string) ini_get('disable_functions')));
        $used = array_values(array_filter($disabled, self::isUsed(...)));
        $spare = array_values(array_intersect($used, self::SPARE));
        $needed = array_values(array_diff($used, self::SPARE));

        return [
            ...($needed === [] ? []
                : [Finding::bad('PHP', self::named('function_forbidden', implode(', ', $needed)))]),
            ...($spare === [] ? []
                : [Finding::warning('PHP', self::named('function_spare', implode(', ', $spare)))]),
        ];
    }

    private static function isUsed(string $function): bool
    {
        static $source = null;
        $files = static fn (string $place): array => glob(dirname(__DIR__, 2) . "/$place*.php") ?: [];
        $source ??= implode('', array_map('file_get_contents', array_merge(...array_map($files, self::PLACES))));

        return $function !== '' && preg_match('/(?<![\w>:$])' . preg_quote($function, '/') . '\(/', $source) === 1;
    }

    private static function named(string $text, string $functions): string
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
