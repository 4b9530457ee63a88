<?php

declare(strict_types=1);

namespace Tests\Stack;

use FilesystemIterator;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;
use Tests\Support\Fpm;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\Stack;
use Tests\Support\StackTestCase;
use WHMCS\Database\Capsule;

/** Who may do what on a whole host, and what is left behind in logs. */
final class SecurityTest extends StackTestCase
{
    private const STOP = ['a' => 'ClientAction', 'do' => 'stop', 'sure' => '1'];

    /** What the forms of a client's page name, and what none of them names. */
    private const FORMS = [
        ['a' => 'ClientAction', 'do' => 'start'],
        self::STOP,
        ['a' => 'ClientAction', 'do' => 'reboot'],
        ['a' => 'ClientAction', 'do' => 'reinstall', 'typed' => '1-1'],
        ['a' => 'ClientAction', 'do' => 'set_reverse_name'],
        ['a' => 'ClientAction', 'do' => 'terminate'],
        ['a' => 'ClientPassword'],
    ];

    private const PASSWORD = 'Ab3dE5gH1j';

    public function testAClientReachesNoServiceOfAnotherAndNothingWithoutAFormOfOurs(): void
    {
        $this->start(new Stack());
        $service = $this->order();
        Capsule::table('tblclients')->insert(['firstname' => 'Eve', 'lastname' => 'M', 'email' => 'eve@example.net']);
        $own = $this->order([], 2);
        $this->stack->cron("create:$service create:$own");
        self::assertSame('ready', $this->stored($service)['status']);
        $this->simulator->control('clear', []);
        $page = '/clientarea.php?action=productdetails';
        $form = static fn (array $named, int $id): array => ['id' => $id, 'modop' => 'custom'] + $named;

        $eve = $this->stack->session('client=2');
        $nobody = $this->stack->session('');
        $owner = $this->stack->session('client=1');
        foreach ([...self::FORMS, ['a' => 'ClientStatus'], ['a' => 'ClientUsage']] as $named) {
            foreach ([[], ['proxmoxkvm_json' => '1']] as $more) {
                foreach ([$eve, $nobody] as $visitor) {
                    $answer = $visitor->post($page, $form($named, $service) + $more);
                    self::assertStringNotContainsString('192.0.2.10', $answer);
                    self::assertStringNotContainsString('success', $answer);
                    self::assertStringNotContainsString(self::PASSWORD, $answer);
                }
            }
        }
        foreach (self::FORMS as $named) {
            $query = http_build_query($form($named, $service));
            foreach (['', "&token=$owner->token", "&token=$owner->token&proxmoxkvm_json=1"] as $more) {
                self::assertStringContainsString('use the buttons', $owner->get("$page&$query$more"));
            }
            foreach (['', 'wrong', $eve->token] as $token) {
                $answer = $owner->post($page, $form($named, $service) + ['token' => $token]);
                self::assertStringContainsString('reload it', $answer);
                self::assertStringNotContainsString(self::PASSWORD, $answer);
            }
        }
        foreach (['Start', 'Reinstall', 'VMRemove', 'TerminateAccount', 'SetNetwork'] as $function) {
            self::assertStringContainsString('Not Allowed', $owner->post($page, $form(['a' => $function], $service)));
        }
        foreach (['terminate', 'create', 'change_package', 'vm_remove', 'attach', 'forget', 'cron'] as $verb) {
            $answer = $owner->post($page, $form(['a' => 'ClientAction', 'do' => $verb, 'vmid' => '100'], $service));
            self::assertStringContainsString('does not include this', $answer, $verb);
        }
        $admin = "/admin/clientsservices.php?id=$service";
        self::assertSame('Please log in', $owner->post($admin, ['modop' => 'terminate']));
        $staff = $this->stack->session('admin=1');
        self::assertSame('Invalid token', $staff->post($admin, ['modop' => 'terminate', 'token' => 'wrong']));
        // Not even asked.
        self::assertSame([], $this->simulator->control('requests'));
        // Whose a request is, WHMCS says, and never the form.
        $forged = ['serviceid' => $service, 'service' => $service, 'userid' => 1, 'actor' => 'admin', 'client' => 1];
        foreach (['stop', 'start'] as $action) {
            $named = ['a' => 'ClientAction', 'do' => $action, 'sure' => '1'];
            $eve->post("$page&id=$service&" . http_build_query($forged), $form($named, $own) + $forged);
        }
        self::assertSame('running', $this->machine($service, 'status/current')['status']);
        $actors = array_column($this->history($own), 'actor', 'action');
        self::assertSame(['client', 'client'], [$actors['stop'] ?? '', $actors['start'] ?? '']);
        self::assertSame([], array_diff(array_column($this->history($service), 'actor'), ['cron', 'whmcs', 'admin']));

        self::assertStringContainsString('success', $owner->post($page, $form(self::STOP, $service)));
        self::assertSame('stopped', $this->machine($service, 'status/current')['status']);
        self::assertSame('running', $this->machine($own, 'status/current')['status']);
    }

    /** @return list<array<string, mixed>> what was done with a service, and for whom */
    private function history(int $service): array
    {
        $environment = RealCore::environment() + $this->stack->whmcs->environment();

        $asked = ['service' => $service, 'actor' => 'admin', 'limit' => 400];

        return array_reverse(Php::call('activity', $asked, $environment)['entries']);
    }

