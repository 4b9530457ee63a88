<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use Tests\Support\Php;
use Tests\Support\RealCore;

/** Whoever comes first, also root: the store is the web server's user's, or it is not made. */
final class OwnerTest extends CoreTestCase
{
    private string $folder;

    protected function setUp(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('needs root');
        }
        parent::setUp();
        $this->folder = dirname($this->whmcs->store);
        $this->order();
    }

    /** @dataProvider firstOnes */
    public function testTheFolderAboveTellsWhoseItIs(string $first, array $arguments): void
    {
        $this->whmcs->giveTo('www-data');
        $said = $this->first($first, $arguments);
        $this->assertOwner($said);
    }

    /** WHMCS lies in a folder of root's: whose its own folders are, its pages are. @dataProvider firstOnes */
    public function testTheFoldersOfWhmcsTellWhoseItIs(string $first, array $arguments): void
    {
        $said = $this->first($first, $arguments, $this->compiled('www-data', 0755));
        $this->assertOwner($said);
    }

    /** @dataProvider firstOnes */
    public function testAFolderThatRootMadeIsNotTheStores(string $first, array $arguments): void
    {
        mkdir($this->folder, 0700);
        $said = $this->first($first, $arguments, $this->compiled('www-data', 0755));
        self::assertStringContainsString('www-data', $said);
        self::assertFileDoesNotExist($this->whmcs->store);
    }

    /** @dataProvider firstOnes */
    public function testWithoutAnySignRootMakesNothing(string $first, array $arguments): void
    {
        $said = $this->first($first, $arguments, $this->compiled('root', 0777));
        self::assertStringContainsString('the store must not be root', $said);
        self::assertStringNotContainsString('run the cron as root', $said);
        self::assertFileDoesNotExist($this->whmcs->store);
    }

    /** @return iterable<string, array{string, list<string>}> */
    public function firstOnes(): iterable
    {
        yield 'hook' => ['', []];
        yield 'cron' => ['cron.php', []];
        yield 'doctor' => ['doctor.php', []];
        yield 'check' => ['check.php', []];
        yield 'import' => ['import.php', ['--product=1:2', '--server=1:2']];
        yield 'options' => ['options.php', ['1']];
        yield 'move' => ['move.php', ['--to=' . '/tmp/proxmoxkvm-test-none/store.db']];
    }

    /** An older version let root make it: whoever meets it says whose it has to be, and never that root is right. */
    public function testAStoreOfRootsIsToBeGivenToThePagesUser(): void
    {
        $environment = RealCore::environment() + $this->whmcs->environment();
        Php::call('due', ['limit' => 1], $environment);
        self::assertSame(0, fileowner($this->whmcs->store));
        foreach (['cron.php', 'doctor.php', 'check.php'] as $script) {
            $said = $this->first($script, [], $this->compiled('www-data', 0755));
            self::assertStringContainsString("chown -R www-data: $this->folder", $said);
            self::assertStringNotContainsString('run the cron as root', $said);
        }
        $said = $this->first('', [], $this->compiled('www-data', 0755));
        self::assertStringContainsString('chown -R www-data:', $said);
    }

    /** Root's crontab goes on working where it worked: nothing that it leaves keeps the pages out. */
    public function testRootsCronLeavesNothingOfItsOwn(): void
    {
        $this->whmcs->giveTo('www-data');
        mkdir($this->folder, 0700);
        chown($this->folder, 'www-data');
        $said = $this->first('', []);
        self::assertStringNotContainsString('could not', $said);
        $this->assertOwner($said);
        self::assertFileExists($this->whmcs->store . '.cron-lock');
    }

    /** @param list<string> $arguments @param array<string, string> $environment */
    private function first(string $script, array $arguments, array $environment = []): string
    {
        $environment += RealCore::environment();

        return $script === ''
            ? Php::page($this->whmcs, 'cron', 0, '', $environment)->output()
            : $this->whmcs->script($script, $arguments, $environment)->output();
    }

    /** WHMCS's folder for compiled templates. @return array<string, string> */
    private function compiled(string $owner, int $mode): array
    {
        $folder = "{$this->whmcs->directory}/compiled";
        is_dir($folder) || mkdir($folder);
        chmod($folder, $mode);
        chown($folder, $owner);
        $configuration = "{$this->whmcs->directory}/configuration.php";
        file_put_contents($configuration, "<?php \$templates_compiledir = '$folder';");

        return ['WHMCS_CONFIGURATION' => $configuration];
    }

    /** Nothing of root's is there, and a page works. */
    private function assertOwner(string $said): void
    {
        clearstatcache();
        if (!is_dir($this->folder)) {
            self::assertStringContainsString('www-data', $said);
        }
        foreach (is_dir($this->folder) ? [$this->folder, ...(glob("$this->folder/*") ?: [])] : [] as $file) {
            self::assertSame('www-data', posix_getpwuid((int) fileowner($file))['name'], $file);
        }
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        is_dir($this->folder) || chown(dirname($this->folder), 'www-data');
        self::assertStringContainsString('"success"', $fpm->page('create', 1));
    }
}
