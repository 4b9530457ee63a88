<?php

declare(strict_types=1);

namespace Tests\Support;

/** How a language is written: its signs and letters, its own words, one term for one thing. */
final class TranslationStyle
{
    private const QUOTES = '"“”„«»‹›';

    /** English word => term of the glossary that stands for it in every sentence. */
    private const NOUNS = [
        '/\bvirtual machines?\b/i' => 'vm',
        '/\bsnapshots?\b/i' => 'snapshot',
        '/\bbackups?\b/i' => 'backup',
        '/\brescue\b/i' => 'rescue',
    ];

    /** Terms that stand for nothing else: to rescue a system that does not boot is not to restore a backup. */
    private const ALONE = ['/\brescue(?:\b|_)/i' => 'rescue'];

    /** Buttons that are called exactly as their term, and terms that sentences name as a button. */
    private const BUTTONS = [
        'action_reboot' => 'reboot',
        'action_shutdown' => 'shut_down',
        'action_stop' => 'force_off',
        'client_rebuild' => 'rebuild',
    ];
    private const NAMED = ['/\bForce off\b/' => 'force_off'];

    /** Names and units that are the same everywhere. */
    private const NAMES = '/\b(?:[MGT]?bit|min|cloud-init|cron|netplan|ifupdown|NetworkManager|Debian|Ubuntu'
        . '|AlmaLinux|Rocky Linux|Fedora|Proxmox|Ctrl-Alt-Del)\b/iu';

    private const TERMS = ['vm', 'snapshot', 'backup', 'reboot', 'shut_down', 'force_off', 'rescue', 'rebuild'];

    /** What is no word of a language: placeholders, tags, entities, addresses, commands, names with signs in them. */
    private const NO_WORDS = [
        '~\{[^}]*\}|<[^>]*>|&\w+;~u',
        // Chinese has no blanks around them.
        '~https?://[^\s\p{Han}]*|[^\s\p{Han}]*[/_@=\[\]][^\s\p{Han}]*~u',
    ];

    /** @return array<string, list<string>> by kind */
    public static function of(Translation $one, Translation $english): array
    {
        $found = array_fill_keys(['typography', 'forbidden word', 'glossary', 'script', 'English'], []);
        if ($one->name === $english->name) {
            return $found;
        }
        $sources = $english->sentences();
        foreach (array_diff([...self::TERMS, 'quotes'], array_keys($one->glossary)) as $term) {
            $found['glossary'][] = "glossary.php does not have $term";
        }
        $customers = array_flip($one->ofCustomers());
        foreach ($one->sentences() as $place => $text) {
            $key = explode('/', $place)[0];
            $words = (string) preg_replace(self::NO_WORDS, ' ', $text);
            $source = $sources[$place] ?? $sources["$key/other"] ?? $sources[$key] ?? '';
            $isExcepted = in_array($key, $one->glossary['except'] ?? [], true);
            foreach ($isExcepted ? [] : self::signs($one, $words, isset($customers[$key])) as $why) {
                $found['typography'][] = "$place: $why";
            }
            foreach ($one->glossary['forbidden'] ?? [] as $word) {
                if (preg_match('/(?<!\p{L})' . preg_quote($word, '/') . '/iu', $words) === 1) {
                    $found['forbidden word'][] = "$place: $word";
                }
            }
            array_push($found['glossary'], ...self::terms($one, $place, $text, $source));
            if (!self::isInScript($one, $words, $source)) {
                $found['script'][] = "$place: $text";
            }
            if ($text === $source && self::hasWords(str_ireplace($one->glossary['same'] ?? [], ' ', $source))) {
                $found['English'][] = "$place: $text";
            }
        }

        return $found;
    }

