<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** An Apache of our own for one document root: before a php-fpm, or with PHP in it (mod_php). */
final class Apache
{
    private const SECONDS = 20;

    /** What its configuration here needs of Debian's modules, beside what is in its binary. */
    private const MODULES = [
        'authz_core', 'mime', 'dir', 'alias', 'setenvif', 'deflate', 'filter', 'reqtimeout', 'proxy', 'proxy_http',
    ];

    public string $url = '';

    /** @var resource */
    private $process;

    /**
     * @param string $directory an empty one for its files
     * @param string|null $fpm the socket of php-fpm; null: mod_php
     * @param string $more further lines
     * @param array<string, string> $environment of PHP, where it is in it
     */
    public function __construct(
        private string $directory,
        private string $root,
        private ?string $fpm,
        private string $more = '',
        private array $environment = []
    ) {
        // Apache takes no listening socket from somebody else: where another process was faster, it is another port.
        for ($try = 0; !$this->start(); $try++) {
            $try < 5 || throw new RuntimeException('apache2 did not start: ' . $this->log());
        }
    }

    public function __destruct()
    {
        proc_terminate($this->process, SIGTERM);
        proc_close($this->process);
    }

    public static function exists(): bool
    {
        return is_executable('/usr/sbin/apache2') && is_file(self::module('proxy_fcgi')) && is_file(self::php());
    }

    public function log(): string
    {
        return (string) file_get_contents("$this->directory/apache.log");
    }

    private function start(): bool
    {
        $free = stream_socket_server('tcp://127.0.0.1:0');
        $address = (string) stream_socket_get_name($free, false);
        $this->url = "http://$address";
        file_put_contents("$this->directory/apache.conf", $this->config($address));
        fclose($free);
        $log = ['file', "$this->directory/apache.log", 'a'];
        // Its end takes its whole group of processes with it, in which the tests are not.
        $process = proc_open(
            ['setsid', '/usr/sbin/apache2', '-f', "$this->directory/apache.conf", '-D', 'FOREGROUND'],
            [['file', '/dev/null', 'r'], $log, $log],
            $pipes,
            null,
            $this->environment + getenv()
        );
        $this->process = $process ?: throw new RuntimeException('apache2 did not start');
        for ($end = microtime(true) + self::SECONDS; microtime(true) < $end; usleep(10_000)) {
            if (!proc_get_status($this->process)['running']) {
                proc_close($this->process);

                return false;
            }
            $errors = error_reporting(0);
            $connection = stream_socket_client("tcp://$address");
            error_reporting($errors);
            if ($connection !== false) {
                fclose($connection);

                return true;
            }
        }

        throw new RuntimeException('apache2 does not answer: ' . $this->log());
    }

    private function config(string $address): string
    {
        $root = posix_geteuid() === 0;
        $modules = [...self::MODULES, ...($this->fpm === null ? ['mpm_prefork'] : ['mpm_event', 'proxy_fcgi'])];
        $loaded = implode("\n", array_map(
            static fn (string $name): string => "LoadModule {$name}_module " . self::module($name),
            $modules
        ));
        $user = $root ? "User www-data\nGroup www-data" : '';
        $php = $this->fpm === null ? 'LoadModule php_module ' . self::php() : '';
        $handler = $this->fpm === null ? 'application/x-httpd-php' : "\"proxy:unix:$this->fpm|fcgi://localhost/\"";

        return <<<CONF
            ServerRoot $this->directory
            ServerName localhost
            PidFile $this->directory/apache.pid
            DefaultRuntimeDir $this->directory
            ErrorLog $this->directory/apache.log
            LogFormat "%h %r %>s %{Referer}i %{User-agent}i %{Cookie}i" all
            Listen $address
            $loaded
            $php
            $user
            TypesConfig /etc/mime.types
            StartServers 1
            CustomLog $this->directory/apache.log all
            DocumentRoot $this->root
            DirectoryIndex index.php
            Alias /javascript/ /usr/share/javascript/
            <Directory $this->root>
                Require all granted
            </Directory>
            <Directory /usr/share/javascript>
                Require all granted
            </Directory>
            AddOutputFilterByType DEFLATE text/html text/css application/javascript application/json
            <FilesMatch "\\.php$">
                SetHandler $handler
            </FilesMatch>
            $this->more

            CONF;
    }

    private static function module(string $name): string
    {
        return "/usr/lib/apache2/modules/mod_$name.so";
    }

    private static function php(): string
    {
        return '/usr/lib/apache2/modules/libphp' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.so';
    }
}
