<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use IntlDateFormatter;
use NumberFormatter;

/**
 * Numbers, dates and times in the form of the visitor's language: by PHP's extension intl, and without it by a small
 * table.
 */
final class Locale
{
    /** As an attribute `lang` names it. */
    public static function tag(): string
    {
        return Language::about(Language::ofVisitor())['tag'];
    }

    /** As an attribute `dir` names it. */
    public static function direction(): string
    {
        return Language::about(Language::ofVisitor())['rtl'] ? 'rtl' : 'ltr';
    }

    /** With so many digits behind the decimal sign, or fewer. */
    public static function number(float $number, int $digits = 1): string
    {
        if (class_exists(NumberFormatter::class)) {
            return self::formatted(new NumberFormatter(self::tag(), NumberFormatter::DECIMAL), $number, $digits);
        }
        [$point, $thousands] = Language::about(Language::ofVisitor())['signs'];
        $text = number_format($number, $digits, $point, $thousands);

        return $digits > 0 ? rtrim(rtrim($text, '0'), $point) : $text;
    }

    /** A share from 0 to 1. */
    public static function percent(float $share, int $digits = 0): string
    {
        if (class_exists(NumberFormatter::class)) {
            return self::formatted(new NumberFormatter(self::tag(), NumberFormatter::PERCENT), $share, $digits);
        }

        return self::number(100 * $share, $digits) . Language::about(Language::ofVisitor())['signs'][2] . '%';
    }

    /** A moment, in the time zone of WHMCS. */
    public static function moment(float $seconds): string
    {
        if (class_exists(IntlDateFormatter::class)) {
            $form = new IntlDateFormatter(self::tag(), IntlDateFormatter::MEDIUM, IntlDateFormatter::SHORT);
            $text = $form->format((int) $seconds);
            if (is_string($text)) {
                return $text;
            }
        }

        return date('Y-m-d H:i', (int) $seconds);
    }

    /** A month such as 2026-11. */
    public static function month(string $month): string
    {
        $at = strtotime("$month-01 12:00 UTC");
        if ($at !== false && class_exists(IntlDateFormatter::class)) {
            $none = IntlDateFormatter::NONE;
            $text = (new IntlDateFormatter(self::tag(), $none, $none, 'UTC', null, 'LLLL y'))->format($at);
            if (is_string($text)) {
                return $text;
            }
        }

        return $month;
    }

    /** An amount of data in units of a thousand, as traffic is sold. */
    public static function bytes(float $bytes): string
    {
        $number = $bytes / 1e6;
        $units = ['size_mb', 'size_gb', 'size_tb'];
        while ($number >= 1000 && count($units) > 1) {
            $number /= 1000;
            array_shift($units);
        }

        return Lang::text($units[0], ['n' => self::number($number, $number < 10 ? 2 : 1)]);
    }

    /** How long something lasts: the largest unit is enough. */
    public static function duration(float $seconds): string
    {
        $seconds = max(0, (int) $seconds);
        [$text, $number] = match (true) {
            $seconds < 60 => ['seconds', $seconds],
            $seconds < 3600 => ['minutes', intdiv($seconds, 60)],
            $seconds < 86400 => ['hours', intdiv($seconds, 3600)],
            default => ['days', intdiv($seconds, 86400)],
        };

        return Lang::counted("time_$text", $number, ['n' => self::number((float) $number, 0)]);
    }

    private static function formatted(NumberFormatter $form, float $number, int $digits): string
    {
        $form->setAttribute(NumberFormatter::MIN_FRACTION_DIGITS, 0);
        $form->setAttribute(NumberFormatter::MAX_FRACTION_DIGITS, $digits);

        return (string) $form->format($number);
    }
}