    /** @return list<string> */
    private static function signs(Translation $one, string $words, bool $isForCustomers): array
    {
        $language = explode('-', (string) ($one->about['tag'] ?? ''))[0];
        $rules = match ($language) {
            'fr' => [
                '/(?<!\x{202F})[;!?»]/u' => 'no narrow no-break space (U+202F) before ; ! ? »',
                '/«(?!\x{202F})/u' => 'no narrow no-break space (U+202F) after «',
                '/(?<!\x{A0}):(?=\s|$)(?![^«]*»)/u' => 'no no-break space (U+00A0) before :',
            ],
            'es' => ['/^[^¿]*\?/u' => '? without ¿', '/^[^¡]*!/u' => '! without ¡'],
            'zh' => ['/\p{Han}\s*[,;!?]|\p{Han}\.(?:\s|$)/u' => 'half-width sign after a Chinese one'],
            'ar', 'fa' => ['/\p{Arabic}\s*[,;?]/u' => 'Latin sign after an Arabic letter'],
            default => [],
        };
        $rules += ['/\.\.\./' => 'three dots, not …'];
        if (in_array($language, ['fr', 'it', 'ca', 'uk'], true)) {
            $rules["/\\p{L}'\\p{L}/u"] = "' and not ’";
        }
        $found = [];
        $quotes = $one->glossary['quotes'] ?? [];
        $others = str_replace($quotes, '', self::QUOTES);
        if ($isForCustomers && preg_match("/[$others]/u", $words) === 1) {
            $found[] = 'another quotation mark than ' . implode('', $quotes);
        }
        // What is typed stands between these.
        $words = (string) preg_replace('/"[^"]*"/', ' … ', $words);
        foreach ($rules as $rule => $why) {
            if (preg_match($rule, $words) === 1) {
                $found[] = $why;
            }
        }

        return $found;
    }

    /** @return list<string> */
    private static function terms(Translation $one, string $place, string $text, string $source): array
    {
        $found = [];
        $key = explode('/', $place)[0];
        foreach (self::NOUNS as $english => $term) {
            $forms = $one->glossary[$term] ?? [];
            $isExcepted = in_array($key, $one->glossary['except'] ?? [], true);
            if (preg_match($english, $source) === 1 && $forms !== [] && !$isExcepted && !self::hasOne($text, $forms)) {
                $found[] = "$place does not say $term as the glossary does: $text";
            }
        }
        foreach (self::ALONE as $english => $term) {
            if (preg_match($english, $source) !== 1 && self::hasOne($text, $one->glossary[$term] ?? [])) {
                $found[] = "$place says $term, and English does not: $text";
            }
        }
        foreach (self::NAMED as $english => $term) {
            $label = $one->glossary[$term][0] ?? '';
            if (preg_match($english, $source) === 1 && !str_contains($text, $label)) {
                $found[] = "$place does not name the button “{$label}”: $text";
            }
        }
        $label = $one->glossary[self::BUTTONS[$key] ?? ''][0] ?? $text;
        if ($label !== $text) {
            $found[] = "$place is not “{$label}”: $text";
        }

        return $found;
    }

    /** @param list<string> $forms */
    private static function hasOne(string $text, array $forms): bool
    {
        foreach ($forms as $form) {
            if (mb_stripos($text, $form) !== false) {
                return true;
            }
        }

        return false;
    }

    /** Letters of another alphabet look alike, and are found by no search. */
    private static function isInScript(Translation $one, string $words, string $source): bool
    {
        $script = (string) ($one->about['script'] ?? 'Latin');
        if ($script === 'Latin') {
            return preg_match('/(?=\p{L})[^\p{Latin}]/u', $words) !== 1;
        }
        $isMixed = $script === 'Cyrillic' && preg_match('/\p{Cyrillic}[A-Za-z]|[A-Za-z]\p{Cyrillic}/u', $words) === 1;

        return !$isMixed && (preg_match("/\\p{{$script}}/u", $words) === 1 || !self::hasWords($source));
    }

    /** Units and short names are the same in many languages. */
    public static function hasWords(string $text): bool
    {
        $words = (string) preg_replace([...self::NO_WORDS, self::NAMES], ' ', $text);

        return preg_match('/\p{L}\p{Ll}{2}/u', $words) === 1;
    }
}
