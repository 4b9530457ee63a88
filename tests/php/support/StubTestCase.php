<?php

declare(strict_types=1);

namespace Tests\Support;

use PHPUnit\Framework\TestCase;
use WHMCS\Database\Capsule;

/** A test in this process, with a WHMCS of its own and the stub library. */
abstract class StubTestCase extends TestCase
{
    protected Installation $whmcs;

    protected function setUp(): void
    {
        $this->whmcs = new Installation();
        // The core makes its folder; the stub makes nothing.
        mkdir(dirname($this->whmcs->store), 0700);
        putenv('PROXMOXKVM_STUB=' . $this->whmcs->directory);
        putenv('PROXMOXKVM_STORE=' . $this->whmcs->store);
    }

    /** @param array<string, mixed> $reply */
    protected function replyTo(string $verb, array $reply): void
    {
        $json = json_encode(ProblemTable::complete($reply) + ['ok' => true], JSON_THROW_ON_ERROR);
        file_put_contents("{$this->whmcs->directory}/$verb.reply", $json);
    }

    /** @return list<array<string, mixed>> what the core was asked so far */
    protected function requests(string $verb): array
    {
        $file = "{$this->whmcs->directory}/$verb.requests";
        $lines = is_file($file) ? file($file, FILE_IGNORE_NEW_LINES) : [];

        // By which function a verb is asked is the gate's business.
        return array_map(static fn (string $line): array => array_diff_key(
            json_decode($line, true, 512, JSON_THROW_ON_ERROR),
            ['do' => 1, 'read' => 1]
        ), $lines);
    }

    /** @return list<string> */
    protected function everythingLogged(): array
    {
        return [
            ...Capsule::table('tblmodulelog')->pluck('request')->all(),
            ...Capsule::table('tblmodulelog')->pluck('response')->all(),
            ...Capsule::table('tblactivitylog')->pluck('description')->all(),
            ...Capsule::table('tblmodulequeue')->pluck('last_attempt_error')->all(),
        ];
    }
}
