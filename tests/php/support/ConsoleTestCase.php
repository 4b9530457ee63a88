<?php

declare(strict_types=1);

namespace Tests\Support;

use WHMCS\Database\Capsule;

/** Consoles in a Chromium, on a whole host, of a VM whose simulated screen paints what is typed. */
abstract class ConsoleTestCase extends StackTestCase
{
    /** What the simulator paints for a letter: red, and the letter's number. */
    private const PAINTED = '[255,%d,0]';

    protected Chromium $browser;
    protected int $service;
    protected int $vmid;

    protected function setUp(): void
    {
        parent::setUp();
        $assets = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/assets';
        if (!Chromium::exists() || glob("$assets/novnc-*") === []) {
            self::markTestSkipped('needs the Debian package chromium, and .ci/dist/viewers.sh');
        }
        $this->start(new Stack(Fpm::ALLOWED + ['pm.max_children' => '6', 'env[PROXMOXKVM_CONSOLES]' => '4']));
        $this->service = $this->order();
        $this->stack->cron("create:$this->service");
        $this->vmid = (int) $this->stored($this->service)['vmid'];
        $this->browser = new Chromium();
        $this->browser->listen();
    }

    /** The customer opens the console of his VM. */
    protected function openAt(string $url): void
    {
        $this->browser->open("$url/login.php?client=1");
        $this->browser->open("$url/clientarea.php?id=$this->service&modop=custom&a=ClientConsole");
        $this->waitFor('Connected');
    }

    protected function waitFor(string $said): void
    {
        $this->browser->wait("document.getElementById('said').innerText.startsWith('$said')");
    }

    /** Types the n-th letter and waits until it is painted. */
    protected function typed(int $n, string $key): void
    {
        $this->browser->click('#screen canvas');
        $this->browser->key($key);
        $this->seen($n, $key);
    }

    /** The n-th letter is painted, in the colour that the simulator has for it. */
    protected function seen(int $n, string $key): void
    {
        $x = 8 * $n + 4;
        $this->browser->wait('JSON.stringify(Array.from(document.querySelector("#screen canvas").getContext("2d")'
            . ".getImageData($x, 4, 1, 1).data).slice(0, 3)) === '" . sprintf(self::PAINTED, ord($key)) . "'");
    }

    protected function paste(string $text, string $layout): void
    {
        $this->browser->click('#paste');
        $this->browser->type('#pasted', $text);
        $this->browser->evaluate("document.getElementById('layout').value = '$layout'");
        $this->browser->click('#pasting [value=type]');
    }

    /** @param callable(): bool $holds */
    protected function until(callable $holds, float $seconds = 20.0): void
    {
        for ($end = microtime(true) + $seconds; !$holds(); usleep(10000)) {
            self::assertLessThan($end, microtime(true));
        }
    }

    /** @return array{keys: list<int>, typed: list<int>, pointer: list<int>, consoles: int} */
    protected function screen(): array
    {
        return $this->simulator->control("screen/$this->vmid");
    }

    /** @return list<string> */
    protected function sockets(): array
    {
        return glob(dirname($this->stack->root) . '/tmp/proxmoxkvm-*/*.sock') ?: [];
    }

    /** The tab is closed: no worker, no socket, no task of Proxmox VE. */
    protected function closedLeavesNothing(): void
    {
        $this->browser->open('about:blank');
        $this->until(fn (): bool => [$this->screen()['consoles'], $this->sockets()] === [0, []], 2.0);
    }

    /**
     * Nothing by which a port of the node could be entered is in the page, in what the browser sent and got, in
     * a log, or among the arguments of a process.
     */
    protected function nothingIsTold(): void
    {
        $module = (string) json_encode(Capsule::table('tblmodulelog')->get());
        // What was ordered is logged, and names where it is.
        $ordered = '/"(request|response)":"(?:[^"\\\\]|\\\\.)*?pve1(?:[^"\\\\]|\\\\.)*"/';
        $all = [
            'page' => (string) $this->browser->evaluate('document.documentElement.outerHTML'),
            'browser' => implode("\n", $this->browser->wire),
            'module log' => (string) preg_replace($ordered, '', $module),
            'log' => $this->stack->logs(),
            'process' => $this->stack->arguments(),
        ];
        self::assertStringContainsString('ClientConsole', $all['browser']);
        self::assertStringContainsString('ClientConsole', $all['log']);
        [$ports, $secrets] = $this->handedOut();
        foreach ($all as $where => $told) {
            self::assertDoesNotMatchRegularExpression("/PVEVNC|\\bpve1\\b|\\b(?:$ports)\\b/", $told, $where);
            foreach (array_merge(...array_map(self::written(...), $secrets)) as $secret) {
                self::assertFalse(str_contains($told, $secret), "the $where has a secret");
            }
        }
    }

    /** @return list<string> the forms in which a text may stand somewhere */
    private static function written(string $text): array
    {
        $json = substr((string) json_encode($text), 1, -1);
        $forms = [$text, rawurlencode($text), urlencode($text), htmlspecialchars($text), base64_encode($text), $json];

        return array_values(array_unique($forms));
    }

    /** @return array{string, list<string>} the ports of the node, as one pattern; tickets, passwords and the token */
    private function handedOut(): array
    {
        $all = $this->simulator->control('handed-out');
        self::assertNotSame([], $all);
        $secrets = [...array_column($all, 'ticket'), ...array_column($all, 'password')];

        return [
            implode('|', array_unique(array_column($all, 'port'))),
            [...$secrets, $this->simulator->about['token_secret']],
        ];
    }
}
