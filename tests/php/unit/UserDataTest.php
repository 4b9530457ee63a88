<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMXPath;
use StandIn\ParamsBuilder;
use Tests\Support\Shown;
use Tests\Support\TabTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\SealKey;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown as Logged;

/** What customers give cloud-init: it reaches the core with a key, and is nowhere else. */
final class UserDataTest extends TabTestCase
{
    private const GIVEN = "#cloud-config\nwrite_files:\n- {path: /root/x, content: hush-hush}";

    public function testAnOrdersIsGivenAndForgotten(): void
    {
        $product = $this->whmcs->product();
        $field = Capsule::table('tblcustomfields')
            ->insertGetId(['type' => 'product', 'relid' => $product, 'fieldname' => 'User data|For cloud-init']);
        $service = $this->whmcs->service($product, $this->whmcs->server());
        $value = ['fieldid' => $field, 'relid' => $service, 'value' => self::GIVEN];
        Capsule::table('tblcustomfieldsvalues')->insert($value);
        $stored = static fn (): string => (string) Capsule::table('tblcustomfieldsvalues')->value('value');
        $params = ParamsBuilder::service($service);
        $params['customfields'] = ['User data' => str_replace("\n", "\r\n", self::GIVEN)];

        $this->replyTo('create', ['ok' => false, 'code' => 'user_data_kind', 'message' => 'that is no user data']);
        proxmoxkvm_CreateAccount($params);
        self::assertSame(self::GIVEN, $stored(), 'whoever typed it corrects it');
        $this->replyTo('create', ['ok' => true, 'outbox' => []]);
        self::assertSame('success', proxmoxkvm_CreateAccount($params));
        self::assertSame('', $stored());
        [$first, $last] = $this->requests('create');
        self::assertStringContainsString('hush-hush', $last['user_data']);
        self::assertMatchesRegularExpression('/^[0-9a-f]{64}$/D', $last['seal_key']);
        self::assertSame($first['seal_key'], $last['seal_key'], 'made once');
        $kept = (string) Capsule::table(SealKey::TABLE)->value('sealing');
        self::assertStringNotContainsString($last['seal_key'], $kept);
        foreach ($this->everythingLogged() as $logged) {
            self::assertStringNotContainsString('hush-hush', $logged);
            self::assertStringNotContainsString($last['seal_key'], $logged);
        }
    }

    public function testWhereNobodyGivesAnyNoKeyIsMade(): void
    {
        $this->replyTo('create', ['ok' => true, 'outbox' => []]);
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        proxmoxkvm_CreateAccount(ParamsBuilder::service($service));
        self::assertSame(['', ''], [$this->requests('create')[0]['seal_key'], SealKey::known()]);
    }

    public function testARebuildAsksForItWhereTheProductTakesIt(): void
    {
        $area = '//form[contains(@class, "vm-rebuild")]//textarea[@name="user_data"]';
        self::assertSame([1.0, 0.0], [
            $this->page(true)->evaluate("count({$area}[@aria-describedby='vm-user-data'])"),
            $this->page(false)->evaluate("count($area)"),
        ]);
        $sent = ActionInputs::of('reinstall', ['user_data' => self::GIVEN . "\r\n", 'template' => '9000']);
        self::assertSame(self::GIVEN, $sent['user_data'], 'whole');
        self::assertSame('***', Logged::request($sent)['user_data']);
        $text = json_encode(['error' => self::GIVEN], JSON_THROW_ON_ERROR);
        self::assertStringNotContainsString('hush', Secrets::of($sent)->mask($text));
    }

    private function page(bool $isSold): DOMXPath
    {
        return $this->tab('rebuild', ['user_data' => $isSold], [], [...Shown::allOfClients(), 'reinstall']);
    }
}
