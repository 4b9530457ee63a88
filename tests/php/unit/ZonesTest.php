<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\AddonTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** DNS zones: what is stored, who gets the secret, and who never does. */
final class ZonesTest extends AddonTestCase
{
    private const SECRET = 'S3cret/"key"+ü&<b>';

    private const ZONE = [
        'provider' => 'rfc2136', 'zone' => 'example.net', 'ttl' => '300', 'addresses' => '', 'server' => '',
        'endpoint' => '192.0.2.53', 'key_name' => 'whmcs.key', 'algorithm' => 'hmac-sha512', 'user' => '', 'ca' => '',
        'fingerprint' => '', 'plain_http' => '1', 'secret' => self::SECRET,
    ];

    public function testAZoneGoesToTheCoreWhereRecordsAreWrittenAndNowhereElse(): void
    {
        self::assertSame([], Zones::all(), 'no table yet');
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        Dispatcher::run('terminate', $service);
        self::assertSame([], $this->requests('terminate')[0]['zones']);

        $page = $this->press('zones', 'save', self::ZONE);
        self::assertSame('Zone example.net is saved.', self::message($page));
        $expected = ['id' => 1, 'ttl' => 300, 'plain_http' => true] + self::ZONE;
        Dispatcher::run('terminate', $service);
        self::assertEquals([$expected], $this->requests('terminate')[1]['zones']);
        Dispatcher::run('create', $service);
        Dispatcher::button($service, 'Start');
        foreach (['create', 'start'] as $verb) {
            self::assertArrayNotHasKey('zones', $this->requests($verb)[0], "$verb writes no records");
        }
        Dispatcher::button($service, 'SetDnsRecords');
        self::assertEquals([$expected], $this->requests('set_dns_records')[0]['zones']);
        $this->replyTo('due', ['services' => [['id' => $service, 'server_id' => 1]]]);
        Dispatcher::cron();
        self::assertEquals([$expected], $this->requests('cron')[0]['zones']);
        $this->assertNoSecret(json_encode(Capsule::table('tblmodulelog')->get(), JSON_UNESCAPED_UNICODE));
    }

    /** One that came with an upgrade. Of what nobody has a pattern for, logs show words alone. */
    public function testAFieldThatIsNewGetsItsColumn(): void
    {
        $this->press('zones', 'save', self::ZONE);
        Capsule::connection()->statement('ALTER TABLE ' . Zones::TABLE . ' DROP COLUMN fingerprint');
        self::assertArrayNotHasKey('fingerprint', Zones::all()[0]);
        self::assertStringContainsString('name="fingerprint"', $this->page('zones', ['form' => 1, 'id' => 1]));
        $this->press('zones', 'save', ['id' => 1, 'fingerprint' => 'ab:cd'] + self::ZONE);
        self::assertSame('ab:cd', Zones::all()[0]['fingerprint']);

        $shown = Shown::zone(['project' => 'a-word_1', 'token' => self::SECRET, 'user' => 'a:b', 'id' => 1]);
        self::assertSame(['project' => 'a-word_1', 'token' => '***', 'user' => '***', 'id' => 1], $shown);
    }

    public function testTheSecretIsStoredEncryptedAndNeverShownAgain(): void
    {
        $html = $this->press('zones', 'save', self::ZONE);
        $stored = (string) Capsule::table(Zones::TABLE)->value('secret');
        self::assertSame(self::SECRET, decrypt($stored));
        self::assertStringNotContainsString('S3cret', $stored);
        $html .= $this->page('zones', ['form' => 1, 'id' => 1]) . $this->page('zones', ['delete' => 1, 'id' => 1]);
        // A form that is shown again after a mistake does not repeat it either.
        $html .= $this->press('zones', 'save', ['id' => 1, 'ttl' => 'soon'] + self::ZONE);
        $this->assertNoSecret($html);

        // Empty keeps it, anything else replaces it.
        $this->press('zones', 'save', ['id' => 1, 'secret' => '', 'ttl' => '301'] + self::ZONE);
        self::assertSame([self::SECRET, 301], [Zones::one(1)['secret'], Zones::one(1)['ttl']]);
        $this->press('zones', 'save', ['id' => 1, 'secret' => 'another'] + self::ZONE);
        self::assertSame('another', Zones::one(1)['secret']);
        self::assertSame(1, Capsule::table(Zones::TABLE)->count());
    }

