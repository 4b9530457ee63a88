<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Fpm;
use Tests\Support\MariaDb;
use Tests\Support\Php;
use Tests\Support\ProblemTable;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;
use Tests\Support\TempDir;
use Tests\Support\Translation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreDatabase;

/**
 * Every command of README and docs/: run where it can run here, in a directory instead of the real places; compared
 * with the source that decides where it cannot (privileges, make targets); known by its shape otherwise. A command of a
 * kind that nobody has thought of fails.
 */
final class ReadmeTest extends StubTestCase
{
    private const ROOT = __DIR__ . '/../../..';
    private const WHMCS = '/var/www/whmcs';

    /** Begin of a command => how it is tested. */
    private const KINDS = [
        'sudo -u www-data php -q ' => 'runsAFileOfTheModule',
        'unzip ' => 'runs',
        'sha256sum ' => 'runs',
        'install -d ' => 'runs',
        'openssl x509 ' => 'runs',
        'make ' => 'isATarget',
        'pveum ' => 'hasShape',
        'pvesm ' => 'hasShape',
        'mkdir ' => 'hasShape',
        'qm ' => 'hasShape',
        'wget ' => 'hasShape',
        'phpenmod ' => 'hasShape',
        'systemctl restart ' => 'hasShape',
        'dnf install ' => 'hasShape',
        'semanage ' => 'hasShape',
        'restorecon ' => 'hasShape',
        'sqlite3 ' => 'hasShape',
        'mysqldump ' => 'hasShape',
        '/scripts/' => 'hasShape',
        'cargo ' => 'hasShape',
        'phpunit ' => 'hasShape',
    ];

    private const SHAPES = [
        '#^pveum (role add \w+ -privs "[\w. ]+"|user add \w+@pve|user token add \w+@pve \w+ -privsep 0'
            . '|acl modify /(storage/snippets)? -user \w+@pve -role \w+)$#',
        '#^qm (create|set|template|unlock) \d+( --[a-z]+\d* [\w:/.,=-]+)*$#',
        '#^wget https://cloud\.debian\.org/images/cloud/\S+\.qcow2$#',
        '#^phpenmod ffi$#',
        '#^systemctl restart php(8\.2)?-fpm$#',
        '#^dnf install( [a-z-]+)+$#',
        "#^semanage fcontext -a -t lib_t '/var/www/whmcs/modules/servers/proxmoxkvm/lib/native\(/\.\*\)\?'$#",
        '#^restorecon -R /var/www/whmcs/modules/servers/proxmoxkvm/lib/native$#',
        '#^sqlite3 /var/www/whmcs-proxmoxkvm/store\.db "VACUUM INTO \'/root/store-backup\.db\'"$#',
        '#^' . MariaDb::BACKUP . ' whmcs > /root/whmcs-backup\.sql$#',
        '#^/scripts/(php_fpm_config --rebuild|restartsrv_apache_php_fpm)$#',
        '#^cargo test (--lib|--test (behaviour|dns|power))( [\w:]+)?( -- --nocapture)?$#',
        '#^mkdir -p /var/lib/vz-snippets$#',
        '#^pvesm add dir snippets --path /var/lib/vz-snippets --content snippets$#',
        '#^cargo doc --open$#',
        '#^phpunit --configuration tests/php/phpunit\.xml --filter \w+$#',
    ];

    private string $sandbox = '';

    /** @dataProvider commands */
    public function testACommandWorks(string $command): void
    {
        foreach (self::KINDS as $begin => $test) {
            if (str_starts_with($command, $begin)) {
                $this->$test($command);

                return;
            }
        }
        self::fail("a new kind of command: $command");
    }

    /** @return iterable<string, array{string}> */
    public function commands(): iterable
    {
        $lines = array_map('trim', explode("\n", implode("\n", self::blocks('sh'))));
        foreach (array_unique($lines) as $line) {
            yield $line => [$line];
        }
    }

    public function testThereAreCommandsAndNoneIsHidden(): void
    {
        self::assertGreaterThan(25, count(iterator_to_array($this->commands())));
        // A command in a block of another kind would not be tested.
        preg_match_all('/^ *```(\w*)$/m', self::text(), $found);
        $known = ['sh', 'ini', 'php', 'yaml', 'apache', 'nginx', 'sql', 'text', ''];
        self::assertSame([], array_values(array_diff($found[1], $known)));
        self::assertDoesNotMatchRegularExpression('/^    \S+ .*$/m', (string) preg_replace(
            '/^ *```.*?^ *```$/ms',
            '',
            self::text()
        ), 'indented blocks are commands that no test reads');
    }

