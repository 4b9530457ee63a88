<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** An error of a service on the pages of staff: what is wrong, and what to do. The core decides which advice it is. */
final class Advice
{
    /** @param array<string, mixed> $error of a service */
    public static function html(array $error): string
    {
        $message = Text::html((string) ($error['message'] ?? ''));
        $advice = 'advice_' . (string) ($error['advice'] ?? '');
        $advice = Lang::text(Lang::has($advice) ? $advice : 'advice_other');
        $retry = Lang::text(($error['retry'] ?? false) === true ? 'error_retry' : 'error_attention');
        $since = isset($error['at']) ? Lang::text('error_since', ['time' => Text::time($error['at'])]) : '';
        $more = isset($error['page']) ? Lang::text('error_more', ['page' => (string) $error['page']]) : '';

        return "<div class=\"text-danger\"><strong>$message</strong></div><div>"
            . Text::html($advice) . '</div><div class="proxmoxkvm-muted">'
            . Text::html(implode(' ', array_filter([$retry, $since, $more]))) . '</div>';
    }
}
