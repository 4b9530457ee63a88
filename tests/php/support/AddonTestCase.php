<?php

declare(strict_types=1);

namespace Tests\Support;

use DOMDocument;
use DOMXPath;
use StandIn\AddonPage;
use WHMCS\Database\Capsule;

/** The pages of the addon module, in this process and with the stub library. */
abstract class AddonTestCase extends StubTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION = ['adminid' => 1];
        Capsule::table('tbladminroles')->insert([['name' => 'Full Administrator'], ['name' => 'Support &amp; Sales']]);
        Capsule::table('tbladmins')->insert(['username' => 'root', 'language' => 'english', 'roleid' => 1]);
    }

    protected function tearDown(): void
    {
        $_SESSION = [];
    }

    /** @param array<string, int|string> $query */
    protected function page(string $page, array $query = []): string
    {
        return AddonPage::visit(['page' => $page] + array_map(strval(...), $query));
    }

    /**
     * Presses a button.
     *
     * @param array<string, int|string> $form
     * @param array<string, int|string> $query
     */
    protected function press(string $page, string $button, array $form = [], array $query = []): string
    {
        $form = ['act' => $button, 'token' => generate_token('plain')] + $form;

        return AddonPage::visit(
            ['page' => $page] + array_map(strval(...), $query),
            array_map(strval(...), $form)
        );
    }

    /** What the page says as its first message, without markup. */
    protected static function message(string $html): string
    {
        return preg_match('~<div class="alert[^>]*role="status">(.*?)</div>~s', $html, $found) === 1
            ? html_entity_decode(strip_tags($found[1]), ENT_QUOTES)
            : '';
    }

    /** Whether the first message is a good one. */
    protected static function isGood(string $html): bool
    {
        return str_contains($html, 'alert-success" role="status"');
    }

    protected static function dom(string $html): DOMXPath
    {
        $document = new DOMDocument();
        self::assertTrue($document->loadHTML("<meta charset=\"utf-8\">$html", LIBXML_NOERROR));

        return new DOMXPath($document);
    }
}
