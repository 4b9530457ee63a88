<?php

declare(strict_types=1);

namespace Tests\Unit;

use PDOException;
use Tests\Support\MariaDb;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/** That the database of this run behaves as the one of a WHMCS: else the other tests would prove nothing. */
final class DatabaseTest extends StubTestCase
{
    protected function setUp(): void
    {
        if (!MariaDb::isWanted()) {
            self::markTestSkipped('needs TEST_DATABASE=lax or strict, and the Debian package mariadb-server');
        }
        parent::setUp();
    }

    public function testTheModeIsTheOneThatWasAskedFor(): void
    {
        self::assertSame('mysql', Capsule::connection()->getDriverName());
        $isStrict = getenv('TEST_DATABASE') === 'strict';
        try {
            Capsule::table('tblemailtemplates')->insert(['name' => 'without the other columns']);
            self::assertFalse($isStrict);
            self::assertSame('', Capsule::table('tblemailtemplates')->value('subject'));
        } catch (PDOException $refused) {
            self::assertTrue($isStrict);
            self::assertStringContainsString("doesn't have a default value", $refused->getMessage());
        }
    }
}
