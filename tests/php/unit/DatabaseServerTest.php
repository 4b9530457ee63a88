<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use WHMCS\Module\Server\Proxmoxkvm\Core\DatabaseServer;

/** What the doctor says of a database server; the questions to a genuine one are in the tests of a whole host. */
final class DatabaseServerTest extends TestCase
{
    /** @dataProvider versions */
    public function testAnOldServerIsNamed(string $version, bool $isGood): void
    {
        $problem = (new DatabaseServer($version, 'db1', 0, []))->problem();
        self::assertSame($isGood, $problem === '', $problem);
        if (!$isGood) {
            self::assertStringContainsString("has version $version", $problem);
        }
    }

    /** @return list<array{string, bool}> */
    public function versions(): array
    {
        return [
            ['10.6.0-MariaDB', true],
            ['10.11.19-MariaDB-0+deb12u1', true],
            ['11.4.2-MariaDB-log', true],
            ['5.5.5-10.11.6-MariaDB', true],
            ['10.5.23-MariaDB', false],
            ['5.5.5-10.3.39-MariaDB', false],
            ['8.0.36', true],
            ['8.0.20', false],
            ['8.4.2', true],
            ['5.7.44-log', false],
            ['', false],
        ];
    }

    public function testTablesWithoutTransactionsAreNamed(): void
    {
        $problem = (new DatabaseServer('8.0.36', 'db1', 0, ['mod_proxmoxkvm_store_services', 'x']))->problem();
        self::assertStringContainsString('mod_proxmoxkvm_store_services, x. Run ALTER TABLE', $problem);
    }
}
