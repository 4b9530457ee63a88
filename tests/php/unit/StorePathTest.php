<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\TempDir;
use WHMCS\Module\Server\Proxmoxkvm\StorePath;
use WHMCS\Module\Server\Proxmoxkvm\Unavailable;

final class StorePathTest extends TestCase
{
    public function testItIsASiblingOfWhmcsNamedAfterIt(): void
    {
        $root = TempDir::make();
        mkdir("$root/whmcs");
        self::assertSame("$root/whmcs-proxmoxkvm/store.db", StorePath::beside("$root/whmcs"));
    }

    public function testAPlaceInsideTheWebRootIsRecognised(): void
    {
        $root = TempDir::make();
        mkdir("$root/html");
        self::assertTrue(StorePath::isInside("$root/html/whmcs-proxmoxkvm/store.db", "$root/html"));
        self::assertTrue(StorePath::isInside("$root/html/store.db", "$root/html/"));
        self::assertFalse(StorePath::isInside("$root/html-proxmoxkvm/store.db", "$root/html"));
        self::assertFalse(StorePath::isInside("$root/html/store.db", ''));
    }

    public function testARelativePathIsRefused(): void
    {
        putenv('PROXMOXKVM_STORE=store.db');
        $this->expectException(Unavailable::class);
        StorePath::current();
    }
}
