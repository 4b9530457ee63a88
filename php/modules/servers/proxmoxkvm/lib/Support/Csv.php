<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** Tables for spreadsheets. */
final class Csv
{
    /**
     * @param list<string|int|float|null> $cells
     * @return string a line; no cell is a formula to whoever opens it
     */
    public static function line(array $cells): string
    {
        $quoted = array_map(static function (string|int|float|null $cell): string {
            $text = (string) $cell;
            $text = preg_match('/^[=+\-@\t\r]/', $text) === 1 && !is_numeric($text) ? "'$text" : $text;

            return '"' . str_replace('"', '""', $text) . '"';
        }, $cells);

        return implode(',', $quoted) . "\r\n";
    }
}
