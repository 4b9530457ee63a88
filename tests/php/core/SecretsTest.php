<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Installation;
use Tests\Support\MariaDb;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\SecretForms;
use Tests\Support\Simulator;
use Tests\Support\TempDir;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** A whole life with marked secrets: they are in no file, log, mail, error, output or process list, in no form. */
final class SecretsTest extends CoreTestCase
{
    private const TOKEN = 'tok3n-s3cret/of+the=API';
    private const PASSWORD = 'Gu3st"Pä/ss+w&rd';
    private const NEW_PASSWORD = 'N3w<Gu3st>P\\ss&w"rd%';
    private const WRONG = 'wr0ng/t0ken+s3cret=';
    private const ZONE = 'z0ne/k3y+of=DNS&"x"<1>';
    /** How whoever repeats a secret may spell it. */
    private const SPELLINGS = ['raw', 'percent', 'lower', 'form', 'json', 'html', 'base64'];
    private const DATABASE = "d4t@b4se/s3cret+p&w'ord";
    private const WRONG_DATABASE = 'wr0ng@d4t@b4se/p+word';

    /** @var array<string, string> where => what was there */
    private array $seen = [];

    /** @var array<string, string> what pages find in their environment beside the usual */
    private array $environment = [];

    public function testNoSecretLeavesItsPlace(): void
    {
        $this->search();
        self::assertStringContainsString('"id"', $this->seen['the store, by SQL']);
    }

    public function testNoSecretLeavesItsPlaceWithTheStoreInADatabase(): void
    {
        $this->whmcs = new Installation(null, MariaDb::database(self::DATABASE), 'mysql:');
        // What the test itself asks has the URL in its environment; pages have it from configuration.php.
        $this->configuration('mysql:');
        $this->search();
        self::assertStringContainsString('"id"', $this->seen['mod_proxmoxkvm_store_services']);
    }

    private function search(): void
    {
        $this->simulator = new Simulator((string) Simulator::binary(), ['--scale', '0.02', '--secret', self::TOKEN]);
        $service = $this->order();
        Capsule::table('tblhosting')->update(['password' => encrypt(self::PASSWORD)]);
        $this->live($service);
        if ($this->environment !== []) {
            Capsule::table(CronRuns::TABLE)->update(['ended' => 0]);
            $this->scripts(0);
        }
        $this->collect();

        self::assertGreaterThan(20, count($this->seen));
        self::assertStringContainsString('create', $this->seen['tblmodulelog']);
        self::assertStringContainsString('***', $this->seen['tblmodulelog'], 'what the other side repeated');
        $secrets = [self::TOKEN, self::PASSWORD, self::NEW_PASSWORD, self::WRONG];
        array_push($secrets, self::ZONE, self::DATABASE, self::WRONG_DATABASE);
        foreach ($secrets as $secret) {
            foreach (SecretForms::of($secret) as $name => $form) {
                foreach ($this->seen as $where => $text) {
                    self::assertFalse(stripos($text, $form), "a secret, $name, is in $where");
                }
            }
        }
    }

    /** The search itself finds what it should. */
    public function testEveryFormIsFound(): void
    {
        $longer = 'x' . self::PASSWORD . 'y';
        $texts = [json_encode($longer), rawurlencode($longer), base64_encode($longer), bin2hex($longer), $longer];
        foreach ($texts as $text) {
            $found = array_filter(SecretForms::of(self::PASSWORD), static fn (string $form): bool
                => stripos($text, $form) !== false);
            self::assertNotSame([], $found, $text);
        }
    }

    private function live(int $service): void
    {
        $server = (int) Capsule::table('tblservers')->value('id');
        if ($this->environment !== []) {
            $this->lockOut($service, $server);
        }
        $right = (string) Capsule::table('tblservers')->value('password');
        Capsule::table('tblservers')->update(['password' => encrypt(self::WRONG)]);
        $this->page('test', $server);
        $this->page('create', $service);
        Capsule::table('tblservers')->update(['password' => $right]);
        foreach (['create', 'cron', 'fields', 'suspend', 'unsuspend'] as $do) {
            $this->page($do, $service);
        }
        Capsule::table('tblhosting')->update(['password' => encrypt(self::NEW_PASSWORD)]);
        $this->repeated($service, $server);
        $this->page('changepw', $service);
        foreach (['Stop', 'Reinstall', 'SetCloudinit', 'SetNetwork'] as $button) {
            $this->page('button', $service, $button);
        }
        // PVE refuses to take a config while it is locked: its words go into errors and logs
        $this->page('cron');
        self::assertSame('ready', $this->stored($service)['status']);
        Capsule::table('tblproducts')->update(['configoption6' => '3', 'configoption8' => '1']);
        $this->page('changepackage', $service);
        $this->page('terminate', $service);
        self::assertSame([], $this->simulator->pve()->machines());
    }

