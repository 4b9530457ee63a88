<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The way of a service as a line of labels: what is done, what is next or has failed, what is still to come. */
final class ProgressLine
{
    private const DONE = 'label-success';
    private const NEXT = 'label-info';
    private const FAILED = 'label-danger';
    private const TO_COME = 'label-default';

    public static function html(?Progress $progress, bool $failed): string
    {
        if ($progress === null) {
            return '';
        }
        $labels = [];
        foreach (Native::catalogue('statuses') as $index => $status) {
            $class = match (true) {
                $index <= $progress->done => self::DONE,
                $index > $progress->done + 1 => self::TO_COME,
                default => $failed ? self::FAILED : self::NEXT,
            };
            $labels[] = sprintf(
                '<span class="label %s" title="%s">%s</span>',
                $class,
                Text::html($status),
                Text::html(Progress::words($status))
            );
        }

        return '<div class="proxmoxkvm-chain">' . implode(' <span class="text-muted">&rarr;</span> ', $labels)
            . '</div>';
    }
}
