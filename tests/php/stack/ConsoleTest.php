<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\ConsoleTestCase;
use Tests\Support\DocsBlock;
use WHMCS\Database\Capsule;

/** A console in a Chromium, through nginx and php-fpm, as its customer, staff and strangers meet it. */
final class ConsoleTest extends ConsoleTestCase
{
    private const SMALL = '/modules/servers/proxmoxkvm/console.php';

    public function testACustomerTypesInTheMachineAndSeesItAndNobodyElseDoes(): void
    {
        // A ticket for one port opens every other, as before qemu-server 9.1.7 and 8.4.7.
        $this->simulator->control('port-hole', ['open' => true]);
        $this->browser->open($this->stack->nginx->url . '/login.php?client=1');
        $this->browser->open($this->stack->nginx->url . "/clientarea.php?action=productdetails&id=$this->service");
        $this->browser->wait('document.querySelector("a[data-vm-can=console]:not([hidden])") !== null');
        $link = (string) $this->browser->evaluate('document.querySelector("a[data-vm-can=console]").href');
        $this->browser->click('.vm-screen button');
        $this->browser->wait('document.querySelector(".vm-screen img").naturalWidth === 320');
        self::assertStringNotContainsString('iVBOR', (string) json_encode(Capsule::table('tblmodulelog')->get()));
        $this->browser->open($link);
        $this->waitFor('Connected');
        $this->browser->click('#screen canvas');
        $this->browser->key('h');
        $this->seen(0, 'h');
        $this->browser->click('#cad');
        $this->browser->evaluate('touch.value += "B"; touch.dispatchEvent(new Event("input"))');
        $this->paste('A', 'us');
        // What a phone's keyboard lacks; Ctrl stays down for one letter.
        $this->browser->click('#keyboard');
        $this->browser->click('#keys [data-code=Escape]');
        $this->browser->click('#keys [data-code=ControlLeft]');
        $this->browser->evaluate('touch.value += "c"; touch.dispatchEvent(new Event("input"))');
        self::assertSame('false', $this->browser->evaluate('document.querySelector("#keys button").ariaPressed'));
        $this->browser->click('#keyboard');
        $typed = [ord('h'), 0xffe3, 0xffe9, 0xffff, 0xffe1, ord('B'), 0xffe1, ord('A'), 0xff1b, 0xffe3, ord('c')];
        $this->until(fn (): bool => count($this->screen()['keys']) >= count($typed));
        self::assertSame($typed, $this->screen()['keys']);
        // Letters by their keys: QEMU presses no Shift by itself.
        self::assertSame([ord('h'), 0xffff, ord('B'), ord('A'), 0xff1b, ord('c')], $this->screen()['typed']);
        $this->seen(2, 'B');
        $this->itFitsAndFillsTheScreen();

        $this->everyKeyboardTypesWhatProgramsAreMadeOf();
        $this->nothingIsTold();
        $this->aNeighbourComesToTheOwnScreenAlone();
        $this->strangersComeToNothing($link);
        $this->aDeadWorkerLeavesNothing();
        $this->whoAnswersInItsPlaceIsToldSoOnce();

        $this->closedLeavesNothing();
        self::assertSame([], $this->browser->errors);
    }

    public function testWhereAnswersAreKeptBackAndForStaff(): void
    {
        $kept = 'fastcgi_ignore_headers X-Accel-Buffering; fastcgi_buffers 16 64k; fastcgi_buffer_size 64k;';
        $buffering = $this->stack->another($kept);
        $this->openAt($buffering->url);
        $this->typed(0, 'k');

        $url = $this->stack->nginx->url;
        $this->browser->open("$url/login.php?client=1&admin=1");
        $this->browser->open("$url/admin/addonmodules.php?module=proxmoxkvm&page=console&id=$this->service");
        $this->waitFor('Connected');
        $this->typed(1, 's');
        // Staff switch it off: its screen goes, the page says so and offers to start it.
        $this->browser->evaluate('document.getElementById("power").open = true');
        $this->browser->click('[data-do=stop]');
        $this->browser->wait('document.getElementById("said").className === "bad"');
        // Its screen may be gone before it is off.
        $this->until(fn (): bool => $this->machine($this->service, 'status/current')['status'] === 'stopped');
        $this->simulator->control('power', ['vmid' => $this->vmid, 'on' => true]);
        $this->waitFor('Connected');
        self::assertSame([], $this->browser->errors);
    }

