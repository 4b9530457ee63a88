<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Plan;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderField;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** What Create, Reinstall or Terminate would do: only when it is asked for. */
final class PlanPanel
{
    public static function html(Request $request, int $service): string
    {
        $of = $request->asked('plan');
        $links = '<p>' . Plan::links($service) . '</p>';
        if (!in_array($of, Native::catalogue('plans'), true)) {
            return Html::panel(Html::lang('tab_plan'), $links);
        }

        return AskedPanel::shown(Html::lang("plan_$of"), $service, static fn (Params $params): string
            => self::body(Native::call('dry_run', self::order($params, $of))) . $links);
    }

    /** @return array<string, mixed> */
    private static function order(Params $params, string $of): array
    {
        return ['of' => $of, 'ssh_key' => $params->given(OrderField::SshKey)] + $params->order('admin');
    }

    /** @param array<string, mixed> $plan */
    private static function body(array $plan): string
    {
        $addresses = implode(', ', $plan['addresses'] ?? []);
        $frees = $plan['frees'] ?? null;
        $known = array_filter(['vmid' => $plan['vmid'] ?? null, 'node' => $plan['node'] ?? null]);
        $more = match (true) {
            $frees === [] => [],
            $frees !== null => [Lang::text('plan_frees', ['addresses' => implode(', ', $frees)])],
            count($known) === 2 => [Lang::text('plan_place', ['addresses' => $addresses ?: '-'] + $known)],
            default => [],
        };

        return Plan::html($plan, 'plan_nothing', $more);
    }
}
