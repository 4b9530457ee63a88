<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMXPath;
use StandIn\Hooks;
use StandIn\ParamsBuilder;
use Tests\Support\Shown;
use Tests\Support\TabTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\SshKeys;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown as Logged;

/** The tab of SSH keys: what is told of each, its forms without a script, and that nothing pasted is in a log. */
final class SshKeysTest extends TabTestCase
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

    public function testWithoutAKeyThereIsNoChoiceToSave(): void
    {
        $form = '//form[@id="vm-keys"]';
        self::assertSame(0.0, $this->page(true, 'keys')->evaluate("count({$form}[@hidden])"));
        $none = $this->page(true, 'keys', ['keys' => []] + Shown::SSH_KEYS);
        self::assertSame(1.0, $none->evaluate("count({$form}[@hidden])"));
    }

    public function testAClientThatIsDeletedLeavesNoKeys(): void
    {
        require_once STAND_IN_MODULES . '/servers/proxmoxkvm/hooks.php';
        $this->replyTo('client_deleted', ['keys' => 2]);
        Hooks::run('ClientDelete', ['userid' => 17]);
        $this->replyTo('client_deleted', ['ok' => false, 'code' => 'store', 'message' => 'gone']);
        Hooks::run('ClientDelete', ['userid' => 18]);
        self::assertSame([['client_id' => 17], ['client_id' => 18]], $this->requests('client_deleted'));
    }

    /** WHMCS has stored it with the order: what the page says of it is made true. */
    public function testAPrivateKeyOfAnOrderIsForgotten(): void
    {
        $product = $this->whmcs->product();
        $columns = ['type' => 'product', 'relid' => $product];
        $field = Capsule::table('tblcustomfields')->insertGetId(['fieldname' => 'ssh key|Public key'] + $columns);
        $other = Capsule::table('tblcustomfields')->insertGetId(['fieldname' => 'Note'] + $columns);
        $service = $this->whmcs->service($product, $this->whmcs->server());
        $neighbour = $this->whmcs->service($product, $this->whmcs->server());
        foreach ([[$field, $service], [$other, $service], [$field, $neighbour]] as [$fieldId, $relid]) {
            Capsule::table('tblcustomfieldsvalues')
                ->insert(['fieldid' => $fieldId, 'relid' => $relid, 'value' => 'BEGIN PRIVATE KEY']);
        }
        $stored = static fn (): array => Capsule::table('tblcustomfieldsvalues')->orderBy('id')->pluck('value')->all();
        $this->replyTo('create', ['ok' => false, 'code' => 'locked', 'message' => 'something else']);
        proxmoxkvm_CreateAccount(ParamsBuilder::service($service));
        self::assertSame(array_fill(0, 3, 'BEGIN PRIVATE KEY'), $stored());
        $this->replyTo('create', ['ok' => false, 'code' => 'ssh_key_private', 'message' => 'that is a private key']);
        self::assertSame('that is a private key', proxmoxkvm_CreateAccount(ParamsBuilder::service($service)));
        self::assertSame(['', 'BEGIN PRIVATE KEY', 'BEGIN PRIVATE KEY'], $stored());
        foreach ($this->everythingLogged() as $logged) {
            self::assertStringNotContainsString('BEGIN PRIVATE', $logged);
        }
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

    /** @param array<string, mixed> $keys */
    private function page(bool $given, string $tab, array $keys = Shown::SSH_KEYS): DOMXPath
    {
        $actions = [...Shown::allOfClients(), 'reinstall'];

        return $this->tab($tab, ['ssh_keys' => $given], ['ssh_keys' => $keys], $actions);
    }
}
