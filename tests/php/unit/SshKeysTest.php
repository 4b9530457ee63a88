<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMDocument;
use DOMXPath;
use Tests\Support\Php;
use Tests\Support\Shown;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\SshKeys;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown as Logged;

/** The tab of SSH keys: what is told of each, its forms without a script, and that nothing pasted is in a log. */
final class SshKeysTest extends StubTestCase
{
    public function testWhatIsToldOfEach(): void
    {
        $told = SshKeys::of(Shown::SSH_KEYS);
        self::assertSame(['2 of 20', true], [$told['count'], $told['pending']]);
        self::assertStringContainsString('does not have this choice yet', $told['state']);
        self::assertSame(['Ed25519', 'RSA', 'ssh-new'], array_column($told['rows'], 'kind'));
        self::assertSame([true, true, false], array_column($told['rows'], 'stored'));
        self::assertSame('no longer in your list', $told['rows'][2]['at']);
        foreach ([[true, true], [null, false], [true, false]] as [$written, $isTold]) {
            $keys = [['chosen' => $isTold] + Shown::SSH_KEYS['keys'][0]];
            $told = SshKeys::of(['written' => $written, 'keys' => $keys] + Shown::SSH_KEYS);
            self::assertSame($isTold, $told['state'] !== '');
        }
        self::assertTrue(SshKeys::of([])['is_empty']);
    }

    public function testTheTabWorksWithoutTheScript(): void
    {
        $page = $this->page(true, 'keys');
        $rows = '//*[@data-vm-list="tab.rows"]/li';
        self::assertSame(3.0, $page->evaluate("count($rows)"));
        self::assertSame(Shown::SSH_KEYS['keys'][0]['name'], $page->evaluate("string({$rows}[1]//strong)"));
        self::assertSame(0.0, $page->evaluate('count(//script[contains(., "alert")])'));
        self::assertSame(2.0, $page->evaluate("count($rows//input[@checked][@form='vm-keys'])"));
        self::assertSame('none', $page->evaluate('string(//form[@id="vm-keys"]/input[@name="ssh_keys[]"]/@value)'));
        $remove = "{$rows}[2]//form[input[@name='do'][@value='ssh_key_remove']]";
        self::assertSame('SHA256:bbb', $page->evaluate("string($remove/input[@name='fingerprint']/@value)"));
        self::assertSame(1.0, $page->evaluate(
            "count(//form[input[@name='do'][@value='ssh_keys_write']]//input[@name='sure'][@required])"
        ));
        [$request] = $this->requests('ssh_keys');
        self::assertSame(['client', true], [$request['actor'], $request['client_id'] > 0]);
        self::assertSame(0.0, $this->page(false, 'keys')->evaluate('count(//*[@data-vm-list="tab.rows"])'));
    }

    public function testARebuildOffersThemToo(): void
    {
        $page = $this->page(true, 'rebuild');
        $boxes = '//form[contains(@class, "vm-rebuild")]//input[@name="ssh_keys[]"]';
        self::assertSame([4.0, 2.0], [$page->evaluate("count($boxes)"), $page->evaluate("count({$boxes}[@checked])")]);
        self::assertSame(0.0, $this->page(false, 'rebuild')->evaluate("count($boxes)"));
    }

    public function testWhatWasPastedIsWholeAndInNoLog(): void
    {
        $private = "-----BEGIN OPENSSH PRIVATE KEY-----\n" . str_repeat("b3BlbnNzaC1rZXktdjE\n", 50) . '-----END';
        $sent = ActionInputs::of('ssh_key_add', ['key' => "$private\r\n", 'label' => ' desk ', 'other' => 'x']);
        self::assertSame(['label' => 'desk', 'key' => $private], $sent);
        self::assertSame(8193, strlen(ActionInputs::of('ssh_key_add', ['key' => str_repeat('A', 65536)])['key']));
        $chosen = ['ssh_keys' => ['none', 'SHA256:aaa', ['x']], 'version' => '3'];
        self::assertSame(
            ['ssh_keys' => 'none,SHA256:aaa', 'version' => '3'],
            ActionInputs::of('ssh_keys_choose', $chosen)
        );
        self::assertSame('***', Logged::request($sent)['key']);
        $text = json_encode(['error' => "no key: $private"], JSON_THROW_ON_ERROR);
        self::assertStringNotContainsString('b3Bl', Secrets::of($sent)->mask($text));
    }

    private function page(bool $given, string $tab): DOMXPath
    {
        $smarty = '/usr/share/php/smarty4';
        if (!is_file("$smarty/Smarty.class.php")) {
            self::markTestSkipped('needs the Debian package smarty4');
        }
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server(), ['domainstatus' => 'Active']);
        $actions = [...Shown::allOfClients(), 'reinstall'];
        $shown = Shown::client(['status' => 'ready', 'id' => $service], 'ready', [], $actions);
        $this->replyTo('show', ['permissions' => ['ssh_keys' => $given]] + $shown);
        $this->replyTo('ssh_keys', Shown::SSH_KEYS);
        $environment = ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()] + $this->whmcs->environment();
        $script = dirname(__DIR__) . '/whmcs/render.php';
        $php = new Php([$script, $smarty, '1', (string) $service, $tab], $environment);
        $html = $php->output();
        self::assertSame(0, $php->status(), $html);
        $document = new DOMDocument();
        self::assertTrue($document->loadHTML('<meta charset="utf-8">' . $html, LIBXML_NOERROR));

        return new DOMXPath($document);
    }
}
