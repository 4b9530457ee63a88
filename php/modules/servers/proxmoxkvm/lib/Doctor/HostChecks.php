<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\Checksum;
use WHMCS\Module\Server\Proxmoxkvm\Core\Library;
use WHMCS\Module\Server\Proxmoxkvm\Core\LibraryInUse;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The doctor on this PHP and the library in it. The web's PHP and the cron's are two: each says this of itself. */
final class HostChecks
{
    private const OLDEST_PHP = '8.1.0';

    /** @return list<Finding> */
    public static function findings(): array
    {
        return [self::php(), ...ForbiddenChecks::findings(), ...self::library()];
    }

    private static function php(): Finding
    {
        $text = sprintf('PHP %s, %s, %s', PHP_VERSION, PHP_SAPI, php_ini_loaded_file() ?: Lang::text('no_ini'));

        return version_compare(PHP_VERSION, self::OLDEST_PHP, '>=')
            ? Finding::good('PHP', $text)
            : Finding::bad('PHP', Lang::text('doctor_php_old', ['found' => $text]));
    }

    /** @return list<Finding> */
    private static function library(): array
    {
        $subject = Lang::text('doctor_library');
        try {
            $works = Lang::text('library_works', ['version' => Native::version()]);
            $files = Library::locate();
        } catch (Throwable $why) {
            return [Finding::bad($subject, Forbidden::sentence($why))];
        }
        $outdated = LibraryInUse::outdated();

        return [
            $outdated === '' ? Finding::good($subject, "$works, $files->library") : Finding::bad($subject, $outdated),
            Checksum::isListed($files)
                ? Finding::good($subject, Lang::text('doctor_checksum'))
                : Finding::warning($subject, Lang::text('doctor_no_checksum')),
        ];
    }
}