    /** The serial port's text, by the same page: typed, pasted, and back to the screen. */
    public function testATextTerminalIsTypedInAndRead(): void
    {
        $this->openAt($this->stack->nginx->url);
        $this->browser->click('#text');
        $this->browser->wait(self::says('serial terminal on interface serial0'));
        $this->waitFor('Connected');
        self::assertSame([], $this->screen()['keys']);
        foreach (str_split('uptime') as $letter) {
            $this->browser->key($letter);
        }
        $this->browser->wait(self::says('uptime'));
        $this->paste('pässte', 'us');
        $this->browser->wait(self::says('pässte'));
        $this->nothingIsTold();
        foreach ([400, 1400] as $width) {
            $this->browser->screenshot($width, dirname(__DIR__, 3) . "/target/screenshots/console-text-$width.png");
        }
        $this->browser->click('#text');
        $this->browser->wait('document.querySelector("#screen canvas") !== null');
        $this->waitFor('Connected');
        $this->typed(0, 'b');
        // Its product gives no consoles from now on.
        Capsule::table('tblproducts')->update(['configoption24' => 'client_console = off']);
        $this->waitFor('The console was closed because this service has none for you any more');
        self::assertSame([], $this->sockets());
        self::assertSame([], $this->browser->errors);
    }

    /** nginx leads websockets to a process of its own: no worker of php-fpm has the console. */
    public function testByWebsocketWhereAProcessOfItsOwnServesConsoles(): void
    {
        $socket = dirname($this->stack->root) . '/tmp/console.sock';
        $served = $this->stack->consoles("unix:$socket");
        $nginx = $this->stack->another('', DocsBlock::of('console.md', 'nginx', 'proxy_pass', [
            '/run/proxmoxkvm/console.sock' => $socket,
        ]));
        $this->until(static fn (): bool => file_exists($socket));
        $this->openAt($nginx->url);
        $this->typed(0, 'w');
        self::assertSame([], $this->sockets(), 'it is not one of php-fpm');
        // The text of the serial port comes by it too.
        $this->browser->click('#text');
        $this->browser->wait(self::says('serial terminal on interface serial0'));
        $this->waitFor('Connected');
        self::assertSame([], $this->sockets(), 'nor is the terminal');
        $this->nothingIsTold();
        // Another owner, as WHMCS has it: the process is told so.
        Capsule::table('tblhosting')->where('id', $this->service)->update(['userid' => 2]);
        $this->browser->wait("document.getElementById('said').innerText.includes('not active here any more')");
        Capsule::table('tblhosting')->where('id', $this->service)->update(['userid' => 1]);
        // The process is gone: the page opens its console again by itself, the other way.
        $this->openAt($nginx->url);
        posix_kill($served->pid(), SIGTERM);
        $this->until(fn (): bool => count($this->sockets()) === 1);
        $this->waitFor('Connected');
        $this->typed(1, 'v');
        self::assertFalse($served->isRunning());
        self::assertFileDoesNotExist($socket);

        // Killed it leaves its socket, which the next one takes, and nothing at the node.
        $served = $this->stack->consoles("unix:$socket");
        $this->until(static fn (): bool => file_exists($socket));
        $this->browser->evaluate('sessionStorage.clear()');
        $this->openAt($nginx->url);
        $this->until(fn (): bool => [$this->screen()['consoles'], $this->sockets()] === [1, []]);
        posix_kill($served->pid(), SIGKILL);
        $this->until(fn (): bool => count($this->sockets()) === 1);
        $this->waitFor('Connected');
        $this->until(fn (): bool => $this->screen()['consoles'] === 1, 15.0);
        $served = $this->stack->consoles("unix:$socket");
        $this->until(static fn (): bool => self::answers("$nginx->url/modules/servers/proxmoxkvm/ws?ping"));
        $this->browser->evaluate('sessionStorage.clear()');
        $this->openAt($nginx->url);
        $this->typed(2, 'u');
        // The new process has it, and the worker of the console before has heard of its end.
        $this->until(fn (): bool => $this->sockets() === []);
        posix_kill($served->pid(), SIGTERM);
    }

