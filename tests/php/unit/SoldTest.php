<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** What the core hears of that is sold on a server entry, when somebody tests it. */
final class SoldTest extends StubTestCase
{
    public function testTheConnectionIsTestedForWhatIsSoldOnTheEntry(): void
    {
        $server = $this->whmcs->server();
        $other = $this->whmcs->server(['name' => 'second']);
        $elsewhere = 0;
        foreach ([[$server, 'snapshots = 2'], [$other, 'backups = 3']] as [$of, $more]) {
            $elsewhere = $this->whmcs->product();
            Capsule::table('tblservergroupsrel')->insert(['groupid' => $of + 10, 'serverid' => $of]);
            Capsule::table('tblproducts')->where('id', $elsewhere)
                ->update(['servergroup' => $of + 10, 'configoption24' => $more]);
        }
        Capsule::table('tblproductconfiglinks')->insert(['gid' => 3, 'pid' => $elsewhere]);
        Capsule::table('tblproductconfigoptions')
            ->insert(['gid' => 3, 'optionname' => 'S|Snapshots', 'optiontype' => 4]);
        $this->replyTo('test_connection', ['missing' => []]);
        $row = static fn (int $id): array => (array) Capsule::table('tblservers')->find($id);
        foreach ([$server, $other, 0] as $id) {
            $fields = $id === 0 ? ['serverhostname' => 'new.example.com'] : [
                'serverid' => $id, 'serverhostname' => $row($id)['hostname'],
            ];
            self::assertTrue(proxmoxkvm_TestConnection($fields)['success']);
        }
        $asked = array_column($this->requests('test_connection'), 'packages');
        $sold = static fn (array $packages): array => array_map(static fn (array $package): array => [
            $package['options'][23], $package['config_options'],
        ], $packages);
        self::assertSame([['snapshots = 2', []]], $sold($asked[0]));
        self::assertSame([['backups = 3', ['S' => '']]], $sold($asked[1]), 'an option is named, and nothing is chosen');
        self::assertCount(2, $asked[2], 'of a new one nobody knows yet');
    }
}
