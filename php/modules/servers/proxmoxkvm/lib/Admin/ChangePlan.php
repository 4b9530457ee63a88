<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\ChangeCourse;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** What Change Package would do, before it is pressed. Asked only where package and machine differ. */
final class ChangePlan
{
    /** @param array<string, mixed> $shown the core's answer to a look */
    public static function html(Params $whmcs, array $shown): string
    {
        if (!in_array(false, array_column($shown['compare'] ?? [], 'same'), true)) {
            return '';
        }
        $request = [];
        try {
            $request = $whmcs->order('admin');

            return self::told(Native::call('change_preview', $request));
        } catch (Throwable $error) {
            return Problem::html($error, $request);
        }
    }

    /** @param array<string, mixed> $preview */
    private static function told(array $preview): string
    {
        $how = ChangeCourse::of($preview);
        $more = [Lang::text("change_$how")];
        if (is_numeric($preview['usual_s'] ?? null)) {
            $more[] = Lang::text('change_usual', ['time' => Locale::duration((float) $preview['usual_s'])]);
        }

        return Plan::html($preview, 'change_nothing', $more);
    }
}
