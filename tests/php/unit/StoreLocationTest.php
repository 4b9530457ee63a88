<?php

declare(strict_types=1);

namespace Tests\Unit;

use Illuminate\Database\Schema\Blueprint;
use PHPUnit\Framework\TestCase;
use Tests\Support\Php;
use Tests\Support\TempDir;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\WebRoot;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** A path, or a database: what the core is told, what people see, and where this machine has its own files. */
final class StoreLocationTest extends TestCase
{
    private const PASSWORD = 'p@ss/w:rd?#100% ä+';
    private const ENCODED = 'p%40ss%2Fw%3Ard%3F%23100%25%20%C3%A4%2B';

    protected function tearDown(): void
    {
        putenv('PROXMOXKVM_STORE');
    }

    public function testItIsASiblingOfWhmcsNamedAfterIt(): void
    {
        $root = TempDir::make();
        mkdir("$root/whmcs");
        self::assertSame("$root/whmcs-proxmoxkvm/store.db", StoreLocation::beside("$root/whmcs"));
    }

    public function testAPlaceInsideTheWebRootIsRecognised(): void
    {
        $root = TempDir::make();
        mkdir("$root/html");
        self::assertTrue(WebRoot::isInside("$root/html/whmcs-proxmoxkvm/store.db", "$root/html"));
        self::assertTrue(WebRoot::isInside("$root/html/store.db", "$root/html/"));
        self::assertFalse(WebRoot::isInside("$root/html-proxmoxkvm/store.db", "$root/html"));
        self::assertFalse(WebRoot::isInside("$root/html/store.db", ''));
        self::assertTrue(WebRoot::isInside("$root/new/../html/./store.db", "$root/html"));
        self::assertFalse(WebRoot::isInside("$root/html/new/../../store.db", "$root/html"));
    }

    /** What PHP may not look at it compares as it is written, and complains of nothing. */
    public function testAPlaceInsideTheWebRootIsRecognisedUnderOpenBasedir(): void
    {
        $root = TempDir::make();
        mkdir("$root/html/whmcs", 0755, true);
        $module = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm';
        $code = 'require $argv[1]; foreach (array_slice($argv, 3) as $place) {'
            . ' echo json_encode(WHMCS\Module\Server\Proxmoxkvm\Core\WebRoot::isInside($place, $argv[2])); }';
        $places = array_map(
            static fn (string $place): string => "$root/$place/store.db",
            ['html/whmcs-proxmoxkvm', 'x/../html', 'html-proxmoxkvm']
        );
        $limits = ['-d', "open_basedir=$module:$root/html/whmcs", '-d', 'display_errors=1', '-d', 'error_reporting=-1'];
        $php = new Php([...$limits, '-r', $code, "$module/lib/autoload.php", "$root/html", ...$places]);
        self::assertSame('truetruefalse', $php->output());
    }

    /** The cron knows no document root, and has to come to the same place as the web. */
    public function testBesideAWhmcsInAFolderOfASiteIsNoPlace(): void
    {
        putenv('PROXMOXKVM_STORE');
        $this->whmcs(['driver' => 'sqlite', 'database' => ':memory:']);
        Capsule::schema()->create('tblconfiguration', static function (Blueprint $table): void {
            $table->text('setting');
            $table->text('value');
        });
        $modules = dirname(__DIR__, 3) . '/php';
        self::assertSame("$modules-proxmoxkvm/store.db", StoreLocation::current()->file);
        Capsule::table('tblconfiguration')->insert(['setting' => 'SystemURL', 'value' => '']);
        foreach (['https://example.com', 'https://billing.example.com:8443/'] as $url) {
            Capsule::table('tblconfiguration')->update(['value' => $url]);
            self::assertSame("$modules-proxmoxkvm/store.db", StoreLocation::current()->file);
        }
        foreach (['https://example.com/whmcs/', 'https://example.com/a/b'] as $url) {
            Capsule::table('tblconfiguration')->update(['value' => $url]);
            try {
                StoreLocation::current();
                self::fail('taken');
            } catch (Unavailable $why) {
                $sentence = "The store $modules-proxmoxkvm/store.db would lie inside the web root " . dirname($modules);
                self::assertStringStartsWith($sentence, $why->getMessage());
            }
        }
        putenv('PROXMOXKVM_STORE=/private/store.db');
        self::assertSame('/private/store.db', StoreLocation::current()->file);
    }

    public function testAPlaceInsideWhmcsIsRefusedOnTheCommandLineToo(): void
    {
        $this->expectException(Unavailable::class);
        $this->expectExceptionMessage('would lie inside the web root');
        StoreLocation::of(dirname(__DIR__, 3) . '/php/private/store.db');
    }

