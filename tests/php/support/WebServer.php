<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** One of several web servers of a WHMCS: a php-fpm, a cron, and a folder for temporary files of its own. */
final class WebServer
{
    private const CHILDREN = 4;

    /** Crons come by more often than in life, and not without a pause (seconds). */
    private const PAUSE = 0.3;

    private string $directory;

    /** @var array<string, string> */
    private array $environment;

    private ?Fpm $fpm;

    /** @var array<int, FpmPage> by service */
    private array $pages = [];

    /** @var resource|null a cron run under way */
    private $cron = null;
    private bool $hasCron = true;
    private float $cronStarted = 0.0;

    /** @param string $store PROXMOXKVM_STORE */
    public function __construct(Installation $whmcs, string $store)
    {
        $this->directory = TempDir::make();
        mkdir("$this->directory/tmp");
        chmod("$this->directory/tmp", 01777);
        $own = ['PROXMOXKVM_STORE' => $store, 'TMPDIR' => "$this->directory/tmp"];
        $this->environment = $own + RealCore::environment() + $whmcs->environment();
        $pool = ['pm.max_children' => (string) self::CHILDREN] + Fpm::ALLOWED;
        $this->fpm = new Fpm($whmcs, $pool, [], $this->environment, $this->directory);
    }

    public function __destruct()
    {
        $this->killCron();
    }

    public function isFree(): bool
    {
        return $this->fpm !== null && count($this->pages) < self::CHILDREN;
    }

    public function isWaiting(): bool
    {
        return $this->pages !== [];
    }

    /** Somebody presses Create. */
    public function create(int $service): void
    {
        $this->pages[$service] = $this->fpm?->begin(['do' => 'create', 'id' => $service])
            ?? throw new RuntimeException('there is no php-fpm any more');
    }

    /** @return array<int, string|null> by service what the pages said that have ended; null: cut off */
    public function answers(): array
    {
        $answers = [];
        foreach ($this->pages as $service => $page) {
            if (!$page->isRunning()) {
                $body = explode("\r\n\r\n", $page->output(), 2)[1] ?? '';
                $cutOff = $this->fpm === null ? null : "no page: $body";
                $answers[$service] = json_decode($body, true)['result'] ?? $cutOff;
                unset($this->pages[$service]);
            }
        }

        return $answers;
    }

    /** Master and workers, without warning. */
    public function killFpm(): void
    {
        $this->fpm?->kill();
        $this->fpm = null;
    }

    /** Begins a run when none is under way. */
    public function cron(): void
    {
        if (!$this->hasCron || $this->isCronRunning() || microtime(true) < $this->cronStarted + self::PAUSE) {
            return;
        }
        $log = ['file', "$this->directory/cron.log", 'a'];
        $front = dirname(__DIR__) . '/whmcs/front.php';
        $command = [PHP_BINARY, '-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), $front, 'cron'];
        $streams = [['file', '/dev/null', 'r'], $log, $log];
        $process = proc_open($command, $streams, $pipes, null, $this->environment + getenv());
        $this->cron = $process ?: throw new RuntimeException('the cron did not start');
        $this->cronStarted = microtime(true);
    }

    /** How long a run has been under way (seconds); 0 when none is. */
    public function cronRunsFor(): float
    {
        return $this->isCronRunning() ? microtime(true) - $this->cronStarted : 0.0;
    }

    /** A run under way ends without warning, and there is no other. */
    public function killCron(): void
    {
        $this->hasCron = false;
        if (is_resource($this->cron)) {
            proc_terminate($this->cron, SIGKILL);
            proc_close($this->cron);
        }
    }

    private function isCronRunning(): bool
    {
        return is_resource($this->cron) && proc_get_status($this->cron)['running'];
    }

    /** @return string what the cron and php-fpm had to say */
    public function log(): string
    {
        return @file_get_contents("$this->directory/cron.log") . file_get_contents("$this->directory/fpm.log");
    }
}