    public function testTheRolesHoldExactlyWhatTheModuleAsksFor(): void
    {
        $source = (string) file_get_contents(self::ROOT . '/src/api/health/privileges.rs');
        $name = '"((?:VM|Datastore|SDN|Sys)\.[\w.]+)"';
        preg_match_all("/\\($name, None\\)/", $source, $always);
        preg_match_all("/\\($name, Some/", $source, $sometimes);
        preg_match_all("/$name/", $source, $all);
        preg_match_all('/-privs "([^"]+)"/', self::text(), $roles);
        // That of applications is for one storage alone.
        $roles[1] = array_values(array_diff($roles[1], ['Datastore.Allocate Datastore.Audit']));
        self::assertCount(3, $roles[1]);
        [$first, $second, $third] = array_map(static fn (string $role): array => explode(' ', $role), $roles[1]);
        self::assertSame([], array_intersect($third, [...$first, ...$second]), 'only for making templates');
        // On the storage of the seeds of rescue systems, and on no other.
        $seeds = ['Datastore.Allocate', 'Datastore.AllocateTemplate'];
        self::assertEqualsCanonicalizing(array_unique($all[1]), [...$first, ...$second, ...$seeds]);
        self::assertSame([], array_diff($always[1], $first), 'what every service needs is in the first role');
        self::assertEqualsCanonicalizing($sometimes[1], $second);
        // The login of the commands is the one that the server entry is told.
        self::assertStringContainsString('user name `whmcs@pve!whmcs`', self::text());
        preg_match_all('/pveum .*?(\w+@pve)/', self::text(), $users);
        self::assertSame(['whmcs@pve'], array_values(array_unique($users[1])));
    }

    public function testTheThreeSetUpsAreTheOnesThatAreTested(): void
    {
        [$key, $value] = [array_key_first(Fpm::ALLOWED), Fpm::ALLOWED[array_key_first(Fpm::ALLOWED)]];
        self::assertContains("$key = $value", self::blocks('ini'));
        self::assertStringContainsString("name: '$key', value: $value", implode(self::blocks('yaml')));
        self::assertStringContainsString('opcache.preload=', implode(self::blocks('ini')));
        $preload = "require '" . self::WHMCS . "/modules/servers/proxmoxkvm/lib/Native.php'";
        self::assertStringContainsString($preload, implode(self::blocks('php')));
    }

    /** The tests' database users have exactly these. */
    public function testTheGrantsAreTheOnesThatAreTested(): void
    {
        self::assertStringContainsString('GRANT ' . MariaDb::GRANTS . ' ON ', implode(self::blocks('sql')));
        $prefix = '`' . StoreDatabase::PREFIX . '`';
        self::assertStringContainsString($prefix, self::text());
    }

    public function testEveryMakeTargetFileAndLinkThatIsNamedIsThere(): void
    {
        preg_match_all('/`make ([a-z-]+)/', self::text(), $targets);
        foreach ($targets[1] as $target) {
            $this->isATarget("make $target");
        }
        $anchors = array_map(self::anchors(...), self::pages());
        foreach (self::pages() as $page => $text) {
            preg_match_all('/\]\(([^)#\s]*)(?:#([^)]+))?\)/', $text, $links, PREG_SET_ORDER | PREG_UNMATCHED_AS_NULL);
            foreach ($links as [$link, $file, $anchor]) {
                $where = $file === '' ? $page : self::path(dirname($page) . "/$file");
                if (!str_contains($file, '://')) {
                    self::assertFileExists(self::ROOT . "/$where", "$link in $page");
                    self::assertContains($anchor, [null, ...$anchors[$where] ?? []], "$link in $page");
                }
            }
        }
        preg_match_all('#/modules/servers/proxmoxkvm/(\w+\.php)#', self::text(), $files);
        foreach ($files[1] as $file) {
            self::assertFileExists(self::ROOT . "/php/modules/servers/proxmoxkvm/$file");
        }
    }

    /** What engineers are sent to: a page that names a file which was moved leads nowhere. */
    public function testEveryPlaceInTheSourceThatIsNamedIsThere(): void
    {
        foreach (self::pages() as $page => $text) {
            // What a released version had stays as it was called.
            if ($page !== 'CHANGELOG.md') {
                preg_match_all('#`((?:src|tests|php|docs|include|\.ci)/[\w./-]*\w/?)`#', $text, $found);
                foreach ($found[1] as $place) {
                    self::assertFileExists(self::ROOT . "/$place", "$place in $page");
                }
            }
        }
    }

