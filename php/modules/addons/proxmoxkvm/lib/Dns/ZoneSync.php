<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Dns;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The button after a change of zones: every service's records are looked at once more, by the cron. */
final class ZoneSync
{
    /** The most that the core counts. */
    private const LIMIT = 100000;

    public static function html(Request $request, string $page): string
    {
        try {
            $due = (int) (Native::call('due', ['limit' => self::LIMIT])['dns'] ?? 0);
        } catch (Throwable $error) {
            // The zones can be seen and changed all the same.
            return Html::note('danger', Problem::html($error, []));
        }
        $form = Html::form($request->link($page), [], Html::button('addon_sync', 'sync'));
        $state = $due === 0 ? '' : '<p>' . Html::lang('addon_sync_due', ['n' => $due]) . '</p>';

        return Html::panel(
            Html::lang('addon_sync'),
            '<p>' . Html::lang('addon_sync_help') . "</p>$state$form"
        );
    }

    public static function act(string $page): Outcome
    {
        $services = (int) (Native::call('sync_dns_records', [])['services'] ?? 0);
        $done = Lang::text('addon_sync_done', ['n' => (string) $services]);
        Log::activity($done);

        return Outcome::good(Html::text($done), $page);
    }
}
