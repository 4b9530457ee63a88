<?php

declare(strict_types=1);

namespace Tests\Support;

use WHMCS\Module\Server\Proxmoxkvm\Support\Plural;

/** What a machine can see of a translation, beside the English texts: each finding is one line for its translator. */
final class TranslationCheck
{
    /** What is shown on a button or a tab, where the room is small. */
    private const BUTTON = '/^(action_\w+(?<!_sure)(?<!_done)|client_(tab|frame)_\w+'
        . '|console_(cad|paste|keyboard|scale|full|reconnect|power|type|cancel|text)'
        . '|client_firewall_(on|off_button|copy|delete|edit|new|template_(web|mail|only_me))'
        . '|client_(password_show|password_new|password_restart_now|screen_show|reverse_save|reset_save|reset'
        . '|copy|pay|ask|key_make|reach_ask|graph_csv|snapshot_more|backup_more|history_older|history_newest))$/';
    private const NO_BUTTON = '/^action_(group|input)_/';

    /** A button may be so much longer than in English; one of so many letters is never too long. */
    private const LONGER = 1.8;
    private const SHORT = 16;

    /** What a translation keeps: placeholders, merge fields, tags, entities, names of settings and files. */
    private const FIXED = '/\{[\/$\w ]+\}|<[^>]+>|&\w+;|\b[A-Z]+(?:_[A-Z]+)+\b|php_admin_value\S+|\w+\.(?:php|h|db)\b'
        . '|SHA-256/u';

    /** How a sentence ends, in each script. */
    private const ENDS = ['.' => '/[.。]$/u', '?' => '/[?？؟]$/u', ':' => '/[:：]$/u', '…' => '/…$/u'];

    /** In these forms the number itself may be left out: one day. */
    private const WITHOUT_NUMBER = ['zero', 'one', 'two'];

    /** @return array<string, list<string>> by kind */
    public static function of(Translation $one, Translation $english): array
    {
        $found = self::keys($one, $english) + self::stamps($one, $english) + self::texts($one, $english);

        return array_filter($found + TranslationStyle::of($one, $english));
    }

    /**
     * @param array<string, list<string>> $findings
     * @return list<string>
     */
    public static function lines(array $findings): array
    {
        $lines = [];
        foreach ($findings as $kind => $ones) {
            array_push($lines, ...array_map(static fn (string $one): string => "$kind: $one", $ones));
        }

        return $lines;
    }

    /** @return array<string, list<string>> */
    private static function keys(Translation $one, Translation $english): array
    {
        $found = ['missing' => [], 'elsewhere' => [], 'not complete' => []];
        foreach ($english->files as $file => $texts) {
            $own = $one->files[$file] ?? [];
            $isComplete = in_array(explode('/', $file)[0], $one->about['complete'] ?? [], true);
            $lacks = array_keys(array_diff_key($texts, $own));
            if ($own === [] && !$isComplete) {
                $found['not complete'][] = "$file, all of it";
                $lacks = [];
            }
            foreach ($lacks as $key) {
                $found[$isComplete ? 'missing' : 'not complete'][] = "$key of $file";
            }
            foreach (array_keys(array_diff_key($own, $texts)) as $key) {
                $found['elsewhere'][] = "$key is not in English's $file";
            }
        }

        return $found;
    }

    /** @return array<string, list<string>> */
    private static function stamps(Translation $one, Translation $english): array
    {
        $found = ['unstamped' => [], 'stale' => []];
        $sources = $english->texts();
        foreach ($one === $english || $one->name === $english->name ? [] : array_keys($one->texts()) as $key) {
            $stamp = $one->stamps[$key] ?? null;
            if ($stamp === null) {
                $found['unstamped'][] = $key;
            } elseif (isset($sources[$key]) && $stamp !== Translation::stamp($sources[$key])) {
                $found['stale'][] = "$key, English is now: " . json_encode($sources[$key], JSON_UNESCAPED_UNICODE);
            }
        }

        return $found;
    }

    /** @return array<string, list<string>> */
    private static function texts(Translation $one, Translation $english): array
    {
        $kinds = ['placeholders', 'markup', 'plural', 'button too long', 'end', 'empty'];
        $found = array_fill_keys($kinds, []);
        $sources = $english->texts();
        foreach ($one->texts() as $key => $text) {
            $source = $sources[$key] ?? $text;
            $forms = is_array($text) ? $text : ['other' => $text];
            $isOdd = is_array($text) && self::classes($one) !== array_keys($text);
            if (is_array($source) !== is_array($text) || $isOdd) {
                $found['plural'][] = "$key has to have the forms " . implode(', ', self::classes($one));
            }
            $source = is_array($source) ? $source['other'] : $source;
            foreach ($forms as $class => $form) {
                $kept = self::fixed($form);
                $mayLack = in_array($class, self::WITHOUT_NUMBER, true) ? [...$kept, '{n}'] : $kept;
                sort($mayLack);
                if ($kept !== self::fixed($source) && $mayLack !== self::fixed($source)) {
                    $missing = [...array_diff(self::fixed($source), $kept), ...array_diff($kept, self::fixed($source))];
                    $found['placeholders'][] = "$key: " . (implode(' ', array_unique($missing)) ?: 'not as often');
                }
                if (!str_starts_with($key, 'mail_') && preg_match('/[<>]/', str_replace('->', '', $form)) === 1) {
                    $found['markup'][] = "$key is no mail and has none";
                }
                if (trim($form) === '' || trim($form) !== $form && trim($source) === $source) {
                    $found['empty'][] = "$key is empty, or has a blank at its begin or end";
                }
                if (!self::endsAlike($form, $source)) {
                    $found['end'][] = "$key ends otherwise than English";
                }
                if (self::isTooLong($key, $form, $source)) {
                    $found['button too long'][] = "$key: $form";
                }
            }
        }

        return $found;
    }

    /** @return list<string> the classes of plural of whole numbers, in the order in which they are written */
    public static function classes(Translation $one): array
    {
        $tag = (string) ($one->about['tag'] ?? '');
        $used = array_map(static fn (int $n): string => Plural::byTable($tag, $n), range(0, 200));
        $order = ['zero', 'one', 'two', 'few', 'many', 'other'];

        // Fractions, and numbers of a newer table, have the last.
        return array_values(array_intersect($order, [...$used, 'other']));
    }

    /** @return list<string> */
    private static function fixed(string $text): array
    {
        preg_match_all(self::FIXED, $text, $found);
        sort($found[0]);

        return $found[0];
    }

    private static function endsAlike(string $text, string $source): bool
    {
        $end = self::ENDS[mb_substr($source, -1)] ?? null;

        return $end === null || preg_match($end, $text) === 1;
    }

    public static function isButton(string $key): bool
    {
        return preg_match(self::BUTTON, $key) === 1 && preg_match(self::NO_BUTTON, $key) !== 1;
    }

    private static function isTooLong(string $key, string $text, string $source): bool
    {
        return self::isButton($key)
            && mb_strwidth($text) > max(self::SHORT, self::LONGER * mb_strwidth($source));
    }
}
