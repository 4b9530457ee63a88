<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** Chromium on the stand-in's client area, which a small web server of our own serves. */
final class Browser
{
    private Php $server;
    private string $directory;
    private int $port;

    /** @param string $script what a person would do on the page */
    public function __construct(Installation $whmcs, string $script = '')
    {
        $this->directory = TempDir::make();
        $free = stream_socket_server('tcp://127.0.0.1:0');
        $this->port = (int) substr((string) strrchr((string) stream_socket_get_name($free, false), ':'), 1);
        fclose($free);
        $this->server = new Php(
            [
                '-d', 'ffi.enable=1', '-S', "127.0.0.1:$this->port", '-t', dirname(__DIR__, 3) . '/php',
                dirname(__DIR__) . '/whmcs/router.php',
            ],
            [
                'SMARTY' => '/usr/share/php/smarty4',
                'SMARTY_COMPILED' => $this->directory,
                'BROWSER_SCRIPT' => $script,
                'PROXMOXKVM_LIBRARY' => StubLibrary::shared(),
            ] + $whmcs->environment(),
            null,
            '',
            // A line for each request.
            "{$this->directory}/server.log"
        );
        for ($try = 0; @fsockopen('127.0.0.1', $this->port) === false; $try++) {
            $try < 100 || throw new RuntimeException('php -S did not start');
            usleep(50_000);
        }
    }

    public function __destruct()
    {
        $this->server->kill();
    }

    public static function exists(): bool
    {
        return is_executable('/usr/bin/chromium') && is_file('/usr/share/php/smarty4/Smarty.class.php');
    }

    /** Where a Chromium of the test's own finds the page. */
    public function url(int $service, string $more = ''): string
    {
        return "http://127.0.0.1:$this->port/clientarea.php?action=productdetails&id=$service$more";
    }

    /** The page as it stands some (virtual) seconds after it was opened. @return string its HTML */
    public function page(int $service, int $seconds, string $more = ''): string
    {
        $command = [
            'chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
            "--user-data-dir={$this->directory}/profile", '--virtual-time-budget=' . 1000 * $seconds, '--dump-dom',
            $this->url($service, $more),
        ];
        $command = implode(' ', array_map('escapeshellarg', $command));
        exec("HOME={$this->directory} timeout 60 $command 2>/dev/null", $html);

        return implode("\n", $html);
    }
}
