<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\Translation;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ConnectionTable;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ConnectionTest;

/** What the button "Test Connection" says, and what a page shows of the same reply. */
final class ConnectionTestTest extends TestCase
{
    private const GOOD = [
        'version' => '9.1.8',
        'login' => 'shop@pve!whmcs',
        'trust' => 'insecure',
        'warnings' => ['insecure=1: <anybody> reads along.'],
        'endpoints' => [
            ['address' => 'pve1:8006', 'error' => null],
            ['address' => 'pve2:8006', 'error' => 'no route'],
        ],
        'nodes' => [['name' => 'pve1', 'online' => true], ['name' => 'pve2', 'online' => false]],
        'missing' => [['path' => '/vms', 'privileges' => ['VM.Snapshot'], 'for' => 'snapshots']],
        'address_lines' => ['ok' => 2, 'bad' => []],
    ];

    private const LACKING = ['path' => '/storage/ssd', 'privileges' => ['Datastore.Audit', 'X.<b>'], 'for' => null];

    public function testWhatWorksIsASuccessInSpiteOfWarnings(): void
    {
        self::assertSame(['success' => true, 'error' => ''], ConnectionTest::result(self::GOOD));
        self::assertSame(['success' => true, 'error' => ''], ConnectionTest::result([]));
    }

    public function testAMissingPrivilegeIsAFailureThatNamesPathAndPrivilegesAndTellsTheRest(): void
    {
        $reply = self::GOOD;
        $reply['missing'][] = self::LACKING;
        self::assertSame(
            [
                'success' => false,
                'error' => 'The connection works (Proxmox VE 9.1.8, login shop@pve!whmcs), but:'
                    . ' The login lacks Datastore.Audit, X.&lt;b&gt; on /storage/ssd.'
                    . ' insecure=1: &lt;anybody&gt; reads along.'
                    . ' The endpoint pve2:8006 cannot be used: no route.'
                    . ' The login lacks VM.Snapshot on /vms, which only matters for snapshots.',
            ],
            ConnectionTest::result($reply)
        );
    }

    public function testThePageShowsAllOfIt(): void
    {
        $reply = self::GOOD;
        $reply['missing'][] = self::LACKING;
        $reply['address_lines']['bad'] = [['line' => 3, 'reason' => '"x" is no address']];
        self::assertSame(
            '<tr><th>Version</th><td>Proxmox VE 9.1.8</td></tr>'
            . '<tr><th>Login</th><td>shop@pve!whmcs</td></tr>'
            . '<tr><th>Certificate</th><td>NOT verified</td></tr>'
            . '<tr><th>Endpoints</th><td>pve1:8006 answers'
            . '<br>The endpoint pve2:8006 cannot be used: no route.</td></tr>'
            . '<tr><th>Nodes</th><td>pve1<br>pve2 (offline)</td></tr>'
            . '<tr><th>Privileges</th><td>The login lacks Datastore.Audit, X.&lt;b&gt; on /storage/ssd.'
            . '<br>The login lacks VM.Snapshot on /vms, which only matters for snapshots.</td></tr>'
            . '<tr><th>Address lines</th><td>2 usable<br>Address line 3: &quot;x&quot; is no address.</td></tr>'
            . '<tr><th>Warnings</th><td>insecure=1: &lt;anybody&gt; reads along.</td></tr>',
            ConnectionTable::html($reply)
        );
        self::assertStringContainsString(
            '<th>Privileges</th><td>complete</td>',
            ConnectionTable::html(['missing' => []] + self::GOOD)
        );
    }

    /** @dataProvider words */
    public function testEveryWordOfTheCoreHasItsText(string $file, string $pattern, string $prefix): void
    {
        preg_match_all($pattern, (string) file_get_contents(dirname(__DIR__, 3) . "/src/$file"), $found);
        self::assertNotSame([], $found[1]);
        $texts = Translation::read('english')->texts();
        foreach ($found[1] as $word) {
            self::assertArrayHasKey("{$prefix}_$word", $texts);
        }
    }

    /** @return array<string, list<string>> */
    public function words(): array
    {
        return [
            'purposes' => ['api/health/privileges.rs', '/(?:Some\(|one_works\(things, )"(\w+)"/', 'for'],
            'trust' => ['server/mod.rs', '/Trust::\w+(?:\(_\))? => "(\w+)"/', 'trust'],
        ];
    }
}