    private static function says(string $text): string
    {
        return "(document.querySelector('#screen .xterm-accessibility-tree')?.textContent ?? '').includes('$text')";
    }

    private static function answers(string $url): bool
    {
        $context = stream_context_create(['http' => ['ignore_errors' => true]]);
        file_get_contents($url, false, $context);

        return str_contains((string) ($http_response_header[0] ?? ''), ' 200');
    }

    private function itFitsAndFillsTheScreen(): void
    {
        $width = 'document.querySelector("#screen canvas").getBoundingClientRect().width';
        $this->browser->wait("$width > 320");
        $this->browser->click('#scale');
        $this->browser->wait("$width === 320");
        $this->browser->click('#scale');
        $this->browser->click('#full');
        $this->browser->wait('document.fullscreenElement !== null');
        $this->browser->click('#full');
        $this->browser->wait('document.fullscreenElement === null');
    }

    private function everyKeyboardTypesWhatProgramsAreMadeOf(): void
    {
        $letters = json_encode(implode('', array_map(chr(...), range(32, 126))) . "\n\t");
        $address = 'new URL(JSON.parse(document.body.dataset.console).keys, document.baseURI)';
        $found = $this->browser->evaluate("import($address)"
            . ".then((keys) => Promise.all(Object.keys(keys.LAYOUTS).map(async (name) => [name,"
            . " await keys.type($letters, name, () => {}, () => {})])))");
        self::assertSame(['us', 'gb', 'de', 'fr', 'es', 'pt', 'pl'], array_column($found, 0));
        self::assertSame([''], array_values(array_unique(array_column($found, 1))));
        $pressed = $this->browser->evaluate("import($address).then(async (keys) => { const pressed = [];"
            . " await keys.type('@', 'de', (number, code, down) => pressed.push([code, number, down]), () => {});"
            . ' return pressed; })');
        $at = ord('@');
        self::assertSame([
            ['AltRight', 0xfe03, true], ['KeyQ', $at, true], ['KeyQ', $at, false], ['AltRight', 0xfe03, false],
        ], $pressed);
        // A machine takes no more than so many presses and releases at once; and what is over is over.
        $paced = $this->browser->evaluate("import($address).then(async (keys) => { const waits = [];"
            . " await keys.type('aAzz', 'us', () => {}, (events) => { waits.push(events); return waits.length > 2; });"
            . ' return waits; })');
        self::assertSame([2, 4, 2], array_map(intval(...), $paced));
    }

    private function strangersComeToNothing(string $link): void
    {
        $eve = $this->stack->session('client=2');
        $path = (string) strstr($link, '/clientarea');
        self::assertStringContainsString('not found', $eve->get($path));
        $form = ['id' => $this->service, 'modop' => 'custom', 'a' => 'ClientConsole', 'key' => str_repeat('0', 64)];
        self::assertStringContainsString('not found', $eve->post('/clientarea.php', $form));
        // The owner without the page's token.
        $owner = $this->stack->session('client=1');
        self::assertStringContainsString('too old', $owner->post('/clientarea.php', ['token' => 'no'] + $form));
        // Small requests: without a key, with one of nothing, and with that of another browser's console.
        $key = str_repeat('ab', 32);
        self::assertSame(400, $this->visit('keys', ''));
        self::assertSame(404, $this->visit('keys', $key));
        $this->browser->evaluate('window.other = fetch("/clientarea.php", {method: "POST", body: new URLSearchParams('
            . "{...JSON.parse(document.body.dataset.console).open.fields, key: '$key'})})"
            . '.then((answer) => window.opened = answer.body.getReader().read())');
        $this->browser->wait('window.opened !== undefined');
        $this->until(fn (): bool => $this->visit('take', $key) !== 404);
        self::assertSame(403, $this->visit('keys', $key), 'another browser with the right key');
        self::assertSame(403, $this->visit('keys', $key, ['Sec-Fetch-Site: cross-site']));
        self::assertSame(403, $this->visit('take', $key));
        $typed = $this->screen()['keys'];
        self::assertCount(11, $typed);
    }