    /** The way that a newcomer is shown: each function is in one of the files beside it. */
    public function testEveryFunctionOfTheArchitectureIsWhereItSays(): void
    {
        $text = self::pages()['docs/architecture.md'];
        preg_match_all('/`(\w+)`(?: \(`| in `)(src\/[\w\/.-]+)`/', $text, $found, PREG_SET_ORDER);
        preg_match_all('/^\| \d+ \| (.+?) \| (.*?) \|/m', $text, $rows, PREG_SET_ORDER);
        self::assertCount(11, $rows);
        $places = array_map(static fn (array $row): array => [$row[2], $row[1]], $rows);
        foreach ([...$places, ...array_map(static fn (array $it): array => ["`$it[1]`", $it[2]], $found)] as $place) {
            [$names, $files] = $place;
            preg_match_all('/[\w.\/]+\.(?:rs|php)/', $files, $paths);
            $read = static fn (string $path): string => (string) file_get_contents(self::ROOT . "/$path");
            $source = implode(array_map($read, $paths[0]));
            preg_match_all('/(\w+)`/', $names, $named);
            foreach ($named[1] as $name) {
                $isThere = preg_match("/(fn|function|const|static|struct|enum|trait) $name\b/", $source) === 1;
                self::assertTrue($isThere, "$name in $files");
            }
        }
        self::assertGreaterThan(10, count($found));
    }

    /** The first page is read by everybody, and in five minutes. */
    public function testTheReadmeIsShortAndLeadsToEveryPage(): void
    {
        $readme = self::pages()['README.md'];
        self::assertLessThanOrEqual(900, count(preg_split('/\s+/', trim($readme))));
        foreach (glob(self::ROOT . '/docs/*.md') ?: [] as $file) {
            self::assertStringContainsString('](docs/' . basename($file), $readme);
        }
        foreach (glob(self::ROOT . '/docs/decisions/[0-9]*.md') ?: [] as $file) {
            $index = self::pages()['docs/decisions/README.md'];
            self::assertStringContainsString('](' . basename($file) . ')', $index);
        }
    }

    /** Texts of several authors come together line by line: then both of what was written anew are there. */
    public function testNothingIsSaidTwice(): void
    {
        foreach (self::pages() as $page => $text) {
            // A line of a table says it by its first cell, once a table; one of the changelog once a version.
            [$begin, $end] = $page === 'CHANGELOG.md' ? ['/^\* (.+)/m', "\n## "] : ['/^\| (.+?) \|/m', "\n\n"];
            foreach (explode($end, $text) as $part) {
                preg_match_all($begin, $part, $found);
                self::assertSame(array_values(array_unique($found[1])), $found[1], $page);
            }
        }
    }

    /** What the reader searches for has to be what the module says. */
    public function testTheTroublesAreInTheWordsOfTheModule(): void
    {
        $said = implode("\n", Translation::read('english')->sentences());
        foreach (explode("\n", (string) shell_exec('find ' . self::ROOT . '/src -name "*.rs"')) as $file) {
            $said .= $file === '' ? '' : file_get_contents($file);
        }
        preg_match('/^## By what you see\n(.*?)^## /ms', self::pages()['docs/problems.md'], $section);
        preg_match_all('/^\| (.+?) \| .+ \|$/m', $section[1], $rows);
        self::assertGreaterThan(12, count($rows[1]));
        foreach (array_diff($rows[1], ['you see', '---']) as $row) {
            // A symptom that nobody says has no words of the module.
            if (!str_starts_with($row, '*')) {
                foreach (array_filter(array_map('trim', explode('…', $row))) as $part) {
                    self::assertTrue(str_contains($said, $part), "$part in: $row");
                }
            }
        }
    }

    /** Pages of staff name it. */
    public function testEveryProblemHasAnAnchor(): void
    {
        $codes = array_keys(ProblemTable::rows());
        self::assertGreaterThan(100, count($codes));
        self::assertSame([], array_values(array_diff($codes, self::anchors(self::pages()['docs/problems.md']))));
    }

