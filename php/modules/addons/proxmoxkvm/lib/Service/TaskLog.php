<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The log of a task that an operation has started, from Proxmox VE: what tells most first. Only when it is asked for. */
final class TaskLog
{
    public static function html(int $service, int $operation): string
    {
        if ($operation === 0) {
            return '';
        }
        $request = [];
        try {
            // The password of the service is sent so that no line of the log shows it.
            $request = Orders::paramsOf($service)->order('admin');
            $log = Native::call('task_log', ['operation' => $operation, 'of' => $service] + $request);
        } catch (Throwable $error) {
            return Html::note('danger', Problem::html($error, $request));
        }

        return Html::panel(Html::lang('log_title'), self::body($log));
    }

    /** @param array<string, mixed> $log */
    private static function body(array $log): string
    {
        $telling = array_map(static fn (string $line): string => '<li>' . Html::text($line) . '</li>', $log['telling']);
        $lines = implode("\n", array_map(Html::text(...), $log['lines']));
        $title = Html::lang('log_title');

        return '<p><code class="proxmoxkvm-upid">' . Html::text($log['upid']) . '</code></p>'
            . ($telling === [] ? '' : '<p>' . Html::lang('log_telling') . '</p><ul>' . implode($telling) . '</ul>')
            . '<details class="proxmoxkvm-more"><summary>' . Html::lang('log_all', ['n' => count($log['lines'])])
            . "</summary><pre class=\"proxmoxkvm-log\" tabindex=\"0\" aria-label=\"$title\">$lines</pre></details>";
    }
}