    /** Proxmox VE and the DNS server quote what they were told. */
    private function repeated(int $service, int $server): void
    {
        $this->zone();
        foreach (self::SPELLINGS as $form) {
            foreach (['/version' => ['test', $server], '/config' => ['changepw', $service]] as $path => [$do, $id]) {
                $this->simulator->control('fault', ['kind' => 'echo', 'path' => "$path$", 'form' => $form]);
                $this->page($do, $id);
            }
            $this->simulator->control('fault', ['kind' => 'echo', 'path' => '/servers/', 'form' => $form]);
            $this->page('button', $service, 'SetDnsRecords');
        }
        self::assertStringContainsString('bad request: ', implode($this->seen));
        $this->simulator->control('faults/clear', []);
        Capsule::table(Zones::TABLE)->delete();
    }

    private function zone(): void
    {
        Zones::prepare();
        Capsule::table(Zones::TABLE)->insert([
            'provider' => 'powerdns', 'zone' => 'example.net', 'endpoint' => $this->simulator->about['url'],
            'fingerprint' => $this->simulator->about['fingerprint'], 'secret' => encrypt(self::ZONE),
        ]);
    }

    /** A page of a WHMCS whose configuration.php names a store. */
    private function configuration(string $store): void
    {
        $file = "{$this->whmcs->directory}/configuration.php";
        file_put_contents($file, '<?php define(\'PROXMOXKVM_STORE\', ' . var_export($store, true) . ');');
        $this->environment = ['WHMCS_CONFIGURATION' => $file, 'PROXMOXKVM_STORE' => '', 'TMPDIR' => TempDir::make()];
    }

    /** The database refuses the login: every page says so. */
    private function lockOut(int $service, int $server): void
    {
        $wrong = str_replace(rawurlencode(self::DATABASE), rawurlencode(self::WRONG_DATABASE), $this->whmcs->store);
        $this->configuration($wrong);
        foreach (['test' => $server, 'create' => $service, 'fields' => $service, 'cron' => 0] as $do => $id) {
            $this->page($do, $id);
        }
        self::assertStringContainsString('Access denied', implode($this->seen));
        $this->scripts(1);
        $this->configuration('mysql:');
    }

    /** Doctor and move name the store; a URL is typed. */
    private function scripts(int $number): void
    {
        $typed = ['doctor.php' => [], 'move.php' => ['--from=mysql:', '--to=-']];
        foreach ($typed as $script => $arguments) {
            $environment = $this->environment + RealCore::environment();
            $php = $this->whmcs->script($script, $arguments, $environment, "{$this->whmcs->store}&prefix=x_\n");
            $said = $php->output();
            self::assertStringContainsString('mysql://', $said);
            $this->seen["output of $script $number"] = $said;
        }
    }

    private function page(string $do, int $id = 0, string $button = ''): void
    {
        $php = Php::page($this->whmcs, $do, $id, $button, $this->environment);
        $name = trim("$do $button") . ' ' . count($this->seen);
        while ($php->isRunning()) {
            foreach (['cmdline', 'environ'] as $file) {
                $text = (string) @file_get_contents("/proc/{$php->pid()}/$file");
                $this->seen["$file of $name"] = $text !== '' ? $text : ($this->seen["$file of $name"] ?? '');
            }
            usleep(5000);
        }
        $this->seen["output of $name"] = $php->output();
    }

    /** Everything that is left behind. */
    private function collect(): void
    {
        foreach (['tblmodulelog', 'tblactivitylog', 'tblemails', 'tblmodulequeue'] as $table) {
            $this->seen[$table] = json_encode(Capsule::table($table)->get()->all(), JSON_UNESCAPED_UNICODE);
        }
        $notes = Capsule::table('tblhosting')->get(['notes', 'domain', 'username', 'dedicatedip'])->all();
        $this->seen['the service'] = json_encode($notes, JSON_UNESCAPED_UNICODE);
        if ($this->environment === []) {
            $this->collectFiles();
        } else {
            $this->collectTables();
        }
        // nothing dumped core
        self::assertSame([], glob(getcwd() . '/core*') ?: []);
        self::assertSame([], glob($this->whmcs->directory . '/core*') ?: []);
    }

    private function collectTables(): void
    {
        $tables = array_map(static fn (object $row): string => array_values((array) $row)[0], Capsule::select(
            "SHOW TABLES LIKE 'mod\\_proxmoxkvm\\_%'"
        ));
        foreach ($tables as $table) {
            $this->seen[$table] = json_encode(Capsule::table($table)->get()->all(), JSON_UNESCAPED_UNICODE);
        }
        foreach (glob("{$this->environment['TMPDIR']}/*/*") ?: [] as $file) {
            $this->seen[$file] = (string) file_get_contents($file);
        }
    }

    private function collectFiles(): void
    {
        foreach (glob($this->whmcs->directory . '/private/*') ?: [] as $file) {
            $this->seen[basename($file)] = (string) file_get_contents($file);
        }
        $store = TempDir::make() . '/copy.db';
        foreach (['', '-wal'] as $end) {
            is_file($this->whmcs->store . $end) && copy($this->whmcs->store . $end, $store . $end);
        }
        $pdo = new \PDO("sqlite:$store");
        $rows = [];
        foreach (['services', 'events', 'facts', 'meta', 'addresses'] as $table) {
            $rows[$table] = $pdo->query("SELECT * FROM $table")->fetchAll(\PDO::FETCH_ASSOC);
        }
        $this->seen['the store, by SQL'] = json_encode($rows, JSON_UNESCAPED_UNICODE);
    }
}