    public function testAPathMayBeWrittenInTwoWays(): void
    {
        foreach (['/private/store.db', 'sqlite:/private/store.db'] as $setting) {
            putenv("PROXMOXKVM_STORE=$setting");
            $store = StoreLocation::current();
            self::assertSame(['/private/store.db', null], [$store->file, $store->database]);
            self::assertSame('/private/store.db', $store->forCore());
            self::assertSame('/private/store.db.cron-lock', $store->lockFile());
        }
    }

    /** @dataProvider notUnderstood */
    public function testWhatIsNotUnderstoodIsRefusedAndNotShown(string $setting, string $sentence): void
    {
        putenv("PROXMOXKVM_STORE=$setting");
        try {
            StoreLocation::current();
            self::fail('understood');
        } catch (Unavailable $why) {
            self::assertStringContainsString($sentence, $why->getMessage());
            self::assertStringNotContainsString('s3cret', $why->getMessage());
        }
    }

    /** @return iterable<string, array{string, string}> */
    public function notUnderstood(): iterable
    {
        yield 'relative' => ['store.db', '"store.db" is not understood'];
        yield 'relative to sqlite' => ['sqlite:store.db', '"sqlite" is not understood'];
        yield 'another database' => ['pgsql://ada:s3cret@db/whmcs', '"pgsql" is not understood'];
        yield 'one slash' => ['mysql:/ada:s3cret@db/whmcs', 'is not complete'];
        yield 'no database' => ['mysql://ada:s3cret@db', 'is not complete'];
        yield 'no user' => ['mysql://db/whmcs', 'is not complete'];
        yield 'a slash in the password' => ['mysql://ada:s3/cret@db/whmcs', 'is not complete'];
        yield 'a question mark in it' => ['mysql://ada:s3cret?x@db/whmcs', 'is not complete'];
        yield 'a part of it after a question mark' => ['mysql://ada:x?s3cret=1@db/whmcs', 'is not complete'];
        yield 'no beginning' => ['//ada:s3cret@db/whmcs', '"…" is not understood'];
        yield 'no beginning for sqlite' => ['sqlite://ada:s3cret@db/whmcs', '"sqlite" is not understood'];
        yield 'a password alone' => ['s3cret', '"…" is not understood'];
        yield 'a login alone' => ['s3cret@db/whmcs', '"…" is not understood'];
        yield 'an option that is none' => ['mysql://ada:x@db/whmcs?S3cret', 'option "…", which there is not'];
        yield 'an option' => ['mysql://ada:s3cret@db/whmcs?ssl=1', 'option "ssl", which there is not'];
        yield 'an option of a URL only' => ['mysql:?socket=/x', 'There are: prefix.'];
    }

    public function testAUrlIsNormalised(): void
    {
        $url = 'mysql://a%20da:' . self::ENCODED . '@db.example.net/wh%2Fmcs?tls_ca=/etc/ca+1.pem';
        $store = StoreLocation::of($url);
        self::assertSame('mysql://a%20da:' . self::ENCODED . '@db.example.net:3306/wh%2Fmcs'
            . '?tls_ca=%2Fetc%2Fca%2B1.pem&prefix=mod_proxmoxkvm_store_', $store->forCore());
        $shown = 'mysql://a%20da@db.example.net:3306/wh%2Fmcs?tls_ca=%2Fetc%2Fca%2B1.pem&prefix=mod_proxmoxkvm_store_';
        self::assertSame($shown, $store->name());
        self::assertSame(str_replace('da@', 'da:PASSWORD@', $shown), $store->setting());
        $six = StoreLocation::of('mysql://ada@[2001:db8::1]:3307/whmcs?prefix=x_');
        self::assertSame('mysql://ada:@[2001:db8::1]:3307/whmcs?prefix=x_', $six->forCore());
        self::assertNotSame($six->key(), $store->key());
    }

    public function testTheConnectionOfWhmcsIsTaken(): void
    {
        $this->whmcs(['host' => '10.0.0.7', 'port' => 3307]);
        $store = StoreLocation::of('mysql:');
        $url = 'mysql://whm%2Fcs:' . self::ENCODED . '@10.0.0.7:3307/whmcs?prefix=mod_proxmoxkvm_store_';
        self::assertSame($url, $store->forCore());
        self::assertSame('mysql:', $store->setting());
        $other = StoreLocation::of('mysql:?prefix=two_');
        self::assertStringEndsWith('@10.0.0.7:3307/whmcs?prefix=two_', $other->forCore());
        self::assertSame('mysql:?prefix=two_', $other->setting());

        $this->whmcs(['unix_socket' => '/run/db.sock']);
        self::assertStringContainsString('socket=%2Frun%2Fdb.sock', StoreLocation::of('mysql:')->forCore());
        $this->whmcs(['host' => 'db', 'options' => [\PDO::MYSQL_ATTR_SSL_CA => '/etc/ca.pem']]);
        $place = '@db:3306/whmcs?tls_ca=%2Fetc%2Fca.pem';
        self::assertStringContainsString($place, StoreLocation::of('mysql:')->forCore());
    }

