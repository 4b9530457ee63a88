<?php

declare(strict_types=1);

namespace Tests\Unit;

use Demo\PackageEnv;
use InvalidArgumentException;
use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__, 2) . '/demo/PackageEnv.php';

/** The demo's variables for the product. */
final class DemoPackageTest extends TestCase
{
    public function testOptionsByNameAndAlias(): void
    {
        $options = PackageEnv::options([
            'PACKAGE_TARGET_NODE' => 'pve2',
            'PACKAGE_CORES' => '3',
            'PACKAGE_STORAGE' => 'tank',
            'PACKAGE_FIREWALL_RULES' => 'IN ACCEPT\nIN DROP',
            'HOME' => '/root',
        ], ['ram' => '2', 'cpu_cores' => '1']);
        self::assertSame([
            'ram' => '2',
            'cpu_cores' => '3',
            'target_node' => 'pve2',
            'system_disk_storage' => 'tank',
            'firewall_rules' => "IN ACCEPT\nIN DROP",
        ], $options);
    }

    public function testAnUnknownOptionNamesTheNearest(): void
    {
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage('PACKAGE_BRIGDE is no option of the package; did you mean PACKAGE_BRIDGE?');
        PackageEnv::options(['PACKAGE_BRIGDE' => 'vmbr1'], []);
    }
}
