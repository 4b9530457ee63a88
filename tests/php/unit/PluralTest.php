<?php

declare(strict_types=1);

namespace Tests\Unit;

use MessageFormatter;
use PHPUnit\Framework\TestCase;
use Tests\Support\Translation;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Plural;

/** The table of plurals says what PHP's extension intl says, where there is one. */
final class PluralTest extends TestCase
{
    /** All that WHMCS has, whether there are texts yet or not. */
    private const TAGS = [
        'ar-u-nu-latn', 'az', 'ca', 'zh-Hans', 'hr', 'cs', 'da', 'nl', 'en', 'et', 'fa-u-ca-gregory-nu-latn', 'fr',
        'de', 'he', 'hu', 'it', 'mk', 'nb', 'pl', 'pt-BR', 'pt-PT', 'ro', 'ru', 'es', 'sv', 'tr', 'uk',
    ];

    protected function tearDown(): void
    {
        $_SESSION = [];
    }

    public function testTheTableIsThatOfIntl(): void
    {
        foreach (Translation::names() as $language) {
            self::assertContains(Translation::read($language)->about['tag'], self::TAGS, $language);
        }
        if (!class_exists(MessageFormatter::class)) {
            self::markTestSkipped('PHP has no intl here.');
        }
        foreach (self::TAGS as $tag) {
            foreach ([...range(0, 130), 200, 1001, 1011, 10_000] as $n) {
                self::assertSame(Plural::of($tag, $n), Plural::byTable($tag, $n), "$tag: $n");
            }
        }
    }

    public function testATextHasTheFormOfItsNumber(): void
    {
        $expected = [
            'english' => ['1 day', '5 days'],
            'polish' => ['1 dzień', '5 dni'],
            'french' => ['1 jour', '5 jours'],
            'klingon' => ['1 day', '5 days'],
        ];
        foreach ($expected as $language => $texts) {
            $_SESSION['Language'] = $language;
            self::assertSame($texts, [Lang::counted('time_days', 1), Lang::counted('time_days', 5)]);
        }
    }
}
