<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\Translation;
use Tests\Support\TranslationCheck;

/** Each check of the texts finds what it is for. */
final class TranslationTest extends TestCase
{
    private const ENGLISH = [
        'client/page' => [
            'client_title' => 'Virtual machine',
            'client_left' => 'There are {n} of {most}; see https://example.com/?a.',
            'time_days' => ['one' => '{n} day', 'other' => '{n} days'],
        ],
        'client/refusals' => ['client_ask' => 'Is the snapshot good? Press Force off.'],
        'client/actions' => [
            'action_reboot' => 'Reboot',
            'action_reboot_sure' => 'Reboot it?',
            'action_restore_done' => 'It is restored.',
            'action_rescue_start' => 'Start the rescue system',
        ],
        'client/mails' => ['mail_body' => '<p>Dear {$name},</p>{if $a}A backup{/if}'],
    ];
    private const GERMAN = [
        'client/page' => [
            'client_title' => 'Virtuelle Maschine',
            'client_left' => 'Es sind {n} von {most}; siehe https://example.com/?a.',
            'time_days' => ['one' => '{n} Tag', 'other' => '{n} Tage'],
        ],
        'client/refusals' => ['client_ask' => 'Ist der Snapshot gut? „Hart ausschalten“ drücken.'],
        'client/actions' => [
            'action_reboot' => 'Neu starten',
            'action_reboot_sure' => 'Neu starten?',
            'action_restore_done' => 'Sie wird wiederhergestellt.',
            'action_rescue_start' => 'Rettungssystem starten',
        ],
        'client/mails' => ['mail_body' => '<p>Hallo {$name},</p>{if $a}Ein Backup{/if}'],
    ];
    private const GLOSSARY = [
        'vm' => ['virtuelle Maschine'], 'snapshot' => ['Snapshot'], 'backup' => ['Backup'], 'reboot' => ['Neu starten'],
        'shut_down' => ['Herunterfahren'], 'force_off' => ['Hart ausschalten'], 'rescue' => ['Rettung'],
        'rebuild' => ['Neu aufsetzen'], 'quotes' => ['„', '“'], 'forbidden' => ['Abbild'],
    ];

    public function testARightTranslationHasNoFinding(): void
    {
        self::assertSame([], $this->findings('client_title', 'Virtuelle Maschine'));
    }

    /** @dataProvider broken */
    public function testWhatIsWrongIsFound(string $kind, string $key, mixed $text, array $about = []): void
    {
        $found = $this->findings($key, $text, $about);
        self::assertArrayHasKey($kind, $found);
        self::assertStringContainsString($key, implode($found[$kind]));
    }

