<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Orphans;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Looks at everything that has to be right before a VM can be sold. Makes what the module makes on its first use. */
final class Doctor
{
    /** In this order: what fails early explains what fails later. */
    private const CHECKS = [
        'doctor_library' => HostChecks::class,
        'doctor_store' => StoreChecks::class,
        'doctor_whmcs' => WhmcsChecks::class,
        'doctor_server' => ServerChecks::class,
        'doctor_product' => ProductChecks::class,
        'doctor_services' => Orphans::class,
    ];

    private const MARKS = [Finding::GOOD => 'ok', Finding::WARNING => 'warn', Finding::BAD => 'FAIL'];

    /** @return list<Finding> the worst first */
    public static function findings(): array
    {
        $findings = [];
        foreach (self::CHECKS as $subject => $class) {
            try {
                array_push($findings, ...$class::findings());
            } catch (Throwable $error) {
                // What one check cannot say must not hide the others.
                $findings[] = Finding::bad(Lang::text($subject), Forbidden::sentence($error));
            }
        }

        return Finding::sorted($findings);
    }

    /**
     * The exit status, as monitoring wants it: 0 all is well, 1 something should be mended, 2 something does not work.
     *
     * @param list<Finding> $findings
     */
    public static function status(array $findings): int
    {
        $levels = array_column(array_map(static fn (Finding $finding): array => $finding->row(), $findings), 'level');

        return in_array(Finding::BAD, $levels, true) ? 2 : (int) in_array(Finding::WARNING, $levels, true);
    }

    /** Called by doctor.php. Throws nothing. */
    public static function alone(bool $asJson): int
    {
        try {
            StoreOwner::mustBeUs(StoreLocation::current());
            $findings = self::findings();
        } catch (Throwable $error) {
            $findings = [Finding::bad(Lang::text('doctor_store'), Forbidden::sentence($error))];
        }
        $status = self::status($findings);
        if ($asJson) {
            $rows = array_map(static fn (Finding $finding): array => $finding->row(), $findings);
            echo json_encode(['status' => $status, 'findings' => $rows], Native::JSON | JSON_PRETTY_PRINT), PHP_EOL;

            return $status;
        }
        foreach ($findings as $finding) {
            printf("%-5s%s: %s\n", self::MARKS[$finding->level], $finding->subject, $finding->text);
        }

        return $status;
    }
}