    public function testNothingShippedSaysAnythingToABrowser(): void
    {
        // As every public host is: what PHP has to complain of goes to its log.
        $this->start(new Stack(Fpm::ALLOWED + ['php_admin_value[display_errors]' => '0']));
        $visitor = $this->stack->session('');
        $modules = "{$this->stack->root}/modules";
        $flags = FilesystemIterator::SKIP_DOTS;
        $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($modules, $flags));
        $seen = 0;
        foreach ($files as $file) {
            if ($file->getExtension() !== 'php') {
                continue;
            }
            $answer = $visitor->get(substr($file->getPathname(), strlen($this->stack->root)));
            $is = preg_match('/^(This file cannot be accessed directly)?$/', $answer);
            self::assertSame(1, $is, "{$file->getPathname()}: $answer");
            $seen++;
        }
        self::assertGreaterThan(40, $seen);
    }

    public function testNoSecretIsLeftBehindInAnyEncoding(): void
    {
        $token = '0a1b2c3d-1111-4222-8333-944445555666';
        $secrets = [
            'token' => $token,
            'password' => "gu/e+st \"p\u{e4}ss\" & <x>'1'",
            'new password' => "n3w/p+a \"\u{fc}\" & <y>'2'\\",
            'wrong token' => 'wrong/tok+en "3" & <z>',
            'dns' => 'dns/se+cret&"4"',
        ];
        $this->start(new Stack(), ['--secret', $token]);
        $service = $this->order(['more_settings' => "dns.cloudflare.token = {$secrets['dns']}"]);
        Capsule::table('tblproducts')->update(['configoption24' => '']);
        $admin = $this->stack->session('admin=1');
        $row = Capsule::table('tblhosting');
        $server = Capsule::table('tblservers');
        $entry = (array) (clone $server)->first();
        $run = function (string $command, string $suffix = '') use ($admin, $service): void {
            $page = "/admin/clientsservices.php?id=$service";
            $answer = $admin->post($page, ['modop' => $command, 'ac' => $suffix]);
            self::assertStringContainsString('id="result"', $answer);
        };
        (clone $row)->update(['password' => encrypt($secrets['password'])]);

        // Failures first: a wrong token, a certificate that is not the known one, settings that do not parse.
        (clone $server)->update(['password' => encrypt($secrets['wrong token'])]);
        $run('create');
        $admin->post('/admin/configservers.php?id=1', ['password' => $secrets['wrong token'], 'ipaddress' => '']
            + array_intersect_key($entry, array_flip(['hostname', 'username', 'accesshash', 'port'])));
        $stranger = 'fingerprint=' . str_repeat('AB:', 31) . 'AB';
        (clone $server)->update(['password' => $entry['password'], 'accesshash' => $stranger]);
        $run('create');
        $this->stack->cron("create:$service");
        (clone $server)->update(['accesshash' => $entry['accesshash']]);
        Capsule::table('tblproducts')->update(['configoption24' => "dns.cloudflare.tokken = {$secrets['dns']}"]);
        $run('create');
        Capsule::table('tblproducts')->update(['configoption24' => '']);

        $run('create');
        $this->stack->cron();
        self::assertSame('ready', $this->stored($service)['status']);
        (clone $row)->update(['password' => encrypt($secrets['new password'])]);
        foreach (['changepw', 'suspend', 'unsuspend', 'changepackage'] as $command) {
            $run($command);
        }
        $this->stack->moduleCron();
        $this->simulator->control('fault', ['kind' => 'status', 'status' => 400, 'reason' => 'cipassword='
            . rawurlencode($secrets['new password']), 'path' => 'config', 'method' => 'PUT', 'times' => 9]);
        $run('changepw');
        $this->simulator->control('faults/clear', []);
        $run('custom', 'Stop');
        $run('custom', 'Reinstall');
        $this->stack->cron();
        $run('terminate');
        self::assertSame('Terminated', (clone $row)->value('domainstatus'));
        self::assertGreaterThan(10, Capsule::table('tblmodulelog')->count());

        $left = $this->leftBehind();
        foreach ($secrets as $whose => $secret) {
            foreach (self::written($secret) as $form) {
                foreach ($left as $place => $text) {
                    self::assertStringNotContainsString($form, $text, "the $whose as '$form' in $place");
                }
            }
        }
    }

    /** @return array<string, string> texts by place */
    private function leftBehind(): array
    {
        $left = ['logs of the servers' => $this->stack->logs()];
        foreach (['tblmodulelog', 'tblactivitylog', 'tblmodulequeue', 'tblemails', 'tblemailtemplates'] as $table) {
            // Not as JSON, whose escapes would hide what is looked for.
            $left[$table] = print_r(Capsule::table($table)->get()->all(), true);
        }
        foreach (glob(dirname($this->stack->whmcs->store) . '/*') ?: [] as $file) {
            $left[basename($file)] = (string) file_get_contents($file);
        }
        self::assertArrayHasKey('store.db', $left);

        return $left;
    }

    /** @return list<string> the ways in which a text may be written */
    private static function written(string $secret): array
    {
        $json = substr(json_encode($secret), 1, -1);
        $plain = substr(json_encode($secret, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), 1, -1);

        return array_values(array_unique([
            $secret,
            rawurlencode($secret),
            urlencode($secret),
            rawurlencode(rawurlencode($secret)),
            $json,
            $plain,
            substr(json_encode($json), 1, -1),
            htmlspecialchars($secret, ENT_QUOTES),
            htmlspecialchars($plain, ENT_QUOTES),
            rtrim(base64_encode($secret), '='),
            bin2hex($secret),
        ]));
    }
}
