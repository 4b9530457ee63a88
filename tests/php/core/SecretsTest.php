<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Php;
use Tests\Support\SecretForms;
use Tests\Support\Simulator;
use Tests\Support\TempDir;
use WHMCS\Database\Capsule;

/** A whole life with marked secrets: they are in no file, log, mail, error, output or process list, in no form. */
final class SecretsTest extends CoreTestCase
{
    private const TOKEN = 'tok3n-s3cret/of+the=API';
    private const PASSWORD = 'Gu3st"Pä/ss+w&rd';
    private const NEW_PASSWORD = 'N3w<Gu3st>Pä\\ss w&rd%';
    private const WRONG = 'wr0ng/t0ken+s3cret=';

    /** @var array<string, string> where => what was there */
    private array $seen = [];

    public function testNoSecretLeavesItsPlace(): void
    {
        $this->simulator = new Simulator((string) Simulator::binary(), ['--scale', '0.02', '--secret', self::TOKEN]);
        $service = $this->order();
        Capsule::table('tblhosting')->update(['password' => encrypt(self::PASSWORD)]);
        $this->live($service);
        $this->collect();

        self::assertGreaterThan(20, count($this->seen));
        self::assertStringContainsString('create', $this->seen['tblmodulelog']);
        self::assertStringContainsString('"id"', $this->seen['the store, by SQL']);
        foreach ([self::TOKEN, self::PASSWORD, self::NEW_PASSWORD, self::WRONG] as $secret) {
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
        $right = (string) Capsule::table('tblservers')->value('password');
        Capsule::table('tblservers')->update(['password' => encrypt(self::WRONG)]);
        $this->page('test', $server);
        $this->page('create', $service);
        Capsule::table('tblservers')->update(['password' => $right]);
        foreach (['create', 'cron', 'fields', 'suspend', 'unsuspend'] as $do) {
            $this->page($do, $service);
        }
        Capsule::table('tblhosting')->update(['password' => encrypt(self::NEW_PASSWORD)]);
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

    private function page(string $do, int $id = 0, string $button = ''): void
    {
        $php = Php::page($this->whmcs, $do, $id, $button);
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
        // nothing dumped core
        self::assertSame([], glob(getcwd() . '/core*') ?: []);
        self::assertSame([], glob($this->whmcs->directory . '/core*') ?: []);
    }
}
