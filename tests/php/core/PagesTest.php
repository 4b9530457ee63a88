<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use Tests\Support\Php;
use WHMCS\Database\Capsule;

/** The pages of admin and client over the real core. */
final class PagesTest extends CoreTestCase
{
    private const PASSWORD = 'Ab3dE5gH1j';
    private const FORM = ['token' => 'the-token', 'proxmoxkvm_json' => '1'];

    public function testAnExistingMachineIsAttachedAndUsed(): void
    {
        $service = $this->order();
        $other = $this->order();
        Capsule::table('tblhosting')->update(['domainstatus' => 'Active']);
        $this->machineOfNobody(777);

        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        $page = $fpm->result('attach', $service, '777');
        self::assertStringContainsString("VM 777 is attached to service $service.", $page['Attach VM (VMID)']);
        self::assertStringStartsWith('VMID 777 (old) on node pve1 <a ', $page['Virtual machine']);
        self::assertStringContainsString('href="https://', $page['Virtual machine']);
        $page = $fpm->result('attach', $other, '777');
        self::assertStringContainsString("VM 777 is the VM of service $service", $page['Attach VM (VMID)']);

        self::assertSame('success', $this->press($fpm, $service, 'start'));
        self::assertSame('The virtual machine is running.', $this->press($fpm, $service, 'start'));
        self::assertSame('running', $this->simulator->pve()->get('/nodes/pve1/qemu/777/status/current')['status']);
        self::assertSame('There is no virtual machine for this.', $this->press($fpm, $other, 'stop'));
    }

    public function testTheClientsPageFollowsAnOrder(): void
    {
        $service = $this->order();
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        self::assertSame('waiting', $this->view($fpm, $service)['state']);
        self::assertSame('success', $fpm->result('create', $service));
        $building = $this->view($fpm, $service);
        self::assertSame('building', $building['state']);
        self::assertCount(4, $building['setup']['phases']);
        $fpm->page('cron');
        $ready = $this->view($fpm, $service);
        self::assertSame(['ready', 'root'], [$ready['state'], $ready['tab']['username']]);
        // The refresh asks for no product, so whatever a product may give is there.
        $can = ['start' => false, 'shutdown' => true, 'reboot' => true, 'stop' => true, 'reset' => true,
            'reinstall' => true, 'protect' => true, 'unprotect' => false, 'set_reverse_name' => true];
        self::assertSame($can, array_intersect_key($ready['can'], $can), 'it runs');
        $addresses = array_column($ready['tab']['addresses'], 'address');
        self::assertSame([$this->whmcs->row($service)->dedicatedip], $addresses);
        self::assertSame('Running', $ready['label']);
        $fields = $fpm->result('fields', $service);
        self::assertStringContainsString('RAM', $fields['Package and VM']);
        self::assertStringNotContainsString('different', $fields['Package and VM'], 'it is as it was sold');
        self::assertStringContainsString('Possible now: Stop,', $fields['Buttons']);
        $usage = $this->ask($fpm, $service, 'ClientUsage', ['timeframe' => 'day']);
        self::assertTrue($usage['ok'], $usage['message']);
        self::assertContains(count($usage['points']), range(60, 200));
        self::assertSame('success', $fpm->result('suspend', $service));
        self::assertSame('suspended', $this->view($fpm, $service)['state']);
    }

