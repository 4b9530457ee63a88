<?php

declare(strict_types=1);

namespace Tests\Support;

/**
 * A whole WHMCS host: the stand-in and the modules in one document root, nginx, php-fpm, MariaDB, a cron of
 * the web server's user. Its store lies where the module puts it by itself, beside the document root, or, with a line
 * in WHMCS's configuration.php, in WHMCS's own database.
 */
final class Stack
{
    private const PASSWORD = "d4t@base/p\u{e4}ss:'w?rd#%";

    public readonly Installation $whmcs;
    public readonly Nginx $nginx;
    public readonly string $root;
    private Fpm $fpm;

    /**
     * @param array<string, string> $pool lines of php-fpm's pool
     * @param bool $isPreloaded whether php.ini preloads the module's gate to the library
     * @param bool $hasStoreInDatabase whether `mysql:` is the store
     */
    public function __construct(array $pool = Fpm::ALLOWED, bool $isPreloaded = false, bool $hasStoreInDatabase = false)
    {
        $directory = TempDir::make();
        $this->root = "$directory/whmcs";
        $this->whmcs = $hasStoreInDatabase
            ? new Installation($directory, MariaDb::database(self::PASSWORD), 'mysql:')
            : new Installation($directory, MariaDb::database(), 'whmcs-proxmoxkvm');
        $source = dirname(__DIR__);
        self::copy("$source/whmcs", $this->root);
        RealCore::archive() === ''
            ? self::copy(dirname($source, 2) . '/php/modules', "$this->root/modules")
            : RealCore::unpack($this->root);
        if ($hasStoreInDatabase) {
            file_put_contents("$this->root/configuration.php", "<?php define('PROXMOXKVM_STORE', 'mysql:');\n");
        }
        foreach (['sessions', 'templates_c', 'nginx', 'whmcs-proxmoxkvm', 'tmp'] as $own) {
            mkdir("$directory/$own", 0700);
        }
        $ini = ['opcache.enable' => '1'];
        if ($isPreloaded) {
            file_put_contents("$directory/preload.php", "<?php require '{$this->gate()}';");
            $ini['opcache.preload'] = "$directory/preload.php";
        }
        $pool += [
            'listen.mode' => '0666',
            'php_admin_value[session.save_path]' => "$directory/sessions",
            'catch_workers_output' => 'yes',
        ];
        $this->fpm = new Fpm($this->whmcs, $pool, $ini, $this->ownEnvironment());
        $this->nginx = new Nginx("$directory/nginx", $this->root, $this->fpm->socket);
    }

    /** @param string $login `client=1`, `admin=1`, both, or nothing */
    public function session(string $login): WebSession
    {
        return new WebSession($this->nginx->url, $login);
    }

    /** The doctor on the command line. @return array{int, string} exit status, and what it printed */
    public function doctor(): array
    {
        $doctor = $this->process("$this->root/modules/servers/proxmoxkvm/bin/doctor.php");
        $said = $doctor->output();

        return [$doctor->status(), $said];
    }

    /** WHMCS's own cron, in which something may be due. @return string what it printed */
    public function cron(string $due = ''): string
    {
        return $this->php("$this->root/crons/cron.php", ['DUE' => $due]);
    }

    /** The module's cron of every minute. @return string what it printed */
    public function moduleCron(): string
    {
        return $this->php("$this->root/modules/servers/proxmoxkvm/bin/cron.php");
    }

    /** Another nginx before the same php-fpm, with lines and locations of its own. */
    public function another(string $lines, string $locations = ''): Nginx
    {
        return new Nginx($this->folder(), $this->root, $this->fpm->socket, $lines, $locations);
    }

    /** An Apache before the same php-fpm. @param string|null $socket of consoles; null: nothing of docs/console.md */
    public function apache(?string $socket): Apache
    {
        $php = $this->fpm->socket;
        $lines = $socket === null ? '' : self::socketed($socket)
            . DocsBlock::of('console.md', 'apache', 'flushpackets', ['/run/php/php8.2-fpm.sock' => $php]);

        return new Apache($this->folder(), $this->root, $php, $lines);
    }

