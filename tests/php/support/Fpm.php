<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** A php-fpm master of our own that serves the stand-in WHMCS. As root, its pool runs as www-data. */
final class Fpm
{
    public const ALLOWED = ['php_admin_value[ffi.enable]' => 'true'];

    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];
    public readonly string $socket;

    /**
     * @param array<string, string> $pool lines of the pool
     * @param array<string, string> $ini settings of the master, as root would put them into php.ini
     * @param array<string, string> $environment
     * @param string|null $directory for its files; the installation's without
     */
    public function __construct(
        Installation $whmcs,
        array $pool,
        array $ini = [],
        array $environment = [],
        ?string $directory = null
    ) {
        $directory ??= $whmcs->directory;
        $this->socket = "$directory/fpm.sock";
        $root = posix_geteuid() === 0;
        $user = $root ? ['user' => 'www-data', 'group' => 'www-data', 'listen.owner' => 'root'] : [];
        if ($root) {
            $whmcs->giveTo('www-data');
            $ini += ['opcache.preload_user' => 'www-data'];
        }
        $config = "[global]\nerror_log = $directory/fpm.log\n[whmcs]\n";
        $pool += $user + [
            'listen' => $this->socket,
            'pm' => 'static',
            'pm.max_children' => '4',
            'clear_env' => 'no',
            'php_admin_value[error_reporting]' => (string) (E_ALL & ~E_DEPRECATED),
            'php_admin_value[display_errors]' => '1',
        ];
        foreach ($pool as $key => $value) {
            $config .= "$key = $value\n";
        }
        file_put_contents("$directory/fpm.conf", $config);
        $environment += RealCore::environment() + $whmcs->environment() + getenv();
        $this->start("$directory/fpm.conf", $ini, $environment);
    }

    public function __destruct()
    {
        proc_terminate($this->process, SIGTERM);
        stream_get_contents($this->pipes[2]);
        proc_close($this->process);
    }

    /** @return string the body of a page of the stand-in WHMCS */
    public function page(string $do, int $id = 0, string $button = ''): string
    {
        return $this->request(['do' => $do, 'id' => $id, 'button' => $button])[1];
    }

    /**
     * @param array<string, int|string> $query
     * @param array<string, string>|null $post a form; null asks by GET
     * @return array{string, string} head and body of the answer
     */
    public function request(array $query, ?array $post = null): array
    {
        $answer = explode("\r\n\r\n", $this->begin($query, $post)->output(), 2);

        return isset($answer[1]) ? $answer : throw new RuntimeException("php-fpm answered: $answer[0]");
    }

    /**
     * A request that is left to itself.
     *
     * @param array<string, int|string> $query
     * @param array<string, string>|null $post
     */
    public function begin(array $query, ?array $post = null): FpmPage
    {
        $body = http_build_query($post ?? []);
        $environment = [
            'SCRIPT_FILENAME' => dirname(__DIR__) . '/whmcs/front.php',
            'DOCUMENT_ROOT' => dirname(__DIR__) . '/whmcs',
            'REQUEST_METHOD' => $post === null ? 'GET' : 'POST',
            'QUERY_STRING' => http_build_query($query),
            'CONTENT_TYPE' => 'application/x-www-form-urlencoded',
            'CONTENT_LENGTH' => (string) strlen($body),
        ];

        return new FpmPage($this->socket, $environment, $body, proc_get_status($this->process)['pid']);
    }

    /** The machine dies: the master and its workers, without warning. */
    public function kill(): void
    {
        $master = proc_get_status($this->process)['pid'];
        $workers = self::workers($master);
        foreach ([$master, ...$workers] as $process) {
            posix_kill($process, SIGKILL);
        }
    }

    /** @return list<int> */
    public function ownWorkers(): array
    {
        return self::workers(proc_get_status($this->process)['pid']);
    }

    /** @return list<int> */
    public static function workers(int $master): array
    {
        $children = (string) file_get_contents("/proc/$master/task/$master/children");

        return array_map(intval(...), array_filter(explode(' ', trim($children))));
    }

    /** @return mixed what the page's function returned */
    public function result(string $do, int $id = 0, string $button = ''): mixed
    {
        $body = $this->page($do, $id, $button);

        return json_decode($body, true)['result'] ?? throw new RuntimeException("the page answered: $body");
    }

    /** @param array<string, string> $ini */
    private function start(string $config, array $ini, array $environment): void
    {
        $command = ['php-fpm' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION, '-F', '-O'];
        array_push($command, '-y', $config);
        foreach ($ini as $key => $value) {
            array_push($command, '-d', "$key=$value");
        }
        $streams = [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['pipe', 'w']];
        $process = proc_open($command, $streams, $this->pipes, null, $environment);
        if ($process === false) {
            throw new RuntimeException('php-fpm did not start');
        }
        $this->process = $process;
        $said = '';
        do {
            $line = fgets($this->pipes[2]);
            if ($line === false) {
                throw new RuntimeException("php-fpm did not start: $said");
            }
            $said .= $line;
        } while (!str_contains($line, 'ready to handle connections'));
    }
}
