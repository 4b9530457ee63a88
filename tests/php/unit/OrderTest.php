<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** What the core is asked when WHMCS runs a module command. */
final class OrderTest extends StubTestCase
{
    public function testCreateSendsTheWholeOrder(): void
    {
        $server = $this->whmcs->server(['accesshash' => "fingerprint=AB:CD\ninsecure=0"]);
        $product = $this->whmcs->product(['os_template' => '9000', 'ram' => '2.5']);
        $service = $this->whmcs->service($product, $server);

        self::assertSame('success', Dispatcher::run('create', $service));
        self::assertSame('Active', $this->whmcs->row($service)->domainstatus);

        [$order] = $this->requests('create');
        self::assertIsInt($order['server']['waited_ms']);
        unset($order['server']['waited_ms']);
        self::assertSame(
            ['id' => $service, 'client_id' => 1, 'domain' => '', 'username' => '', 'password' => 'Ab3dE5gH1j'],
            $order['service']
        );
        self::assertSame([
            'id' => $server,
            'hostname' => 'pve1.example.net',
            'ip' => '',
            'port' => '8006',
            'secure' => true,
            'username' => 'root@pam!whmcs',
            'password' => 'token-secret',
            'access_hash' => "fingerprint=AB:CD\ninsecure=0",
            'assigned_ips' => 'vmbr0|0|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53',
        ], $order['server']);
        self::assertCount(24, $order['package']['options']);
        self::assertSame(['auto', '9000', 'full'], array_slice($order['package']['options'], 0, 3));
        self::assertSame('2.5', $order['package']['options'][6]);
        self::assertSame([], $order['package']['config_options']);
        self::assertSame('whmcs', $order['actor']);
        self::assertArrayNotHasKey('by', $order, 'nobody in person');
    }

    public function testLaterLooksOfAPageSayHowLongItHasWaited(): void
    {
        $params = new Params(['serverid' => $this->whmcs->server()]);
        $waited = $params->server()['waited_ms'];
        // only where time counts does this end
        while ($params->server()['waited_ms'] <= $waited + 1) {
        }
        self::assertGreaterThan($waited, $params->withPassword('n3w-Pass#word')->server()['waited_ms']);
        self::assertLessThanOrEqual($waited + 1, (new Params([]))->server()['waited_ms']);
    }

    public function testAnEmptyListOfConfigurableOptionsIsAnObject(): void
    {
        Dispatcher::run('create', $this->whmcs->service($this->whmcs->product(), $this->whmcs->server()));
        self::assertStringContainsString(
            '"config_options":{}',
            (string) file_get_contents($this->whmcs->directory . '/create.requests')
        );
    }

    public function testHtmlEncodingOfStoredInputIsUndone(): void
    {
        $server = $this->whmcs->server(['password' => encrypt('a&amp;b&#039;c&quot;d')]);
        $product = $this->whmcs->product(['firewall_rules' => 'IN ACCEPT # &lt;ssh&gt;']);
        Dispatcher::run('create', $this->whmcs->service($product, $server));

        [$order] = $this->requests('create');
        self::assertSame('a&b\'c"d', $order['server']['password']);
        self::assertSame('IN ACCEPT # <ssh>', $order['package']['options'][18]);
    }

    public function testInvalidUtf8DoesNotStopAnOperation(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $params = ['configoption19' => "IN ACCEPT # caf\xe9"] + ParamsBuilder::service($service);
        self::assertSame('success', proxmoxkvm_CreateAccount($params));
    }

    public function testButtonsForceTheirStep(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        self::assertSame('success', Dispatcher::button($service, 'SetNetwork'));
        self::assertSame('success', Dispatcher::button($service, 'VMSetDedicatedIp'));
        foreach (['set_network', 'set_ip'] as $step) {
            self::assertSame([$service], array_column(array_column($this->requests($step), 'service'), 'id'));
        }
        self::assertSame('Function Not Found', Dispatcher::button($service, 'TerminateAccount'));
    }

    public function testTerminatedServicesThatStillShowAnAddressAreNamed(): void
    {
        $server = $this->whmcs->server();
        $product = $this->whmcs->product();
        $terminated = ['domainstatus' => 'Terminated'];
        $old = $this->whmcs->service($product, $server, $terminated + ['dedicatedip' => '192.0.2.10']);
        $this->whmcs->service($product, $server, $terminated);
        $this->whmcs->service($product, $server, ['domainstatus' => 'Active', 'dedicatedip' => '192.0.2.11']);
        Dispatcher::run('create', $this->whmcs->service($product, $server));

        self::assertSame([$old], $this->requests('create')[0]['terminated']);
    }

    public function testTheCronBuildsTheSameOrderAsWhmcs(): void
    {
        $server = $this->whmcs->server();
        $product = $this->whmcs->product(['os_template' => '9000']);
        $service = $this->whmcs->service($product, $server, ['domainstatus' => 'Active']);
        $this->assignOptions($product, $service);
        Dispatcher::run('create', $service);
        $this->replyTo('due', ['services' => [['id' => $service, 'server_id' => $server]]]);
        Dispatcher::cron();

        $fromWhmcs = $this->requests('create')[0];
        unset($fromWhmcs['terminated'], $fromWhmcs['zones'], $fromWhmcs['ssh_key']);
        unset($fromWhmcs['user_data'], $fromWhmcs['seal_key']);
        $fromCron = $this->requests('cron')[0]['orders'][0];
        self::assertSame(
            ['RAM (GB)' => '4', 'Backups' => '1', 'OS' => 'debian'],
            $fromCron['package']['config_options']
        );
        // All that differs is who asks, and that the cron says when it has read.
        self::assertSame(['whmcs', 'cron'], [$fromWhmcs['actor'], $fromCron['actor']]);
        self::assertSame(['actor' => 'cron'] + $fromWhmcs + ['generation' => null], ['actor' => 'cron'] + $fromCron);
    }

    public function testProductAddonsAreRefused(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $params = ['addonId' => 5] + ParamsBuilder::service($service);
        self::assertStringContainsString('not product addons', proxmoxkvm_CreateAccount($params));
        self::assertSame([], $this->requests('create'));
    }

    private function assignOptions(int $product, int $service): void
    {
        $options = [
            ['RAM (GB)', 4, 4, null],
            ['Backups|Daily backups', 3, 1, null],
            ['OS|System', 1, 0, 'debian|Debian 12'],
        ];
        Capsule::table('tblproductconfiglinks')->insert(['gid' => 1, 'pid' => $product]);
        foreach ($options as [$name, $type, $quantity, $choice]) {
            $option = Capsule::table('tblproductconfigoptions')
                ->insertGetId(['gid' => 1, 'optionname' => $name, 'optiontype' => $type]);
            $chosen = $choice === null ? 0 : Capsule::table('tblproductconfigoptionssub')
                ->insertGetId(['configid' => $option, 'optionname' => $choice]);
            Capsule::table('tblhostingconfigoptions')
                ->insert(['relid' => $service, 'configid' => $option, 'optionid' => $chosen, 'qty' => $quantity]);
        }
    }
}
