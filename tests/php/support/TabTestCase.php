<?php

declare(strict_types=1);

namespace Tests\Support;

use DOMDocument;
use DOMXPath;

/** A test of a tab of the customer's page: as Smarty draws it, before any script has run. */
abstract class TabTestCase extends StubTestCase
{
    protected const EVIL = '<script>alert("x")</script>\' onload=\'x 🦀';

    /**
     * @param array<string, bool> $permissions of the product's customers
     * @param array<string, array<string, mixed>> $replies of the core, by verb
     * @param list<string>|null $actions that are offered; null: all of customers
     */
    protected function tab(string $tab, array $permissions, array $replies, ?array $actions = null): DOMXPath
    {
        $smarty = '/usr/share/php/smarty4';
        if (!is_file("$smarty/Smarty.class.php")) {
            self::markTestSkipped('needs the Debian package smarty4');
        }
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server(), ['domainstatus' => 'Active']);
        $stored = ['status' => 'ready', 'id' => $service];
        $shown = $actions === null ? Shown::client($stored) : Shown::client($stored, 'ready', [], $actions);
        foreach (['show' => ['permissions' => $permissions] + $shown] + $replies as $verb => $reply) {
            $this->replyTo($verb, $reply);
        }
        $environment = ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()] + $this->whmcs->environment();
        $php = new Php([dirname(__DIR__) . '/whmcs/render.php', $smarty, '1', (string) $service, $tab], $environment);
        $html = $php->output();
        self::assertSame(0, $php->status(), $html);
        $document = new DOMDocument();
        self::assertTrue($document->loadHTML('<meta charset="utf-8">' . $html, LIBXML_NOERROR));

        return new DOMXPath($document);
    }
}
