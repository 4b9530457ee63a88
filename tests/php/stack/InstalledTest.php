<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\RealCore;
use Tests\Support\Stack;
use Tests\Support\StackTestCase;
use WHMCS\Database\Capsule;

/** As the README says: unpacked (or copied), checked by the doctor, sold. With ARCHIVE from the zip of a release. */
final class InstalledTest extends StackTestCase
{
    public function testTheDoctorFollowsTheInstallationUntilAllIsGreen(): void
    {
        $this->start(new Stack());
        [$status, $said] = $this->stack->doctor();
        self::assertSame(2, $status);
        self::assertMatchesRegularExpression('/^ok   Library: The library works: version \d/m', $said);
        self::assertMatchesRegularExpression('#^ok   Store: .*/whmcs-proxmoxkvm/store\.db$#m', $said);
        self::assertStringContainsString('FAIL Server: WHMCS has no enabled server', $said);
        self::assertStringContainsString('FAIL Product: No product uses this module yet', $said);

        $this->order(['os_template' => '77777']);
        self::assertStringContainsString('There is no template 77777', $this->stack->doctor()[1]);
        self::assertStringContainsString('the firewall of the datacenter is off', $this->stack->doctor()[1]);
        $this->simulator->pve()->request('PUT', '/cluster/firewall/options?enable=1');
        Capsule::table('tblproducts')->update(['configoption2' => (string) $this->simulator->about['template']]);
        self::assertStringContainsString('warn cron', $this->stack->doctor()[1]);
        $this->stack->moduleCron();
        [$status, $said] = $this->stack->doctor();
        if (RealCore::archive() === '') {
            self::assertSame(1, $status, 'a working copy has no list of checksums, and nothing else is amiss');
            self::assertSame(1, substr_count($said, 'warn '), $said);
        } else {
            self::assertSame(0, $status, $said);
            self::assertStringContainsString('ok   Library: Library and header are those of the archive.', $said);
        }
        self::assertStringNotContainsString('FAIL', $said);
    }

    public function testTheDoctorsPageIsOfTheWebsOwnPhp(): void
    {
        $this->start(new Stack());
        $this->order();
        $this->stack->moduleCron();
        $page = '/admin/addonmodules.php?module=proxmoxkvm&page=doctor';
        $admin = $this->stack->session('admin=1');
        preg_match('/name="token" value="([^"]+)"/', $admin->get($page), $token);
        $answer = $admin->post($page, ['token' => $token[1], 'act' => 'run']);
        self::assertStringContainsString('fpm-fcgi', $answer);
        self::assertStringContainsString('Proxmox VE 9', $answer);
        self::assertStringNotContainsString('label-danger', $answer);
    }
}
