<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Overrides;
use WHMCS\Module\Server\Proxmoxkvm\Support\Texts;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\AddonRoles;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\MailTemplates;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The doctor on the cron, the hooks, the mail templates, the hoster's own texts and the DNS zones. */
final class WhmcsChecks
{
    /** @return list<Finding> */
    public static function findings(): array
    {
        return [
            self::hooks(), ...CronChecks::findings(), ...self::mails(), ...self::overrides(), ...self::zones(),
        ];
    }

    /** WHMCS loads hooks.php of a module once it knows that there is one. */
    private static function hooks(): Finding
    {
        return defined('PROXMOXKVM_HOOKS')
            ? Finding::good('hooks.php', Lang::text('doctor_hooks'))
            : Finding::bad('hooks.php', Lang::text('doctor_no_hooks'));
    }

    /** @return list<Finding> */
    private static function mails(): array
    {
        $findings = [];
        foreach (MailTemplates::NAMES as $kind => $name) {
            $findings[] = match (MailTemplates::exists($kind)) {
                true => Finding::good(Lang::text('doctor_mail'), $name),
                null => Finding::good(Lang::text('doctor_mail'), Lang::text('doctor_mail_off', ['name' => $name])),
                false => Finding::warning(Lang::text('doctor_mail'), Lang::text('doctor_no_mail', ['name' => $name]))
                    ->mendedAt('configemailtemplates.php'),
            };
        }

        return $findings;
    }

    /** @return list<Finding> */
    private static function overrides(): array
    {
        $findings = [];
        $english = Texts::part(Texts::ENGLISH, 'client') + Texts::part(Texts::ENGLISH, 'staff');
        foreach (Overrides::untaken($english) as $file => $keys) {
            $findings[] = Finding::warning(
                "overrides/$file.php",
                Lang::text('doctor_overrides', ['keys' => implode(', ', $keys)])
            );
        }

        return $findings;
    }

    /** @return list<Finding> */
    private static function zones(): array
    {
        $zones = Zones::all();
        $findings = $zones === [] ? [Finding::good('DNS', Lang::text('addon_no_zones'))] : [];
        foreach ($zones as $zone) {
            $request = ['zone' => $zone];
            try {
                Native::call('zone_test', $request);
                $findings[] = Finding::good('DNS', Lang::text('addon_tested', ['zone' => (string) $zone['zone']]));
            } catch (Throwable $error) {
                $why = Secrets::of($request)->mask(Forbidden::sentence($error));
                $form = AddonRoles::link('zones', ['form' => 1, 'id' => (int) $zone['id']]);
                $findings[] = Finding::bad("DNS {$zone['zone']}", $why)->mendedAt($form);
            }
        }

        return $findings;
    }
}