    /** An Apache with PHP in it, for the same site. */
    public function apacheWithPhp(string $socket): Apache
    {
        $lines = self::socketed($socket) . DocsBlock::of('install.md', 'apache', 'ffi.enable')
            . "php_admin_value session.save_path {$this->whmcs->directory}/sessions\n"
            . 'php_admin_value error_reporting ' . (E_ALL & ~E_DEPRECATED) . "\n";
        $environment = $this->ownEnvironment() + RealCore::environment() + $this->whmcs->environment();

        return new Apache($this->folder(), $this->root, null, $lines, $environment);
    }

    /** What serves consoles by websocket, at this place; pages know of it from now on. */
    public function consoles(string $listen): Php
    {
        $setting = "<?php define('PROXMOXKVM_CONSOLE_SOCKET', '$listen');\n";
        file_put_contents("$this->root/configuration.php", $setting);

        return $this->process("$this->root/modules/servers/proxmoxkvm/bin/console.php", [], ['serve']);
    }

    /** Every worker of php-fpm dies, as by the kernel that needs memory. */
    public function killWorkers(): void
    {
        foreach ($this->fpm->ownWorkers() as $worker) {
            posix_kill($worker, SIGKILL);
        }
    }

    /** @return string what php-fpm and the web servers had to say */
    public function logs(): string
    {
        $all = [...glob("{$this->whmcs->directory}/*.log") ?: [], ...glob("{$this->whmcs->directory}/*/*.log") ?: []];

        return implode("\n", array_map(file_get_contents(...), $all));
    }

    /** @return string the arguments of all processes of this host */
    public function arguments(): string
    {
        $errors = error_reporting(0);
        $all = array_map(
            static fn (string $file): string => strtr((string) file_get_contents($file), "\0", ' '),
            glob('/proc/[0-9]*/cmdline') ?: []
        );
        error_reporting($errors);

        $isOurs = fn (string $one): bool => str_contains($one, $this->whmcs->directory)
            || str_contains($one, 'php-fpm');

        return implode("\n", array_filter($all, $isOurs));
    }

    public function gate(): string
    {
        return "$this->root/modules/servers/proxmoxkvm/lib/Native.php";
    }

    /** An empty one for another web server. */
    private function folder(): string
    {
        $directory = "{$this->whmcs->directory}/server-" . count(glob("{$this->whmcs->directory}/server-*") ?: []);
        mkdir($directory, 0700);

        return $directory;
    }

    private static function socketed(string $socket): string
    {
        return DocsBlock::of('console.md', 'apache', 'upgrade=', ['/run/proxmoxkvm/console.sock' => $socket]);
    }

    /** @param array<string, string> $environment */
    private function php(string $file, array $environment = []): string
    {
        return $this->process($file, $environment)->output();
    }

    /**
     * @param array<string, string> $environment
     * @param list<string> $arguments
     */
    private function process(string $file, array $environment = [], array $arguments = []): Php
    {
        $user = posix_geteuid() === 0 ? 'www-data' : null;
        $environment += $this->ownEnvironment() + RealCore::environment() + $this->whmcs->environment();

        $reporting = 'error_reporting=' . (E_ALL & ~E_DEPRECATED);

        return new Php(['-d', $reporting, '-q', $file, ...$arguments], $environment, $user);
    }

    /** @return array<string, string> */
    private function ownEnvironment(): array
    {
        // The module finds its store, and where it was unpacked its library, by itself.
        return ['PROXMOXKVM_STORE' => '', 'TMPDIR' => dirname($this->root) . '/tmp']
            + (RealCore::archive() === '' ? [] : ['PROXMOXKVM_LIBRARY' => '']);
    }

    private static function copy(string $from, string $to): void
    {
        exec('cp -r ' . escapeshellarg($from) . ' ' . escapeshellarg($to));
    }
}
