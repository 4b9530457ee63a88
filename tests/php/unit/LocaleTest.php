<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\Php;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** Numbers and times in each language's own form, with PHP's extension intl and without. */
final class LocaleTest extends TestCase
{
    protected function tearDown(): void
    {
        $_SESSION = [];
    }

    public function testANumberIsWrittenAsItsReaderWritesIt(): void
    {
        $expected = [
            'english' => ['1,234.5', '12.5%', '12 days'],
            'german' => ['1.234,5', '12,5 %', '12 Tage'],
            'french' => ['1 234,5', '12,5 %', '12 jours'],
            'polish' => ['1234,5', '12,5%', '12 dni'],
            'spanish' => ['1234,5', '12,5 %', '12 días'],
            'portuguese-br' => ['1.234,5', '12,5%', '12 dias'],
            'klingon' => ['1,234.5', '12.5%', '12 days'],
        ];
        foreach ($expected as $language => $texts) {
            $_SESSION['Language'] = $language;
            $said = [Locale::number(1234.5), Locale::percent(0.125, 1), Locale::duration(1_040_000.0)];
            self::assertSame($this->plain($texts, $language), $this->plain($said, $language), $language);
        }
        self::assertSame('en', Locale::tag());
    }

    public function testATimeIsTheLargestUnit(): void
    {
        $expected = [0 => '0 s', 59 => '59 s', 60 => '1 min', 3599 => '59 min', 7300 => '2 h', 86400 => '1 day'];
        foreach ($expected + [172800 => '2 days', -5 => '0 s'] as $seconds => $text) {
            self::assertSame($text, Locale::duration((float) $seconds));
        }
        self::assertSame(['5', '0.3', '0'], [Locale::number(5.0), Locale::number(0.26), Locale::number(0.01)]);
        self::assertStringContainsString('2026', Locale::moment(1_795_350_000.0));
    }

    /** In a process where the extension is not: php without its settings. */
    public function testWithoutIntlTheFormIsTheSame(): void
    {
        $code = 'require $argv[1]; use WHMCS\Module\Server\Proxmoxkvm\Support\Locale; $_SESSION["Language"] = $argv[2];'
            . ' echo json_encode([class_exists("NumberFormatter"), Locale::number(1234.5), Locale::number(2.0),'
            . ' Locale::percent(0.125, 1), Locale::moment(0.0)]);';
        $autoload = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';
        $numbers = ['english' => '1,234.5', 'german' => '1.234,5', 'french' => "1\u{202F}234,5"];
        foreach ($numbers as $language => $number) {
            $php = new Php(['-n', '-r', $code, $autoload, $language]);
            $said = json_decode($php->output(), true);
            self::assertFalse($said[0]);
            self::assertSame([$number, '2'], [$said[1], $said[2]]);
            self::assertStringEndsWith('%', $said[3]);
            self::assertMatchesRegularExpression('/^19(69|70)-\d\d-\d\d \d\d:\d\d$/', $said[4]);
        }
    }

    /**
     * Versions of ICU differ in which space it is, and in whether four digits are parted.
     *
     * @param list<string> $texts
     * @return list<string>
     */
    private function plain(array $texts, string $language): array
    {
        $texts = (array) preg_replace('/[\x{A0}\x{202F} ]/u', ' ', $texts);

        return in_array($language, ['polish', 'spanish'], true) ? preg_replace('/^1[ .]234/', '1234', $texts) : $texts;
    }
}
