<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use MessageFormatter;

/**
 * The class of plural that a number has in a language, as Unicode's CLDR names them: by PHP's extension intl, and
 * without it by a small table.
 */
final class Plural
{
    private const PATTERN = '{0, plural, zero{zero} one{one} two{two} few{few} many{many} other{other}}';

    /** @param string $tag of the language */
    public static function of(string $tag, int $n): string
    {
        $class = class_exists(MessageFormatter::class)
            ? MessageFormatter::formatMessage($tag, self::PATTERN, [$n])
            : false;

        return is_string($class) && $class !== '' ? $class : self::byTable($tag, $n);
    }

    /** Whole numbers below a million, in the languages that the module is in. */
    public static function byTable(string $tag, int $n): string
    {
        $language = explode('-', $tag)[0];
        // The last digit decides, unless the last two are those of eleven to fourteen.
        [$last, $isTeen] = [$n % 10, $n % 100 >= 11 && $n % 100 <= 14];
        $isFew = !$isTeen && $last >= 2 && $last <= 4;

        return match ($language) {
            'zh' => 'other',
            'fr', 'fa' => $n <= 1 ? 'one' : 'other',
            'pt' => $n === 1 || ($n === 0 && $tag !== 'pt-PT') ? 'one' : 'other',
            'mk' => $last === 1 && $n % 100 !== 11 ? 'one' : 'other',
            'hr' => $last === 1 && !$isTeen ? 'one' : ($isFew ? 'few' : 'other'),
            'ru', 'uk' => $last === 1 && !$isTeen ? 'one' : ($isFew ? 'few' : 'many'),
            'pl' => $n === 1 ? 'one' : ($isFew ? 'few' : 'many'),
            'cs' => $n === 1 ? 'one' : ($n >= 2 && $n <= 4 ? 'few' : 'other'),
            'ro' => $n === 1 ? 'one' : ($n === 0 || ($n % 100 >= 1 && $n % 100 <= 19) ? 'few' : 'other'),
            'he' => [1 => 'one', 2 => 'two'][$n] ?? 'other',
            'ar' => ['zero', 'one', 'two'][$n] ?? self::arabic($n % 100),
            default => $n === 1 ? 'one' : 'other',
        };
    }

    private static function arabic(int $hundredth): string
    {
        return match (true) {
            $hundredth >= 3 && $hundredth <= 10 => 'few',
            $hundredth >= 11 => 'many',
            default => 'other',
        };
    }
}
