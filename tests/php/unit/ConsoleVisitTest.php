<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\Php;
use Tests\Support\TempDir;
use WHMCS\Module\Server\Proxmoxkvm\Console\Page;
use WHMCS\Module\Server\Proxmoxkvm\Console\Place;
use WHMCS\Module\Server\Proxmoxkvm\Console\Visit;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;

/** The small requests of a console, on their way to the worker that has it; and its page. */
final class ConsoleVisitTest extends TestCase
{
    /** Somebody who has a console, and answers one visit. */
    private const WORKER = '$at = stream_socket_server("unix://$argv[1]"); $in = stream_socket_accept($at, 20);'
        . '$line = fgets($in); $size = (int) substr(strrchr(trim($line), " "), 1);'
        . '$body = $size > 0 ? stream_get_contents($in, $size) : "";'
        . 'fwrite($in, base64_decode($argv[2])); fclose($in); echo $line, $body;';

    protected function setUp(): void
    {
        $_SERVER['HTTP_HOST'] = 'Billing.example.com:8443';
    }

    protected function tearDown(): void
    {
        unset($_SERVER['HTTP_HOST']);
    }

    public function testWhatWasTypedGoesOnWithTheHashesOfTheCookies(): void
    {
        $cookies = ['WHMCSx' => 'secret-session', 'theme' => 'six', 'list' => ['a'], 'empty' => ''];
        [$answer, $heard] = $this->visited("204\n", 'keys', "\4\0\nx", $cookies);
        self::assertSame([204, '', ''], $answer);
        $hashes = hash('sha256', 'secret-session') . ',' . hash('sha256', 'six');
        self::assertSame("keys billing.example.com:8443 $hashes 4\n\4\0\nx", $heard);
        self::assertSame("take billing.example.com:8443 - 0\n", $this->visited("200 0\n", 'take', '', [])[1]);
    }

    public function testTheWorkersAnswerComesBackAndNothingElse(): void
    {
        $answers = [
            ["200 7\na\0\r\nbcd", [200, '', "a\0\r\nbcd"]],
            ["403\n", [403, '', '']],
            ["503\n", [503, '', '']],
            ["410 suspended\n", [410, 'suspended', '']],
            ["410 \r<b>x\n", [410, '', '']],
            ["200 7\nshort", [502, '', '']],
            ["\n", [502, '', '']],
            ['', [502, '', '']],
            ["302 elsewhere\n", [502, '', '']],
        ];
        foreach ($answers as [$said, $answer]) {
            self::assertSame($answer, $this->visited($said, 'take', '', [])[0], $said);
        }
        self::assertSame([404, '', ''], Visit::passOn('/nowhere/there.sock', 'keys', 'x', []));
        self::assertSame([413, '', ''], Visit::passOn('/nowhere/there.sock', 'keys', str_repeat('x', 65537), []));
    }

    public function testASocketIsNamedByWhatOnlyItsBrowserKnowsAndItsPathIsShort(): void
    {
        $key = str_repeat('0af9', 16);
        self::assertTrue(Place::isKey($key));
        $others = ['', strtoupper($key), substr($key, 1), "{$key}0", "$key\n", '../../etc/passwd', null, [$key]];
        foreach ($others as $other) {
            self::assertFalse(Place::isKey($other));
        }
        $socket = Place::socket($key);
        self::assertStringNotContainsString(substr($key, 0, 8), $socket);
        self::assertMatchesRegularExpression('#^' . sys_get_temp_dir() . '/proxmoxkvm-\w{12}-'
            . posix_geteuid() . '/\w{32}\.sock$#', $socket);
        // 107 bytes are all that there may be.
        self::assertLessThanOrEqual(73, strlen($socket) - strlen(sys_get_temp_dir()));
        foreach (['evil host', "a\nb", '', 7] as $host) {
            $_SERVER['HTTP_HOST'] = $host;
            self::assertSame('-', Place::host(), 'it would be another line');
        }
    }

    public function testAFolderThatOthersMayEnterIsNotConnectedTo(): void
    {
        $folder = Place::folder();
        is_dir($folder) || mkdir($folder, 0o700);
        chmod($folder, 0o755);
        self::assertFalse(Place::isOurs());
        chmod($folder, 0o700);
        clearstatcache();
        self::assertTrue(Place::isOurs());
        rmdir($folder);
        symlink(TempDir::make(), $folder);
        self::assertFalse(Place::isOurs());
        unlink($folder);
        self::assertFalse(Place::isOurs());
    }

    public function testThePageHasTextsForAllAndEscapesItsTitle(): void
    {
        $form = ['url' => 'clientarea.php?action=productdetails', 'fields' => ['token' => '"><b>']];
        $power = [['name' => 'reset', 'label' => 'Reset', 'sure' => 'Sure?', 'ticked' => true]];
        $html = (new Page('<img src=x>', '../', $form, $form, $power))->html();
        self::assertStringNotContainsString('<img', $html);
        self::assertStringContainsString('data-do="reset" data-sure="Sure?" data-ticked', $html);
        preg_match('/data-console="([^"]+)"/', $html, $found);
        $settings = json_decode(html_entity_decode($found[1], ENT_QUOTES), true);
        self::assertSame($form, $settings['open']);
        self::assertSame('../modules/servers/proxmoxkvm/console.php', $settings['visits']);
        $script = (string) file_get_contents(dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/assets/console.js');
        preg_match_all('/\btext\.(\w+)/', $script, $used);
        self::assertEqualsCanonicalizing(array_keys($settings['text']), array_values(array_unique($used[1])));
        preg_match_all('/(?:part\(|getElementById\()\'(\w+)\'/', $script, $parts);
        foreach (array_unique($parts[1]) as $id) {
            self::assertStringContainsString("id=\"$id\"", $html);
        }
    }

    public function testTheViewersAreThoseThatAreFetched(): void
    {
        $script = (string) file_get_contents(dirname(__DIR__, 3) . '/.ci/dist/viewers.sh');
        preg_match('/^novnc_version=(\S+)$/m', $script, $screen);
        self::assertStringContainsString("/assets/novnc-$screen[1]/core/rfb.js", Asset::plain(Page::VIEWER));
        preg_match('/^xterm_version=(\S+)$/m', $script, $text);
        self::assertStringContainsString("/assets/xterm-$text[1]/xterm.js", Asset::plain(Page::TERMINAL));
    }

    /**
     * @param array<mixed> $cookies
     * @return array{array{int, string, string}, string} what came back, and what the worker heard
     */
    private function visited(string $says, string $word, string $body, array $cookies): array
    {
        $socket = TempDir::make() . '/worker.sock';
        $worker = new Php(['-r', self::WORKER, $socket, base64_encode($says)]);
        $end = microtime(true) + 20;
        do {
            $answer = Visit::passOn($socket, $word, $body, $cookies);
        } while ($answer[0] === 404 && microtime(true) < $end);

        return [$answer, $worker->output()];
    }
}
