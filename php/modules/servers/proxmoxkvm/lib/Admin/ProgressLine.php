<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The way of a service as a short line: what is done folds together, then what is next or has failed. */
final class ProgressLine
{
    private const DONE = 'label-success';
    private const NEXT = 'label-info';
    private const FAILED = 'label-danger';
    private const TO_COME = 'label-default';
    private const ARROW = ' <span class="proxmoxkvm-muted">&rarr;</span> ';

    public static function html(?Progress $progress, bool $failed): string
    {
        if ($progress === null) {
            return '';
        }
        $done = $next = $toCome = [];
        foreach (Native::catalogue('statuses') as $index => $status) {
            $isNext = $index === $progress->done + 1;
            $class = match (true) {
                $index <= $progress->done => self::DONE,
                $isNext => $failed ? self::FAILED : self::NEXT,
                default => self::TO_COME,
            };
            $label = sprintf(
                '<span class="proxmoxkvm-tag label %s" title="%s">%s</span>',
                $class,
                Text::html($status),
                Text::html(Progress::words($status))
            );
            match (true) {
                $index <= $progress->done => $done[] = $label,
                $isNext => $next[] = $label,
                default => $toCome[] = $label,
            };
        }
        $parts = [self::folded('chain_done', $done), ...$next, self::folded('chain_to_come', $toCome)];

        return '<div class="proxmoxkvm-chain">' . implode(self::ARROW, array_filter($parts)) . '</div>';
    }

    /** @param list<string> $labels what is not looked at every day, behind a mark that opens it */
    private static function folded(string $text, array $labels): string
    {
        $summary = Text::html(Lang::text($text, ['n' => (string) count($labels)]));

        return $labels === [] ? '' : "<details class=\"proxmoxkvm-more\"><summary>$summary</summary>"
            . implode(self::ARROW, $labels) . '</details>';
    }
}
