<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** Tables for spreadsheets. */
final class Csv
{
    /** What begins a formula, in any cell that some spreadsheet makes of it: some part cells at semicolons or tabs. */
    private const FORMULA = '/(^|[;,|\t\r\n])(\s*)(?=[=+\-@\t\r＝＋－＠])/u';

    /**
     * @param list<string|int|float|null> $cells
     * @return string a line; no cell is a formula to whoever opens it
     */
    public static function line(array $cells): string
    {
        $quoted = array_map(static function (string|int|float|null $cell): string {
            $text = (string) $cell;
            if (!is_numeric($text)) {
                $text = (string) preg_replace(self::FORMULA, "$1$2'", mb_scrub($text));
            }

            return '"' . str_replace('"', '""', $text) . '"';
        }, $cells);

        return implode(',', $quoted) . "\r\n";
    }
}
