<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ConnectionTest;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;

/** The doctor on each server entry: TLS, login, privileges, endpoints, address lines. */
final class ServerChecks
{
    /** @return list<Finding> */
    public static function findings(): array
    {
        $rows = Capsule::table('tblservers')->where('type', Module::NAME)->where('disabled', 0)->orderBy('id')->get();
        $findings = [];
        foreach ($rows as $row) {
            foreach (self::server($row) as $finding) {
                $findings[] = $finding->mendedAt("configservers.php?action=manage&id=$row->id");
            }
        }

        return $findings ?: [Finding::bad(Lang::text('doctor_server'), Lang::text('choice_no_server'))];
    }

    public static function subject(object $row): string
    {
        return Lang::text('doctor_server') . ' ' . (Text::plain((string) $row->name) ?: "#$row->id");
    }

    /** @return list<Finding> */
    private static function server(object $row): array
    {
        $subject = self::subject($row);
        $request = ConnectionTest::request(Params::fromServer($row)->server());
        try {
            $reply = Native::call('test_connection', $request);
        } catch (Throwable $error) {
            return [Finding::bad($subject, Secrets::of($request)->mask(Forbidden::sentence($error)))];
        }
        $bad = ConnectionTest::problems($reply);
        $warnings = ConnectionTest::warnings($reply);
        if (($reply['trust'] ?? '') === 'insecure') {
            $warnings[] = Lang::text('addon_trust_insecure');
        }
        if ((int) ($reply['address_lines']['ok'] ?? 0) === 0) {
            $warnings[] = Lang::text('doctor_no_lines');
        }
        $connected = Lang::text('doctor_connected', [
            'version' => (string) ($reply['version'] ?? ''),
            'login' => (string) ($reply['login'] ?? ''),
        ]);

        return [
            Finding::good($subject, $connected),
            ...array_map(static fn (string $text): Finding => Finding::bad($subject, $text), $bad),
            ...array_map(static fn (string $text): Finding => Finding::warning($subject, $text), $warnings),
        ];
    }
}
