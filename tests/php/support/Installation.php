<?php

declare(strict_types=1);

namespace Tests\Support;

use StandIn\Database;
use WHMCS\Database\Capsule;

/** A WHMCS of its own: a directory with a database and, later, the core's store. */
final class Installation
{
    public readonly string $directory;
    public readonly string $store;
    public readonly string $database;

    /**
     * @param string|null $directory an empty one of our own; a temporary one without
     * @param string|null $database as StandIn\Database opens it; without one, what the run of the tests asks for
     * @param string $store a folder within the directory, or `mysql:` for a store in that database
     */
    public function __construct(?string $directory = null, ?string $database = null, string $store = 'private')
    {
        $this->directory = $directory ?? TempDir::make();
        $this->database = $database
            ?? (MariaDb::isWanted() ? MariaDb::database() : $this->directory . '/whmcs.sqlite');
        $this->store = $store === 'mysql:' ? MariaDb::url($this->database) : "$this->directory/$store/store.db";
        Database::create($this->database);
        // The copy of another WHMCS has its clients.
        Capsule::table('tblclients')->exists() || Capsule::table('tblclients')
            ->insert(['firstname' => 'Ada', 'lastname' => 'Byron', 'email' => 'ada@example.net']);
    }

    /** @param array<string, mixed> $columns */
    public function server(array $columns = []): int
    {
        return Capsule::table('tblservers')->insertGetId($columns + [
            'name' => 'pve1',
            'type' => 'proxmoxkvm',
            'hostname' => 'pve1.example.net',
            'ipaddress' => '',
            'assignedips' => 'vmbr0|0|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53',
            'username' => 'root@pam!whmcs',
            'password' => encrypt('token-secret'),
            'accesshash' => '',
            'secure' => 'on',
            'port' => '8006',
        ]);
    }

    /** @param array<string, string> $options by key of the core's table */
    public function product(array $options = []): int
    {
        $columns = ['name' => 'VM', 'type' => 'server', 'servertype' => 'proxmoxkvm', 'autosetup' => 'payment'];
        $catalogue = json_decode((string) file_get_contents(__DIR__ . '/catalogue.json'), true);
        foreach ($catalogue['options'] as $option) {
            if ($option['field'] !== null) {
                $columns["configoption$option[field]"] = $options[$option['key']] ?? $option['default'];
            }
        }

        return Capsule::table('tblproducts')->insertGetId($columns);
    }

    /** @param array<string, mixed> $columns */
    public function service(int $product, int $server, array $columns = []): int
    {
        $client = $columns['userid'] ?? 1;
        $columns += ['orderid' => Capsule::table('tblorders')->insertGetId([
            'ordernum' => (string) random_int(1_000_000_000, 9_999_999_999),
            'userid' => $client,
        ])];

        return Capsule::table('tblhosting')->insertGetId($columns + [
            'userid' => $client,
            'regdate' => date('Y-m-d'),
            'packageid' => $product,
            'server' => $server,
            'domain' => '',
            'domainstatus' => 'Pending',
            'username' => '',
            'password' => encrypt('Ab3dE5gH1j'),
            'notes' => '',
            'dedicatedip' => '',
            'assignedips' => '',
        ]);
    }

    /** What the client chose of an option that is a quantity. */
    public function configurableOption(int $service, string $name, int $quantity): void
    {
        $option = Capsule::table('tblproductconfigoptions')->where('optionname', $name)->value('id')
            ?? Capsule::table('tblproductconfigoptions')->insertGetId(['optionname' => $name, 'optiontype' => 4]);
        Capsule::table('tblhostingconfigoptions')
            ->insert(['relid' => $service, 'configid' => $option, 'qty' => $quantity]);
    }

    /** A mail template that the hoster wrote. @param array<string, mixed> $columns */
    public function mailTemplate(array $columns): void
    {
        $texts = ['subject', 'message', 'attachments', 'fromname', 'fromemail', 'language', 'copyto'];
        Capsule::table('tblemailtemplates')->insert($columns + ['type' => 'product'] + array_fill_keys($texts, ''));
    }

    public function row(int $service): object
    {
        return Capsule::table('tblhosting')->where('id', $service)->first();
    }

    /**
     * A script of the module, run by PHP where it lies in a WHMCS.
     *
     * @param string $file in the module's folder bin
     * @param list<string> $arguments
     * @param array<string, string> $environment
     * @param string $typed its standard input
     * @param list<string> $options of PHP
     * @param string|null $root the folder of that WHMCS; a temporary one without
     */
    public function script(
        string $file,
        array $arguments = [],
        array $environment = [],
        string $typed = '',
        array $options = [],
        ?string $root = null
    ): Php {
        $root ??= TempDir::make();
        $standIn = dirname(__DIR__) . '/whmcs/start.php';
        file_put_contents("$root/init.php", "<?php require '$standIn';"
            . " StandIn\\Database::open((string) getenv('WHMCS_DB'));");
        is_dir("$root/modules/servers") || mkdir("$root/modules/servers", 0755, true);
        exec('cp -r ' . escapeshellarg(dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm')
            . ' ' . escapeshellarg("$root/modules/servers/"));
        $options = ['-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), ...$options];
        $command = [...$options, '-q', "$root/modules/servers/proxmoxkvm/bin/$file"];

        return new Php([...$command, ...$arguments], $environment + $this->environment(), null, $typed);
    }

    /** Makes another user the owner, as a web server's user is the owner of a WHMCS. */
    public function giveTo(string $user): void
    {
        foreach ([$this->directory, ...(glob($this->directory . '/*') ?: [])] as $file) {
            chown($file, $user);
        }
    }

    /**
     * What a PHP process needs to work with this installation.
     *
     * @return array<string, string>
     */
    public function environment(): array
    {
        return ['WHMCS_DB' => $this->database, 'PROXMOXKVM_STORE' => $this->store];
    }
}
