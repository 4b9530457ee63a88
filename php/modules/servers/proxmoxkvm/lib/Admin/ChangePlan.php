<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
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
        $why = $preview['refusal']['message'] ?? null;
        if (is_string($why)) {
            return Text::html(Lang::text('change_refused', ['why' => $why]));
        }
        $calls = $preview['calls'] ?? [];
        if ($calls === []) {
            return Text::html(Lang::text('change_nothing'));
        }
        $items = array_map(static fn (string $call): string => '<li>' . Text::html($call) . '</li>', $calls);
        $lines = [Lang::text(($preview['restart'] ?? false) === true ? 'change_restart' : 'change_live')];
        if (is_numeric($preview['usual_s'] ?? null)) {
            $lines[] = Lang::text('change_usual', ['time' => Locale::duration((float) $preview['usual_s'])]);
        }

        return '<ol>' . implode('', $items) . '</ol>' . implode(' ', array_map(Text::html(...), $lines));
    }
}
