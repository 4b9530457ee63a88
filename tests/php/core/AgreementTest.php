<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use Tests\Support\RealCore;
use WHMCS\Database\Capsule;

/** check.php over the real core: what disagrees is told, and put right only when that is asked for. */
final class AgreementTest extends CoreTestCase
{
    public function testWhatWhmcsShowsIsPutRight(): void
    {
        $service = $this->order();
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        self::assertSame('success', $fpm->result('create', $service));
        $fpm->page('cron');
        $this->assertReady($service);
        // php-fpm's user made the store; here everything is run as this one
        exec('chown -R ' . posix_geteuid() . ' ' . escapeshellarg(dirname($this->whmcs->store)));
        self::assertSame([0, "pve1: 1 services checked, 0 differences\n"], $this->check());

        $address = $this->whmcs->row($service)->dedicatedip;
        Capsule::table('tblhosting')->where('id', $service)->update(['dedicatedip' => '198.51.100.1']);
        [$code, $told] = $this->check();
        self::assertSame(1, $code);
        self::assertStringContainsString("WHMCS shows 198.51.100.1", $told);
        self::assertStringNotContainsString('put right', $told);
        self::assertSame('198.51.100.1', $this->whmcs->row($service)->dedicatedip);

        [$code, $told] = $this->check('--repair');
        self::assertSame(1, $code);
        self::assertStringContainsString('(put right)', $told);
        self::assertSame($address, $this->whmcs->row($service)->dedicatedip);
        self::assertSame([0, "pve1: 1 services checked, 0 differences\n"], $this->check());

        Capsule::table('tblservers')->update(['password' => encrypt('wrong')]);
        [$code, $told] = $this->check();
        self::assertSame(2, $code);
        self::assertStringStartsWith('pve1: ', $told);
    }

    /** @return array{int, string} exit code and output */
    private function check(string ...$arguments): array
    {
        $run = $this->whmcs->script('check.php', $arguments, RealCore::environment());

        $output = $run->output();

        return [$run->status(), $output];
    }
}
