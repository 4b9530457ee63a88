<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\ClientPage;
use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\Shown;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Client\PasswordRenewal;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Service\NewPassword;
use WHMCS\Module\Server\Proxmoxkvm\Service\PasswordChange;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\FormerPasswords;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** A new password: shown once to who asked for it, WHMCS's only if the machine has it, and told with when it counts. */
final class PasswordRenewalTest extends StubTestCase
{
    private const BEFORE = 'Ab3dE5gH1j';
    private const FORM = ['token' => 'the-token', 'do' => 'new'];

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $product = $this->whmcs->product();
        $this->service = $this->whmcs->service($product, $this->whmcs->server(), ['domainstatus' => 'Active']);
        $this->replyTo('show', Shown::client(['status' => 'ready']));
        ClientPage::login(1);
    }

    /** @return array<string, mixed> */
    private function ask(string $method = 'POST'): array
    {
        return PasswordRenewal::ask(ParamsBuilder::service($this->service), $method, self::FORM);
    }

    public function testItIsTheMachinesAndWhmcssAndTheAnswerSaysWhenItCounts(): void
    {
        $told = [
            'right from now on' => [['by' => 'agent', 'restart_needed' => false], false],
            'next restart' => [['by' => 'cloudinit', 'restart_needed' => true], true],
            'next start' => [['by' => 'cloudinit', 'restart_needed' => false], false],
            'at the next start of' => [['by' => 'cloudinit', 'service' => ['new_host_keys' => false]], false],
        ];
        foreach ($told as $words => [$reply, $restart]) {
            $this->replyTo('change_password', $reply);
            $answer = $this->ask();
            self::assertStringContainsString($words, $answer['message']);
            $makesHostKeys = $reply['by'] === 'cloudinit' && ($reply['service']['new_host_keys'] ?? true);
            self::assertSame($makesHostKeys, str_contains($answer['message'], 'SSH host keys'), $words);
            self::assertSame([true, $restart], [$answer['ok'], $answer['restart']]);
            $requests = $this->requests('change_password');
            $asked = end($requests);
            self::assertSame([$answer['password'], 'client'], [$asked['service']['password'], $asked['actor']]);
            self::assertSame($answer['password'], Services::password($this->service));
        }
        $logged = json_encode([
            Capsule::table('tblmodulelog')->get()->all(), Capsule::table('tblactivitylog')->get()->all(),
        ]);
        self::assertStringNotContainsString($answer['password'], (string) $logged);
    }

    public function testWhatIsRefusedOrSentAgainChangesNothing(): void
    {
        $this->replyTo('change_password', ['ok' => false, 'code' => 'locked', 'message' => 'VM 104 is locked']);
        $answer = $this->ask();
        self::assertSame([false, ''], [$answer['ok'], $answer['password']]);
        self::assertSame(self::BEFORE, Services::password($this->service));
        // The core knows the form: it says nothing of how it was done.
        $this->replyTo('change_password', []);
        self::assertSame(self::BEFORE, $this->ask()['password']);
        self::assertSame(self::BEFORE, Services::password($this->service));
        self::assertFalse($this->ask('GET')['ok'], 'a link changes nothing');
        ClientPage::login(2);
        self::assertFalse($this->ask()['ok'], 'somebody else');
        self::assertSame(self::BEFORE, Services::password($this->service));
    }

    /** The worker may be killed at any time, and a machine may have taken what nobody has answered for. */
    public function testWhatTheMachineMayHaveCanBeLookedUp(): void
    {
        $perhaps = ['ok' => false, 'code' => 'pve_no_answer', 'message' => 'perhaps', 'open' => true];
        foreach ([true, false] as $mayHaveIt) {
            $before = Services::password($this->service);
            $this->replyTo('change_password', $perhaps);
            // Nor is the core there to be asked what it knows of it.
            $this->replyTo('show', ['ok' => false, 'code' => 'store', 'message' => 'x']);
            try {
                PasswordChange::give(NewPassword::random(), ParamsBuilder::service($this->service), $this->service);
                self::fail('it is told');
            } catch (CoreError) {
            }
            $requests = $this->requests('change_password');
            $asked = end($requests);
            self::assertSame($asked['service']['password'], Services::password($this->service));
            $renewal = ['word' => $mayHaveIt ? $asked['renewal'] : 'another', 'built' => true];
            $this->replyTo('show', ['service' => ['renewal' => $renewal]]);
            $this->replyTo('due', []);
            Capsule::table(FormerPasswords::TABLE)->update(['kept' => time() - 600]);
            Dispatcher::cron();
            $expected = $mayHaveIt ? $asked['service']['password'] : $before;
            self::assertSame($expected, Services::password($this->service));
            self::assertSame(0, Capsule::table(FormerPasswords::TABLE)->count());
        }
    }

    public function testOnePageThatDiesBeforeTheCoreIsAskedLeavesTheFormerOne(): void
    {
        // As far as it has come.
        FormerPasswords::exchange($this->service, 'aa', 'never.Given-2');
        self::assertSame('never.Given-2', Services::password($this->service));
        $this->replyTo('due', []);
        Dispatcher::cron();
        self::assertSame('never.Given-2', Services::password($this->service), 'it may be on its way');
        Capsule::table(FormerPasswords::TABLE)->update(['kept' => time() - 600]);
        Dispatcher::cron();
        self::assertSame(self::BEFORE, Services::password($this->service));
    }

    /** Two tabs: the other one's password is the machine's by now. */
    public function testARefusalTakesBackOnlyWhatItHasWritten(): void
    {
        $this->replyTo('change_password', ['ok' => false, 'code' => 'locked', 'message' => 'VM 104 is locked']);
        $theirs = encrypt('Their.new-One9');
        $sql = Capsule::connection()->getDriverName() === 'mysql'
            ? "CREATE TRIGGER theirs BEFORE UPDATE ON tblhosting FOR EACH ROW SET NEW.password ="
                . " IF(COALESCE(OLD.notes, '') = 'theirs', NEW.password, '$theirs'), NEW.notes = 'theirs'"
            : "CREATE TRIGGER theirs AFTER UPDATE OF password ON tblhosting WHEN NEW.notes <> 'theirs' BEGIN"
                . " UPDATE tblhosting SET notes = 'theirs', password = '$theirs' WHERE id = NEW.id; END";
        Capsule::connection()->getPdo()->exec($sql);
        self::assertFalse($this->ask()['ok']);
        self::assertSame('Their.new-One9', Services::password($this->service));
    }

    public function testItCanBeReadAndTypedAndSatisfiesWindows(): void
    {
        $seen = [];
        for ($time = 0; $time < 300; $time++) {
            $password = NewPassword::random();
            self::assertMatchesRegularExpression('/^(?:[A-Za-z2-9]{4}\.){3}[A-Za-z2-9]{5}$/D', $password);
            self::assertDoesNotMatchRegularExpression('/[lIOo01yYzZ]/', $password);
            foreach (['/[A-Z]/', '/[a-z]/', '/[0-9]/', '/[^A-Za-z0-9]/'] as $kind) {
                self::assertMatchesRegularExpression($kind, $password);
            }
            $seen[$password] = true;
        }
        self::assertCount(300, $seen);
    }
}
