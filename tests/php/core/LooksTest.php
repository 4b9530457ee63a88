<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use WHMCS\Database\Capsule;

/** Many pages of one client over php-fpm, while Proxmox VE says nothing. */
final class LooksTest extends CoreTestCase
{
    public function testPagesOfOneServiceThatComeWhileOneLooksAreAnsweredAtOnce(): void
    {
        $service = $this->order();
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        self::assertSame('success', $fpm->result('create', $service));
        $fpm->page('cron');
        $query = ['do' => 'custom', 'client' => 1, 'id' => $service, 'button' => 'ClientStatus'];
        $form = ['proxmoxkvm_json' => '1'];
        $view = static fn (): array => json_decode($fpm->request($query, $form)[1], true)['view'];
        self::assertSame('Running', $view()['label']);

        // It takes connections, and never says a word.
        $silent = stream_socket_server('tcp://127.0.0.1:0');
        $port = substr((string) strrchr((string) stream_socket_get_name($silent, false), ':'), 1);
        Capsule::table('tblservers')->update(['port' => $port]);
        $first = $fpm->begin($query, $form);
        $connections = [stream_socket_accept($silent, 20)];
        $answered = 0;
        for ($page = 0; $page < 9; $page++) {
            $other = $view();
            $next = @stream_socket_accept($silent, 0);
            if (!$first->isRunning()) {
                break;
            }
            $answered++;
            self::assertFalse($next, 'nobody else asks');
            // What was seen a moment before, or what the store says, and soon again.
            self::assertContains([$other['refresh'], $other['label']], [[30, 'Running'], [5, 'Ready']]);
        }
        self::assertGreaterThan(0, $answered);
        self::assertIsResource($connections[0]);
        $answer = explode("\r\n\r\n", $first->output(), 2)[1] ?? '';
        self::assertSame('Unknown', json_decode($answer, true)['view']['label']);
    }
}