    /** @dataProvider otherPlaces @param array<string, string> $change */
    public function testAStoredSecretGoesToNoOtherPlace(array $change): void
    {
        $zone = ['plain_http' => '', 'provider' => 'powerdns', 'endpoint' => 'https://dns.example.net'] + self::ZONE;
        $this->press('zones', 'save', $zone);
        foreach (['save', 'save_test'] as $button) {
            $page = $this->press('zones', $button, ['id' => 1, 'secret' => ''] + $change + $zone);
            self::assertStringContainsString('type the key again', $page);
            $this->assertNoSecret($page);
        }
        $stored = Zones::one(1);
        self::assertSame([], array_filter(
            $change,
            static fn (string $value, string $field): bool => (string) $stored[$field] === $value,
            ARRAY_FILTER_USE_BOTH
        ));
        self::assertSame([], $this->requests('zone_test'));
        // With the key it is taken, and without it everything else may still be changed.
        $this->press('zones', 'save', ['id' => 1] + $change + $zone);
        $harmless = ['id' => 1, 'secret' => '', 'ttl' => '90', 'server' => 'other'] + $change + $zone;
        $this->press('zones', 'save', $harmless);
        self::assertSame([90, self::SECRET], [Zones::one(1)['ttl'], Zones::one(1)['secret']]);
    }

    /** @return iterable<string, array{array<string, string>}> */
    public function otherPlaces(): iterable
    {
        yield 'endpoint' => [['endpoint' => 'https://dns.example.com']];
        yield 'port' => [['endpoint' => 'https://dns.example.net:8443']];
        yield 'no endpoint' => [['endpoint' => '']];
        yield 'provider' => [['provider' => 'hestiacp']];
        yield 'plain HTTP' => [['plain_http' => '1']];
        yield 'authorities' => [['ca' => '/tmp/mine.pem']];
        yield 'fingerprint' => [['fingerprint' => str_repeat('ab', 32)]];
    }

    public function testASavedZoneWantsTheRecordsOfAllServices(): void
    {
        $this->replyTo('sync_dns_records', ['services' => 12]);
        $said = self::message($this->press('zones', 'save', self::ZONE));
        self::assertSame('Zone example.net is saved. The cron writes the records of all services: 12.', $said);
        self::assertSame([[]], $this->requests('sync_dns_records'));
        $this->press('zones', 'save', ['zone' => ''] + self::ZONE);
        self::assertCount(1, $this->requests('sync_dns_records'));
        $this->replyTo('sync_dns_records', ['ok' => false, 'code' => 'store', 'message' => 'the disk is full']);
        $page = $this->press('zones', 'save', ['id' => 1, 'endpoint' => '192.0.2.99'] + self::ZONE);
        self::assertSame('Zone example.net is saved. the disk is full', self::message($page));
        self::assertSame('192.0.2.99', Zones::one(1)['endpoint']);
    }

    public function testWhatWhmcsEncodesOnItsWayInIsDecoded(): void
    {
        $encoded = array_map(static fn (string $text): string => htmlspecialchars($text, ENT_QUOTES), self::ZONE);
        $this->press('zones', 'save', $encoded);
        self::assertSame(self::SECRET, Zones::one(1)['secret']);
    }

    /**
     * @dataProvider mistakes
     * @param array<string, string> $typed
     */
    public function testAMistakeIsNamedAndNothingIsStored(array $typed, string $said): void
    {
        $page = $this->press('zones', 'save_test', $typed + self::ZONE);
        self::assertStringContainsString($said, self::message($page));
        self::assertFalse(self::isGood($page));
        // What was typed is still there.
        self::assertStringContainsString('value="whmcs.key"', $page);
        self::assertSame([], Zones::all());
        self::assertSame([], $this->requests('zone_test'));
    }

    /** @return array<string, array{array<string, string>, string}> */
    public function mistakes(): array
    {
        return [
            'no zone' => [['zone' => ' '], 'Zone is missing.'],
            'no such provider' => [['provider' => 'route66'], 'Provider is missing.'],
            'no secret' => [['secret' => ''], 'Key or secret is missing.'],
            'no number' => [['ttl' => '1h'], 'The TTL is a number of seconds from 1 to 604800.'],
            'too often' => [['ttl' => '0'], 'The TTL is a number of seconds from 1 to 604800.'],
            'too seldom' => [['ttl' => '604801'], 'The TTL is a number of seconds from 1 to 604800.'],
            'too long' => [['zone' => str_repeat('ä', 256)], 'Zone: at most 255 characters.'],
            'much too long' => [['secret' => str_repeat('k', 2001)], 'Key or secret: at most 2000 characters.'],
        ];
    }