    /**
     * @dataProvider foreignTls
     * @param array<int, string> $attributes
     */
    public function testTheStoreHasNoLessTlsThanWhmcs(array $attributes): void
    {
        $this->whmcs(['host' => 'db', 'options' => $attributes]);
        $this->expectException(Unavailable::class);
        $this->expectExceptionMessage('?tls_ca=');
        StoreLocation::of('mysql:');
    }

    /** @return iterable<string, array{array<int, string>}> */
    public function foreignTls(): iterable
    {
        $file = [\PDO::MYSQL_ATTR_SSL_CA => '/etc/ca.pem'];
        yield 'a folder of authorities' => [[\PDO::MYSQL_ATTR_SSL_CAPATH => '/etc/ssl/certs']];
        yield 'a cipher' => [[\PDO::MYSQL_ATTR_SSL_CIPHER => 'AES256-SHA', \PDO::MYSQL_ATTR_SSL_CA => '']];
        yield 'a client certificate' => [[\PDO::MYSQL_ATTR_SSL_CERT => '/etc/client.pem'] + $file];
        yield 'its key' => [[\PDO::MYSQL_ATTR_SSL_KEY => '/etc/client.key']];
    }

    public function testWhatTheStoreHasOfTlsAnywayIsNoHindrance(): void
    {
        $file = [\PDO::MYSQL_ATTR_SSL_CA => '/etc/ca.pem', \PDO::MYSQL_ATTR_SSL_CERT => ''];
        $this->whmcs(['host' => 'db', 'options' => [\PDO::MYSQL_ATTR_SSL_CIPHER => 'AES256-SHA'] + $file]);
        self::assertStringContainsString('?tls_ca=%2Fetc%2Fca.pem', StoreLocation::of('mysql:')->forCore());
        $this->whmcs(['host' => 'db', 'options' => array_fill_keys(array_keys($file), '')]);
        self::assertStringNotContainsString('tls_ca', StoreLocation::of('mysql:')->forCore());
    }

    /** As PHP means it: whatever the port is. */
    public function testLocalhostIsASocket(): void
    {
        $socket = 'socket=' . rawurlencode((string) ini_get('pdo_mysql.default_socket'));
        $this->whmcs(['host' => 'localhost', 'port' => '3306']);
        self::assertStringContainsString($socket, StoreLocation::of('mysql:')->forCore());
        self::assertStringContainsString($socket, StoreLocation::of('mysql://ada:x@localhost/whmcs')->forCore());
        self::assertStringNotContainsString('socket', StoreLocation::of('mysql://ada:x@127.0.0.1/whmcs')->forCore());
        $named = StoreLocation::of('mysql://ada:x@localhost/whmcs?socket=/run/x.sock')->forCore();
        self::assertStringContainsString('socket=%2Frun%2Fx.sock', $named);
    }

    public function testAWhmcsOnAnotherDatabaseIsToldToNameOne(): void
    {
        $this->whmcs(['driver' => 'sqlite', 'database' => ':memory:']);
        $this->expectException(Unavailable::class);
        $this->expectExceptionMessage('does not say how it logs in');
        StoreLocation::of('mysql:');
    }

    public function testNothingShowsThePassword(): void
    {
        $store = StoreLocation::of('mysql://ada:' . self::ENCODED . '@db/whmcs');
        $texts = [$store->name(), $store->setting(), $store->key(), $store->lockFile(), print_r($store, true)];
        foreach ($texts as $text) {
            self::assertStringNotContainsString('p@ss', $text);
            self::assertStringNotContainsString('p%40ss', $text);
        }
    }

    public function testFilesOfThisMachineAreInAFolderOfOurOwn(): void
    {
        $store = StoreLocation::of('mysql://ada:x@db/' . basename(TempDir::make()));
        $folder = (string) $store->folder();
        self::assertSame(0700, fileperms($folder) & 0777);
        self::assertSame("$folder/cron-lock", $store->lockFile());
        self::assertNotSame(StoreLocation::of('mysql://ada:x@db/whmcs')->lockFile(), $store->lockFile());
        // Somebody else has laid something there.
        rmdir($folder);
        symlink(TempDir::make(), $folder);
        self::assertNull($store->folder());
        unlink($folder);
        if (posix_geteuid() === 0) {
            mkdir($folder);
            chown($folder, 'www-data');
            self::assertNull($store->folder());
            rmdir($folder);
        }
    }

    /** @param array<string, mixed> $config of WHMCS's connection, which is not used */
    private function whmcs(array $config): void
    {
        $capsule = new Capsule();
        $capsule->addConnection($config + [
            'driver' => 'mysql',
            'database' => 'whmcs',
            'username' => 'whm/cs',
            'password' => self::PASSWORD,
        ]);
        $capsule->setAsGlobal();
    }
}
