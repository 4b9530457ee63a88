<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\Stack;
use Tests\Support\StackTestCase;
use Tests\Support\WebSession;
use WHMCS\Database\Capsule;

/** From a server entry without a login to a VM that was sold and removed, by the buttons of the page *Set-up*. */
final class SetUpTest extends StackTestCase
{
    private const PAGE = '/admin/addonmodules.php?module=proxmoxkvm&page=setup';
    private const ROOT_PASSWORD = 'root-password';

    public function testFromNothingToAVmThatWasSoldAndRemoved(): void
    {
        $began = microtime(true);
        $this->start(new Stack());
        $admin = $this->stack->session('admin=1');
        self::assertStringContainsString('1. Server entry', $admin->get(self::PAGE));

        // What is typed into WHMCS's own page: where it is, and which addresses there are.
        $entry = ['username' => '', 'password' => '', 'accesshash' => ''] + $this->simulator->serverEntry();
        $this->stack->whmcs->server($entry);
        $login = ['act' => 'login', 'username' => 'root@pam', 'password' => self::ROOT_PASSWORD,
            'role_WHMCSMore' => '1', 'role_WHMCSTemplates' => '1'];
        $refused = $admin->post(self::PAGE, $login);
        $fingerprint = (string) $this->simulator->about['fingerprint'];
        self::assertStringContainsString($fingerprint, $refused, 'nobody signed the certificate');
        $this->press($admin, ['act' => 'trust', 'fingerprint' => $fingerprint]);
        $made = $this->press($admin, $login);
        self::assertStringContainsString('whmcs@pve!whmcs', $made);
        self::assertStringNotContainsString(self::ROOT_PASSWORD, $made);

        $template = $this->template($admin);
        $page = $this->press($admin, ['act' => 'sell', 'name' => 'Cloud VPS', 'template' => $template]);
        $product = (int) Capsule::table('tblproducts')->where('autosetup', 'payment')->value('id');
        self::assertStringContainsString('31 are free.', $page);

        $server = (int) Capsule::table('tblservers')->value('id');
        $service = $this->stack->whmcs->service($product, $server);
        $of = "/admin/clientsservices.php?id=$service";
        $admin->post($of, ['modop' => 'create']);
        $this->stack->cron();
        self::assertSame('ready', $this->stored($service)['status']);
        $admin->post($of, ['modop' => 'terminate']);
        $this->stack->cron();
        self::assertSame('removed', $this->stored($service)['status']);

        preg_match_all('~<h2 class="h4">\d+\. (.*?)</h2>~s', $admin->get(self::PAGE), $found);
        $missing = preg_grep('/missing/', array_map('strip_tags', $found[1])) ?: [];
        self::assertSame(['Doctor missing'], array_values($missing), 'nobody has asked the doctor yet');
        printf("\nFrom nothing to a VM that was sold and removed: %.1f s\n", microtime(true) - $began);
    }

    /** A cloud image of the net becomes one: each press looks how far it is. */
    private function template(WebSession $admin): string
    {
        [$url, $checksum] = ['https://images.example.net/own.qcow2', hash('sha256', 'own')];
        $this->simulator->control('publish', ['url' => $url, 'checksum' => $checksum, 'size' => 1 << 30]);
        $form = ['act' => 'template', 'image' => '', 'node' => 'pve1', 'storage' => '', 'name' => 'own',
            'url' => $url, 'checksum' => $checksum];
        for ($press = 0; $press < 300; $press++) {
            $page = $this->press($admin, $form);
            if (preg_match('/The template (\d+) is there/', $page, $made) === 1) {
                self::assertNotSame((string) $this->simulator->about['template'], $made[1]);

                return $made[1];
            }
            self::assertMatchesRegularExpression('/Template \d+: /', $page, 'how far it is');
            $form = ['act' => 'look'];
            usleep(100_000);
        }
        self::fail('the template is never done');
    }

    /** @param array<string, string|int> $form */
    private function press(WebSession $admin, array $form): string
    {
        $page = $admin->post(self::PAGE, $form);
        self::assertStringContainsString('alert-success" role="status"', $page);

        return $page;
    }
}