    /** Whether WHMCS has moved the service or given its number out again, nobody knows before staff have said so. */
    public function testTheClientOfAnotherOrderLearnsNothingAndDoesNothing(): void
    {
        $service = $this->order();
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        self::assertSame('success', $fpm->result('create', $service));
        $fpm->page('cron');
        $address = (string) $this->whmcs->row($service)->dedicatedip;
        $owner = $fpm->request($this->query($service, 'ClientPassword', 1), self::FORM)[1];
        self::assertStringContainsString(self::PASSWORD, $owner);

        $client = Capsule::table('tblclients')->insertGetId(['firstname' => 'Eve', 'email' => 'eve@example.net']);
        Capsule::table('tblhosting')->where('id', $service)->update(['userid' => $client]);
        $asked = [['ClientPassword', ''], ['ClientStatus', ''], ['ClientUsage', ''], ['ClientAction', 'stop'],
            ['ClientAction', 'reboot'], ['ClientAction', 'set_reverse_name'], ['ClientAction', 'terminate']];
        foreach ($asked as [$function, $action]) {
            $form = self::FORM + ['do' => $action, 'address' => $address, 'name' => 'eve.example.net'];
            $said = $fpm->request($this->query($service, $function, $client), $form)[1];
            self::assertStringContainsString('"ok":', $said);
            self::assertStringNotContainsString(self::PASSWORD, $said, "$function $action");
            self::assertStringNotContainsString($address, $said, "$function $action");
        }
        self::assertSame('running', $this->simulator->pve()->machines()[0]['status']);
        $fpm->result('button', $service, 'ConfirmOwner');
        $new = $fpm->request($this->query($service, 'ClientPassword', $client), self::FORM)[1];
        self::assertStringContainsString(self::PASSWORD, $new);
    }

    public function testAClientWhoPressesWithoutEndWaitsAloneForThat(): void
    {
        $service = $this->order();
        $other = $this->order();
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        foreach ([$service, $other] as $one) {
            self::assertSame('success', $fpm->result('create', $one));
        }
        $fpm->page('cron');
        $said = [];
        for ($press = 0; $press < 140; $press++) {
            $said[] = $this->press($fpm, $service, ['stop', 'start', 'reboot'][$press % 3]);
        }
        $again = preg_grep('/^You have done this several times in a short time\. .* in \d+ seconds\.$/', $said);
        self::assertCount(134, $again, implode("\n", array_unique($said)));
        $asked = count($this->simulator->control('requests'));
        $answer = $this->ask($fpm, $service, 'ClientAction', ['do' => 'stop', 'token' => 'the-token']);
        self::assertSame([false, 'unknown'], [$answer['ok'], $answer['view']['state']]);
        self::assertStringContainsString('seconds', $answer['message']);
        self::assertCount($asked, $this->simulator->control('requests'), 'nobody looks either');

        // Nobody else waits: neither another service, nor staff, nor WHMCS.
        self::assertSame('success', $this->press($fpm, $other, 'stop'));
        self::assertSame('success', $fpm->result('suspend', $service));
        self::assertStringContainsString('<td>client Ada Byron</td>', $fpm->result('fields', $service)['History']);
        self::assertSame('success', Php::page($this->whmcs, 'terminate', $service)->answer()['result']);
    }

    private function machineOfNobody(int $vmid): void
    {
        $template = $this->simulator->about['template'];
        $pve = $this->simulator->pve();
        $task = $pve->request('POST', "/nodes/pve1/qemu/$template/clone?newid=$vmid&name=old");
        $this->ended($task);
    }

    /** @return array<string, int|string> */
    private function query(int $service, string $function, int $client): array
    {
        return ['do' => 'custom', 'client' => $client, 'id' => $service, 'button' => $function];
    }

    private function press(Fpm $fpm, int $service, string $action): string
    {
        $query = $this->query($service, 'ClientAction', 1);

        $form = ['do' => $action, 'token' => 'the-token', 'sure' => '1'];

        return json_decode($fpm->request($query, $form)[1], true)['result'];
    }

    /** @return array<string, mixed> */
    private function view(Fpm $fpm, int $service): array
    {
        return $this->ask($fpm, $service, 'ClientStatus')['view'];
    }

    /**
     * @param array<string, string> $form
     * @return array<string, mixed>
     */
    private function ask(Fpm $fpm, int $service, string $function, array $form = []): array
    {
        $query = $this->query($service, $function, 1);

        return json_decode($fpm->request($query, ['proxmoxkvm_json' => '1'] + $form)[1], true);
    }
}
