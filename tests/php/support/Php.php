<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** A PHP process. */
final class Php
{
    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];
    private int $status = -1;

    /**
     * @param list<string> $arguments of php
     * @param array<string, string> $environment added to our own
     * @param string|null $user as whom root runs it
     * @param string $typed its standard input
     * @param string|null $log where its output goes; null: into a pipe, which somebody has to read before it is full
     */
    public function __construct(
        array $arguments,
        array $environment = [],
        ?string $user = null,
        string $typed = '',
        ?string $log = null
    ) {
        $as = $user === null ? [] : ['setpriv', "--reuid=$user", "--regid=$user", '--clear-groups'];
        $process = proc_open(
            [...$as, PHP_BINARY, ...$arguments],
            [['pipe', 'r'], $log === null ? ['pipe', 'w'] : ['file', $log, 'w'], ['redirect', 1]],
            $this->pipes,
            null,
            $environment + getenv()
        );
        if ($process === false) {
            throw new RuntimeException('php did not start');
        }
        $this->process = $process;
        fwrite($this->pipes[0], $typed);
        fclose($this->pipes[0]);
    }

    /**
     * A page of the stand-in WHMCS.
     *
     * @param array<string, string> $environment
     */
    public static function page(
        Installation $whmcs,
        string $do,
        int $id = 0,
        string $button = '',
        array $environment = []
    ): self {
        $front = dirname(__DIR__) . '/whmcs/front.php';

        return new self(
            ['-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), $front, $do, (string) $id, $button],
            $environment + RealCore::environment() + $whmcs->environment()
        );
    }

    /**
     * One call of the library, in a process of its own.
     *
     * @param array<string, mixed> $request
     * @param array<string, string> $environment
     * @return array<string, mixed> the reply
     */
    public static function call(string $verb, array $request, array $environment): array
    {
        $code = 'require $argv[1]; echo json_encode('
            . 'WHMCS\Module\Server\Proxmoxkvm\Native::call($argv[2], json_decode($argv[3], true)));';
        $autoload = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';
        $reply = (new self(['-r', $code, $autoload, $verb, json_encode((object) $request)], $environment))->output();

        return json_decode($reply, true) ?? throw new RuntimeException("$verb: $reply");
    }

    public function pid(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    public function isRunning(): bool
    {
        return proc_get_status($this->process)['running'];
    }

    public function kill(int $signal = SIGKILL): void
    {
        posix_kill($this->pid(), $signal);
    }

    /** Waits for the end. @return string what the process wrote */
    public function output(): string
    {
        $output = (string) stream_get_contents($this->pipes[1]);
        fclose($this->pipes[1]);
        $this->status = proc_close($this->process);

        return $output;
    }

    /** How it ended; known once its output was read. */
    public function status(): int
    {
        return $this->status;
    }

    /** Waits for the answer of a page. @return array{result: mixed, output: string} */
    public function answer(): array
    {
        $output = $this->output();
        $answer = json_decode($output, true);
        if (!is_array($answer)) {
            throw new RuntimeException("the page answered: $output");
        }

        return $answer;
    }
}