    /** @dataProvider places */
    public function testASecretInAnotherFieldComesBackInNoPage(string $field, string $secret): void
    {
        $page = $this->press('zones', 'save', [$field => $secret] + self::ZONE);
        self::assertFalse(self::isGood($page));
        self::assertSame([], Zones::all());
        self::assertStringNotContainsString($secret, html_entity_decode($page));
    }

    /** @return iterable<string, array{string, string}> */
    public function places(): iterable
    {
        yield 'the key of an API' => ['endpoint', 'v1Rk3T_9sPq-XyZ0aBcDeFgHiJkLmNoPqRsTuVwX'];
        yield 'the secret of a token' => ['endpoint', 'https://0a1b2c3d-1111-4222-8333-944445555666:8081'];
        yield 'a login' => ['endpoint', 'https://ada:s3cret@ns1.example.net'];
        yield 'the time to live' => ['ttl', 'k3y/of=DNS'];
        yield 'digits' => ['ttl', '123456789012'];
        yield 'a name with its key' => ['key_name', 'whmcs:c2VjcmV0'];
    }

    public function testTheLongestThatIsTakenIsStoredWhole(): void
    {
        $zone = str_repeat('ü', 255);
        $this->press('zones', 'save', ['zone' => $zone, 'secret' => str_repeat('ü', 2000)] + self::ZONE);
        self::assertSame([$zone, str_repeat('ü', 2000)], [Zones::one(1)['zone'], Zones::one(1)['secret']]);
    }

    public function testTheTestButtonSaysExactlyWhatIsWrong(): void
    {
        $this->press('zones', 'save', self::ZONE);
        $page = $this->press('zones', 'test', ['id' => 1]);
        self::assertSame('Zone example.net: the provider answers, and lets the module write.', self::message($page));
        self::assertEquals([['id' => 1, 'ttl' => 300, 'plain_http' => true] + self::ZONE], array_column(
            $this->requests('zone_test'),
            'zone'
        ));
        $message = 'the server 192.0.2.53 does not know the key whmcs.key (' . self::SECRET . ')';
        $this->replyTo('zone_test', ['ok' => false, 'code' => 'dns', 'message' => $message, 'retry' => false]);
        $page = $this->press('zones', 'save_test', ['id' => 1] + self::ZONE);
        self::assertFalse(self::isGood($page));
        $said = 'Zone example.net is saved.example.net: the server 192.0.2.53 does not know the key whmcs.key (***)';
        self::assertSame($said, self::message($page));
        $this->assertNoSecret($page . json_encode(Capsule::table('tblmodulelog')->get()));
    }

    public function testDeletionNamesTheServicesAndSaysThatRecordsStay(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->press('zones', 'save', self::ZONE);
        $this->replyTo('zone_services', ['services' => [$service, 99], 'total' => 70]);
        $page = $this->page('zones', ['delete' => 1, 'id' => 1]);
        self::assertStringContainsString('Records that were already written stay at the provider', $page);
        self::assertStringContainsString('in this zone: 70', $page);
        self::assertStringContainsString("clientsservices.php?userid=1&amp;id=$service\">#$service</a>, #99, …", $page);
        self::assertArrayNotHasKey('secret', $this->requests('zone_services')[0]['zone']);
        self::assertCount(1, Zones::all(), 'only asked so far');

        $page = $this->press('zones', 'delete', ['id' => 1]);
        self::assertTrue(self::isGood($page));
        self::assertSame([], Zones::all());
        foreach (['delete', 'test'] as $button) {
            $said = self::message($this->press('zones', $button, ['id' => 1]));
            self::assertSame('This zone does not exist any more.', $said);
        }
        $said = self::message($this->press('zones', 'save', ['id' => 1] + self::ZONE));
        self::assertSame('This zone does not exist any more.', $said);
        self::assertSame([], Zones::all());
    }

    private function assertNoSecret(string $text): void
    {
        foreach (['S3cret', rawurlencode(self::SECRET), base64_encode(self::SECRET)] as $form) {
            self::assertStringNotContainsString($form, $text);
        }
    }
}
