<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\ChangeCourse;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\AddonRoles;

/** What a button would do, before it is pressed: the core's plan, for staff. */
final class Plan
{
    /** The links that ask for the plans: each is a look at Proxmox VE. */
    public static function links(int $service): string
    {
        $link = static fn (string $of): string => sprintf(
            '<a class="proxmoxkvm-link" href="%s">%s</a>',
            Text::html(AddonRoles::link('service', ['id' => $service, 'plan' => $of])),
            Text::html(Lang::text("plan_$of"))
        );

        return AddonRoles::mayEnter() ? implode(' &nbsp; ', array_map($link, Native::catalogue('plans'))) : '';
    }

    /**
     * Why it would be refused, or each call.
     *
     * @param array<string, mixed> $plan
     * @param string $nothing key of what is said where nothing is to do
     * @param list<string> $more sentences after the calls
     */
    public static function html(array $plan, string $nothing, array $more): string
    {
        $why = $plan['refusal']['message'] ?? null;
        if (is_string($why)) {
            return Text::html(Lang::text('change_refused', ['why' => $why]));
        }
        if (is_string($plan['waits'] ?? null)) {
            return Text::html(Lang::text($plan['waits'] === ChangeCourse::BUILD ? 'change_build' : 'change_waits', [
                'lock' => $plan['waits'],
            ]));
        }
        $calls = $plan['calls'] ?? [];
        if ($calls === []) {
            return Text::html(Lang::text($nothing));
        }
        $items = array_map(static fn (string $call): string => '<li>' . Text::html($call) . '</li>', $calls);

        return '<ol>' . implode('', $items) . '</ol>' . implode(' ', array_map(Text::html(...), $more));
    }
}
