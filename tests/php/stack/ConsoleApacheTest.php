<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\Apache;
use Tests\Support\ConsoleTestCase;

/** The same consoles through Apache, before php-fpm and with PHP in it, with the configuration of docs/console.md. */
final class ConsoleApacheTest extends ConsoleTestCase
{
    protected function setUp(): void
    {
        if (!Apache::exists()) {
            self::markTestSkipped('needs the Debian packages apache2 and libapache2-mod-php');
        }
        parent::setUp();
    }

    public function testAConsoleIsTypedInBothWaysBeforePhpFpmAndWithPhpInIt(): void
    {
        $socket = dirname($this->stack->root) . '/tmp/console.sock';
        $before = $this->stack->apache($socket);
        $inIt = $this->stack->apacheWithPhp($socket);
        foreach ([[$before, 'a'], [$inIt, 'b']] as $n => [$apache, $key]) {
            $this->openAt($apache->url);
            $this->typed($n, $key);
            self::assertCount(1, $this->sockets(), 'the way that needs nothing');
            self::assertNull($this->keptBack(), 'its answers come at once');
            $this->nothingIsTold();
            $this->closedLeavesNothing();
        }

        $served = $this->stack->consoles("unix:$socket");
        $this->until(static fn (): bool => file_exists($socket));
        foreach ([[$before, 'c'], [$inIt, 'd']] as $n => [$apache, $key]) {
            $this->openAt($apache->url);
            $this->typed(2 + $n, $key);
            self::assertSame([], $this->sockets(), 'the process has it');
            $this->nothingIsTold();
            $this->closedLeavesNothing();
        }
        // The process is gone: the page opens its console again by itself, the other way.
        $this->openAt($before->url);
        posix_kill($served->pid(), SIGTERM);
        $this->until(fn (): bool => count($this->sockets()) === 1);
        $this->waitFor('Connected');
        $this->typed(4, 'e');
        self::assertSame([], $this->browser->errors);
    }

    /** mod_proxy_fcgi as Debian's `php8.2-fpm.conf` has it keeps answers until they are long. */
    public function testWhereApacheKeepsAnswersBackThePageAsksForThePicture(): void
    {
        $apache = $this->stack->apache(null);
        $this->openAt($apache->url);
        $this->typed(0, 'k');
        self::assertSame('1', $this->keptBack());
        $this->closedLeavesNothing();
        self::assertSame([], $this->browser->errors);
    }

    private function keptBack(): ?string
    {
        return $this->browser->evaluate('sessionStorage.getItem("proxmoxkvm-kept-back")');
    }
}