    /** In order, as the hoster runs them: unpacked first. */
    private function runsAFileOfTheModule(string $command): void
    {
        $this->unpack();
        $words = explode(' ', str_replace(self::WHMCS, $this->sandbox . self::WHMCS, $command));
        touch($this->whmcs->store);
        $this->whmcs->product();
        $this->replyTo('list', ['config_options' => []]);
        $php = new Php(
            ['-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), ...array_slice($words, 4)],
            $this->whmcs->environment() + ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]
        );
        $said = $php->output();
        self::assertContains($php->status(), [0, 1, 2], $said);
        self::assertDoesNotMatchRegularExpression('/Fatal|Warning|Could not open|is not understood/', $said);
        // check.php says nothing where nothing disagrees.
        self::assertSame(str_ends_with($command, 'check.php'), trim($said) === '');
    }

    private function runs(string $command): void
    {
        $this->prepare();
        $places = [self::WHMCS => $this->sandbox . self::WHMCS, ' -o www-data' => '',
            '/etc/pve/local' => $this->sandbox];
        exec('cd ' . escapeshellarg($this->sandbox) . ' && ' . strtr($command, $places) . ' 2>&1', $said, $status);
        self::assertSame(0, $status, implode("\n", $said));
        if (str_starts_with($command, 'unzip')) {
            $module = $this->sandbox . self::WHMCS . '/modules/servers/proxmoxkvm';
            self::assertFileEquals(self::ROOT . '/php/modules/servers/proxmoxkvm/bin/cron.php', "$module/bin/cron.php");
        }
    }

    private function isATarget(string $command): void
    {
        $target = explode(' ', $command)[1];
        self::assertMatchesRegularExpression("/^$target:/m", (string) file_get_contents(self::ROOT . '/Makefile'));
    }

    private function hasShape(string $command): void
    {
        $fits = array_filter(self::SHAPES, static fn (string $shape): bool => preg_match($shape, $command) === 1);
        self::assertCount(1, $fits, $command);
    }

    /** What the commands find: an archive with its sum, a WHMCS, a node's certificate. */
    private function prepare(): void
    {
        $this->sandbox = TempDir::make();
        $whmcs = $this->sandbox . self::WHMCS;
        mkdir($whmcs, 0755, true);
        $standIn = dirname(__DIR__) . '/whmcs/start.php';
        file_put_contents("$whmcs/init.php", "<?php require '$standIn';"
            . " StandIn\\Database::open((string) getenv('WHMCS_DB'));");
        $zip = "$this->sandbox/proxmoxkvm-0.1.0.zip";
        $modules = escapeshellarg(realpath(self::ROOT . '/php/modules'));
        $this->must("python3 -m zipfile -c $zip $modules");
        $this->must("cd $this->sandbox && sha256sum proxmoxkvm-0.1.0.zip > proxmoxkvm-0.1.0.zip.sha256");
        $this->must("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=pve1"
            . " -keyout $this->sandbox/key.pem -out $this->sandbox/pve-ssl.pem");
    }

    private function unpack(): void
    {
        $this->prepare();
        $this->must("unzip -o -q $this->sandbox/proxmoxkvm-0.1.0.zip -d $this->sandbox" . self::WHMCS);
    }

    private function must(string $command): void
    {
        exec("$command 2>&1", $said, $status);
        self::assertSame(0, $status, implode("\n", $said));
    }

    /** @return list<string> the code blocks of a kind */
    private static function blocks(string $kind): array
    {
        preg_match_all("/^ *```$kind\\n(.*?)\\n *```$/ms", self::text(), $found);

        return $found[1];
    }

    /** @return list<string> what a link may name behind # */
    private static function anchors(string $page): array
    {
        preg_match_all('/^#+ (.+)$/m', (string) preg_replace('/^ *```.*?^ *```$/ms', '', $page), $titles);

        return array_map(static fn (string $title): string => strtr(
            (string) preg_replace('/[^\w -]/', '', strtolower($title)),
            [' ' => '-']
        ), $titles[1]);
    }

    /** A path without its dots. */
    private static function path(string $path): string
    {
        $parts = [];
        foreach (explode('/', $path) as $part) {
            match ($part) {
                '.' => null,
                '..' => array_pop($parts),
                default => $parts[] = $part,
            };
        }

        return implode('/', $parts);
    }

    /** All pages, one after the other. */
    private static function text(): string
    {
        return implode("\n", self::pages());
    }

    /** @return array<string, string> path from the root => text */
    private static function pages(): array
    {
        $pages = [];
        foreach (['*.md', 'docs/*.md', 'docs/*/*.md'] as $pattern) {
            foreach (glob(self::ROOT . "/$pattern") ?: [] as $file) {
                $pages[substr($file, strlen(self::ROOT) + 1)] = (string) file_get_contents($file);
            }
        }

        return $pages;
    }
}