    /** Whatever her page could send beside what it sends: where it goes, nobody but the module says. */
    private function aNeighbourComesToTheOwnScreenAlone(): void
    {
        $eve = ['firstname' => 'Eve', 'lastname' => 'Moore', 'email' => 'eve@example.net'];
        Capsule::table('tblclients')->insert(['id' => 2] + $eve);
        $hers = $this->order(client: 2);
        $this->stack->cron("create:$hers");
        $vmid = (int) $this->stored($hers)['vmid'];
        [$before, $typed] = [$this->simulator->control('handed-out'), $this->screen()['keys']];
        $his = end($before);
        $this->simulator->control('clear', []);
        $eve = $this->stack->session('client=2');
        $wishes = ['port' => $his['port'], 'vncticket' => $his['ticket'], 'ticket' => $his['ticket']]
            + ['vmid' => $this->vmid, 'node' => 'pve1', 'service' => $this->service, 'serviceid' => $this->service]
            + ['endpoint' => '127.0.0.1:' . $his['port'], 'host' => '127.0.0.1', 'actor' => 'admin', 'client_id' => 1];
        $form = ['id' => $hers, 'modop' => 'custom', 'a' => 'ClientConsole', 'key' => str_repeat('cd', 32)];
        $asked = '/clientarea.php?' . http_build_query($wishes);
        $said = $eve->beginning($asked, $form + ['by' => 'stream'] + $wishes, '{"open":true}');
        self::assertStringContainsString('{"open":true}', $said);
        $given = array_slice($this->simulator->control('handed-out'), count($before));
        self::assertSame([$vmid], array_column($given, 'vmid'));
        $entered = array_values(array_filter(
            $this->simulator->control('requests'),
            static fn (array $request): bool => str_contains($request['path'], 'vncwebsocket')
        ));
        self::assertCount(1, $entered);
        self::assertStringContainsString("/qemu/$vmid/", $entered[0]['path']);
        self::assertSame($given[0]['port'], (string) $entered[0]['params']['port']);
        self::assertNotSame($his['port'], $given[0]['port']);
        self::assertSame($typed, $this->screen()['keys']);
        $this->until(fn (): bool => count($this->sockets()) === 1);
    }

    private function aDeadWorkerLeavesNothing(): void
    {
        self::assertCount(2, $this->sockets());
        $this->stack->killWorkers();
        // The page opens its console again by itself, and what the dead have left is gone by then.
        $this->browser->wait('document.getElementById("said").className === "bad"');
        $this->waitFor('Connected');
        self::assertCount(1, $this->sockets());
        $this->until(fn (): bool => $this->screen()['consoles'] === 1, 15.0);
        $this->typed(6, 'z');
    }

    /** A firewall of the hoster, say: that it does so is told, and nothing is tried again. */
    private function whoAnswersInItsPlaceIsToldSoOnce(): void
    {
        $this->browser->evaluate('window.again = 0; window.later = setTimeout; window.real = fetch;'
            . ' window.setTimeout = (what, ms) => { window.again += what.name === "connect"; return later(what, ms); };'
            . ' window.fetch = (url, how) => String(url).includes("console.php?keys")'
            . ' ? Promise.resolve(new Response("<h1>No</h1>", {status: 403})) : real(url, how); 0');
        $this->browser->key('f');
        $this->waitFor('Something on the way answers in the place of the console (status 403)');
        self::assertFalse($this->browser->evaluate('document.querySelector("#again").hidden'));
        self::assertSame(0, $this->browser->evaluate('window.again'));
    }

    /** @param list<string> $headers */
    private function visit(string $word, string $key, array $headers = []): int
    {
        $curl = curl_init($this->stack->nginx->url . self::SMALL . "?$word");
        curl_setopt_array($curl, [
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => "\4\1\0\0\0\0\0\x78",
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_COOKIE => 'PHPSESSID=somebodyelse',
            CURLOPT_HTTPHEADER => ["X-Proxmoxkvm-Console: $key", ...$headers],
        ]);
        curl_exec($curl);

        return (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    }
}