    /** @return array<string, array<mixed>> */
    public function broken(): array
    {
        $french = ['tag' => 'fr'];
        $polish = ['tag' => 'pl'];
        $isOpen = ['complete' => []];

        return [
            'missing' => ['missing', 'client_title', null],
            'missing where the part is not complete' => ['not complete', 'client_title', null, $isOpen],
            'of another file' => ['elsewhere', 'client_other', 'Neu'],
            'a placeholder less' => ['placeholders', 'client_left', 'Es sind {n}; siehe https://example.com/?a.'],
            'a placeholder misspelt' => ['placeholders', 'client_left', 'Es sind {n} von {meist}.'],
            'a number less' => ['placeholders', 'time_days', ['one' => 'ein Tag', 'other' => 'einige Tage']],
            'a tag less' => ['placeholders', 'mail_body', 'Hallo {$name},{if $a}Ein Backup{/if}'],
            'an end less' => ['placeholders', 'mail_body', '<p>Hallo {$name},</p>{if $a}Ein Backup'],
            'a tag where none is' => ['markup', 'client_title', '<b>Virtuelle Maschine</b>'],
            'a form less' => ['plural', 'time_days', ['other' => '{n} Tage']],
            'no forms' => ['plural', 'time_days', '{n} Tage'],
            'forms of another language' => ['plural', 'time_days', ['one' => '{n} a', 'other' => '{n} b'], $polish],
            'a long button' => ['button too long', 'action_reboot', 'Jetzt wieder neu starten'],
            'another end' => ['end', 'action_reboot_sure', 'Neu starten.'],
            'empty' => ['empty', 'client_title', ' '],
            'a straight quotation mark' => ['typography', 'client_ask', 'Der Snapshot? "Hart ausschalten".'],
            'an English quotation mark' => ['typography', 'client_ask', 'Der Snapshot? “Hart ausschalten”.'],
            'three dots' => ['typography', 'client_title', 'Virtuelle Maschine...'],
            'French without its spaces' => ['typography', 'client_ask', 'Snapshot ? „Hart ausschalten“.', $french],
            'French with another apostrophe' => ['typography', 'client_title', "L'virtuelle Maschine", $french],
            'French without space before a colon' => ['typography', 'client_title', 'Virtuelle Maschine: a', $french],
            'Spanish without ¿' => ['typography', 'action_reboot_sure', 'Neu starten?', ['tag' => 'es']],
            'Chinese with a half-width sign' => ['typography', 'client_title', '虚拟机, Maschine', ['tag' => 'zh']],
            'Arabic with a Latin sign' => ['typography', 'client_title', 'آلة, Maschine', ['tag' => 'ar']],
            'a forbidden word' => ['forbidden word', 'client_title', 'Virtuelle Maschine als Abbilder'],
            'another word for a term' => ['glossary', 'client_title', 'Virtueller Rechner'],
            'another word for rescue' => ['glossary', 'action_rescue_start', 'Notsystem starten'],
            'restored, and called rescued' => ['glossary', 'action_restore_done', 'Die Rettung läuft.'],
            'another name of a button' => ['glossary', 'client_ask', 'Der Snapshot? „Ausschalten“.'],
            'a button of another name' => ['glossary', 'action_reboot', 'Neustart'],
            'a letter of another alphabet' => ['script', 'client_title', "Virtuelle M\u{0430}schine"],
            'no letter of its alphabet' => ['script', 'client_title', 'Virtuelle Maschine', ['script' => 'Cyrillic']],
            'left in English' => ['English', 'action_reboot_sure', 'Reboot it?'],
        ];
    }

    public function testATermThatTheGlossaryLacksIsFound(): void
    {
        $about = ['tag' => 'de', 'complete' => ['client']];
        $one = new Translation('german', $about, array_diff_key(self::GLOSSARY, ['rescue' => 1]), self::GERMAN, []);
        $found = TranslationCheck::of($one, self::english());
        self::assertSame(['glossary.php does not have rescue'], $found['glossary']);
    }

    public function testAStaleTextIsFoundAndOneThatIsNotStamped(): void
    {
        $english = self::english();
        $stamps = array_map(Translation::stamp(...), $english->texts());
        unset($stamps['client_ask']);
        $changed = self::english(['client_title' => 'Your virtual machine']);
        $found = TranslationCheck::of(self::german(self::GERMAN, $stamps), $changed);
        self::assertSame(['client_ask'], $found['unstamped']);
        self::assertCount(1, $found['stale']);
        self::assertStringStartsWith('client_title, English is now: "Your', $found['stale'][0]);
    }

    /**
     * @param array<string, mixed> $about
     * @return array<string, list<string>>
     */
    private function findings(string $key, mixed $text, array $about = []): array
    {
        $files = self::GERMAN;
        $file = key(array_filter(self::ENGLISH, static fn (array $one): bool => isset($one[$key]))) ?? 'client/page';
        $files[$file] = array_filter([$key => $text] + $files[$file], static fn (mixed $one): bool => $one !== null);
        $stamps = array_map(Translation::stamp(...), self::english()->texts() + ['client_other' => '']);

        return TranslationCheck::of(self::german($files, $stamps, $about), self::english());
    }

    /** @param array<string, string> $changed */
    private static function english(array $changed = []): Translation
    {
        $files = self::ENGLISH;
        $files['client/page'] = $changed + $files['client/page'];

        return new Translation('english', ['tag' => 'en', 'complete' => ['client']], [], $files, []);
    }

    /**
     * @param array<string, array<string, mixed>> $files
     * @param array<string, string> $stamps
     * @param array<string, mixed> $about
     */
    private static function german(array $files, array $stamps, array $about = []): Translation
    {
        $about += ['tag' => 'de', 'complete' => ['client']];

        return new Translation('german', $about, self::GLOSSARY, $files, $stamps);
    }
}
