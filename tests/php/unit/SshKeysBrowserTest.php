<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;

/**
 * SSH keys in a browser: one is made there, and OpenSSH reads it; what is ticked is sent; no private key is.
 *
 * @group once
 */
final class SshKeysBrowserTest extends ClientBrowserTestCase
{
    public function testAKeyThatIsMadeInTheBrowserIsOneForOpenSsh(): void
    {
        $this->openKeys();
        // As a download would have it.
        $this->browser->evaluate('(function () { var old = URL.createObjectURL; URL.createObjectURL = function (blob) {'
            . ' blob.text().then(function (text) { window.saved = text; }); return old.call(URL, blob); }; }())');
        $this->browser->evaluate('document.querySelector(".vm-key-make").click()');
        $this->browser->wait('window.saved !== undefined && !document.querySelector(".vm-key-said").hidden');
        $public = $this->browser->evaluate('document.querySelector(".vm-key").elements.key.value');
        $file = tempnam(sys_get_temp_dir(), 'key');
        file_put_contents($file, $this->browser->evaluate('window.saved'));
        chmod($file, 0600);
        exec('ssh-keygen -y -P "" -f ' . escapeshellarg($file) . ' 2>&1', $lines, $status);
        unlink($file);
        self::assertSame([0, [$public]], [$status, $lines]);
        $this->browser->evaluate('document.querySelector(".vm-key [type=submit]").click()');
        $this->browser->wait('document.querySelector(".vm-result.alert-success") !== null');
        [$request] = $this->requests('ssh_key_add');
        self::assertSame($public, $request['key']);
        self::assertSame('', $this->browser->evaluate('document.querySelector(".vm-key").elements.key.value'));
    }

    public function testWhatIsTickedIsSentAndStays(): void
    {
        $this->openKeys();
        $box = 'document.querySelector("[name=\'ssh_keys[]\'][value=\'SHA256:bbb\']")';
        $this->browser->evaluate("$box.click()");
        $this->browser->evaluate('document.querySelector("#vm-keys [type=submit]").click()');
        $this->browser->wait('document.querySelector(".vm-result.alert-success") !== null');
        [$request] = $this->requests('ssh_keys_choose');
        $sent = explode(',', $request['ssh_keys']);
        sort($sent);
        self::assertSame(['SHA256:aaa', 'SHA256:bbb', 'SHA256:ccc', 'none'], $sent);
        self::assertTrue($this->browser->evaluate("$box.checked"));
    }

    public function testAPrivateKeyIsNotSent(): void
    {
        $this->openKeys();
        $this->browser->evaluate('(function () { var line = document.querySelector(".vm-key").elements.key;'
            . ' line.value = "-----BEGIN OPENSSH PRIVATE KEY-----"; line.dispatchEvent(new Event("input")); }())');
        $this->browser->evaluate('document.querySelector(".vm-key [type=submit]").click()');
        self::assertStringContainsString('private key', $this->browser->evaluate(
            'document.querySelector(".vm-key").elements.key.validationMessage'
        ));
        self::assertSame([], $this->requests('ssh_key_add'));
    }

    private function openKeys(): void
    {
        $this->state('keys');
        $this->open('nexus', 'keys');
        $this->browser->wait('document.querySelectorAll("[data-vm-list=\'tab.rows\'] > li").length === 3');
    }
}
