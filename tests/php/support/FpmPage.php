<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** A request to php-fpm on its way. */
final class FpmPage
{
    /** @var resource */
    private $client;

    /** @var array<int, resource> */
    private array $pipes = [];

    /** @param array<string, string> $environment */
    public function __construct(string $socket, array $environment, string $body, private int $master)
    {
        $client = proc_open(
            ['cgi-fcgi', '-bind', '-connect', $socket],
            [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']],
            $this->pipes,
            null,
            // Nothing else: PHP's getenv() puts what the web server sends before the pool's environment.
            $environment + ['PATH' => (string) getenv('PATH')]
        );
        if ($client === false) {
            throw new RuntimeException('cgi-fcgi did not start');
        }
        $this->client = $client;
        fwrite($this->pipes[0], $body);
        fclose($this->pipes[0]);
    }

    public function isRunning(): bool
    {
        return proc_get_status($this->client)['running'];
    }

    /** Kills the pool's workers: the master starts new ones. */
    public function kill(int $signal): void
    {
        foreach (Fpm::workers($this->master) as $worker) {
            posix_kill($worker, $signal);
        }
    }

    /** Waits for the answer. @return string head and body */
    public function output(): string
    {
        $answer = (string) stream_get_contents($this->pipes[1]);
        proc_close($this->client);

        return $answer;
    }
}
