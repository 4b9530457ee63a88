<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;

/** Which functions PHP is not allowed, of those that the module calls. */
final class ForbiddenChecks
{
    /** The module works without these, by other means or with less comfort. */
    private const SPARE = [
        'chown', 'clearstatcache', 'fileowner', 'flock', 'get_current_user', 'gethostname', 'getmypid',
        'ignore_user_abort', 'php_uname', 'posix_geteuid', 'posix_getpwuid',
    ];

    /** Folders of the module that hold code. */
    private const PLACES = ['', 'bin/', 'functions/', 'lib/', 'lib/*/'];

    /** @return list<Finding> */
    public static function findings(): array
    {
        $disabled = array_map('trim', explode(',', (string) ini_get('disable_functions')));
        $used = array_values(array_filter($disabled, self::isUsed(...)));
        $spare = array_values(array_intersect($used, self::SPARE));
        $needed = array_values(array_diff($used, self::SPARE));

        return [
            ...($needed === [] ? []
                : [Finding::bad('PHP', Forbidden::named('function_forbidden', implode(', ', $needed)))]),
            ...($spare === [] ? []
                : [Finding::warning('PHP', Forbidden::named('function_spare', implode(', ', $spare)))]),
        ];
    }

    private static function isUsed(string $function): bool
    {
        static $source = null;
        $files = static fn (string $place): array => glob(dirname(__DIR__, 2) . "/$place*.php") ?: [];
        $source ??= implode('', array_map('file_get_contents', array_merge(...array_map($files, self::PLACES))));

        return $function !== '' && preg_match('/(?<![\w>:$])' . preg_quote($function, '/') . '\(/', $source) === 1;
    }
}
