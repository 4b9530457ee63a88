<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\Apache;
use Tests\Support\ConsoleTestCase;
use Tests\Support\DocsBlock;
use Tests\Support\Qemu;

/** Genuine RFB, of a real QEMU: the password by its monitor, its encodings, its lights, the places of keys. */
final class ConsoleQemuTest extends ConsoleTestCase
{
    private const CANVAS = 'document.querySelector("#screen canvas")';

    private Qemu $qemu;

    protected function setUp(): void
    {
        if (!Qemu::exists() || !Apache::exists()) {
            self::markTestSkipped('needs the Debian packages qemu-system-x86, apache2 and libapache2-mod-php');
        }
        parent::setUp();
        $this->qemu = new Qemu();
        $this->simulator->control('qemu', ['vmid' => $this->vmid] + $this->qemu->places());
    }

    /** Through nginx and Apache, before php-fpm and with PHP in it, each by both ways. */
    public function testARealQemuIsTypedIntoAndSeenThroughEveryWebServerByBothWays(): void
    {
        $socket = dirname($this->stack->root) . '/tmp/console.sock';
        $nginx = $this->stack->another('', DocsBlock::of('console.md', 'nginx', 'proxy_pass', [
            '/run/proxmoxkvm/console.sock' => $socket,
        ]));
        $servers = [$nginx, $this->stack->apache($socket), $this->stack->apacheWithPhp($socket)];
        foreach ($servers as $n => $server) {
            $this->openAt($server->url);
            $this->isTypedInto('abc'[$n]);
            // The way that needs nothing; that of the page before is over.
            $this->until(fn (): bool => count($this->sockets()) === 1);
        }
        // Shift would be let go of by the end of another viewer.
        $this->until(fn (): bool => $this->qemu->viewers() === 1);
        $this->paste('B', 'us');
        $this->halves('B');
        $this->nothingIsTold();
        $this->closedLeavesNothing();

        $served = $this->stack->consoles("unix:$socket");
        $this->until(static fn (): bool => file_exists($socket));
        foreach ($servers as $n => $server) {
            $this->openAt($server->url);
            $this->isTypedInto('deg'[$n]);
            self::assertSame([], $this->sockets(), 'the process has it');
        }
        self::assertTrue($served->isRunning());
        $this->nothingIsTold();
        $this->closedLeavesNothing();
        self::assertSame([], $this->browser->errors);
    }

    private function isTypedInto(string $key): void
    {
        // The boot sector has switched to 320x200, which QEMU may show with each pixel twice.
        $this->browser->wait('[320, 640].includes(' . self::CANVAS . '.width)'
            . ' && [200, 400].includes(' . self::CANVAS . '.height)');
        $this->browser->click('#screen canvas');
        $this->browser->key($key);
        $this->halves($key);
    }

    /** The halves of the screen have the colours of a key's letter: the upper one of its upper four bits. */
    private function halves(string $key): void
    {
        $wanted = json_encode([self::colour(ord($key) >> 4), self::colour(ord($key) & 15)]);
        $colour = '(part) => Array.from(' . self::CANVAS . ".getContext('2d').getImageData("
            . self::CANVAS . '.width / 2, ' . self::CANVAS . '.height * part, 1, 1).data).slice(0, 3)';
        $this->browser->wait("JSON.stringify([0.25, 0.75].map($colour)) === '$wanted'");
    }

    /** @return list<int> the colour that the BIOS gives to a number below 8 */
    private static function colour(int $number): array
    {
        return $number === 6 ? [0xa8, 0x57, 0] : array_map(
            static fn (int $bit): int => ($number & $bit) === 0 ? 0 : 0xa8,
            [4, 2, 1]
        );
    }
}
