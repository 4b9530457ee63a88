<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\Php;
use Tests\Support\TempDir;

/** A hoster's own texts, in a copy of the module. */
final class OverridesTest extends TestCase
{
    private const MODULE = __DIR__ . '/../../../php/modules/servers/proxmoxkvm';
    private const LOAD = 'require "$argv[1]/lib/autoload.php"; use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;'
        . ' use WHMCS\Module\Server\Proxmoxkvm\Support\Overrides;'
        . ' use WHMCS\Module\Server\Proxmoxkvm\Support\Texts; ';
    private const UNTAKEN = 'echo json_encode(Overrides::untaken('
        . 'Texts::part("english", "client") + Texts::part("english", "staff")));';
    private const SAY = '$_SESSION["Language"] = $argv[2]; echo json_encode([Lang::text("client_title"),'
        . ' Lang::text("status_ready"), Lang::counted("time_days", 2), Lang::text("client_own")]);';

    private string $module;

    protected function setUp(): void
    {
        $this->module = TempDir::make();
        $this->copy('lib/autoload.php');
        foreach (['lib/Support', 'lang/english', 'lang/german'] as $folder) {
            foreach (glob(self::MODULE . "/$folder/{,*/}*.php", GLOB_BRACE) ?: [] as $file) {
                $this->copy(substr($file, strlen(self::MODULE) + 1));
            }
        }
        mkdir("$this->module/lang/overrides");
    }

    public function testATextOfTheHostersIsShownInItsLanguage(): void
    {
        $this->override('german', "['client_title' => 'Cloudserver', 'status_ready' => 'Da', 'client_own' => 'Neu']");
        self::assertSame(['Cloudserver', 'Da', '2 Tage', 'client_own'], $this->said('german'));
        self::assertSame(['Virtual machine', 'Ready', '2 days', 'client_own'], $this->said('english'));
        $this->override('english', "['client_title' => 'Cloud server']");
        self::assertSame('Cloudserver', $this->said('german')[0]);
        self::assertSame('Cloud server', $this->said('klingon')[0]);
    }

    public function testAFileThatIsNoneIsLeftAlone(): void
    {
        foreach (["['client_title' => ", "'Cloudserver'", "['client_title' => 7]"] as $code) {
            $this->override('german', $code);
            self::assertSame('Virtuelle Maschine', $this->said('german')[0], $code);
        }
    }

    /** Plural forms only where the module has them, with one that fits each number. */
    public function testWhatCannotBeSaidIsLeftAloneAndNamed(): void
    {
        $wrong = ["'time_days' => ['one' => 1, 'other' => 2]", "'time_days' => ['one' => 'Tag']",
            "'client_title' => ['one' => 'x', 'other' => 'y']", "'client_title' => null", "'client_own' => 'x'"];
        foreach ($wrong as $text) {
            $this->override('german', "['status_ready' => 'Da', $text]");
            self::assertSame(['Virtuelle Maschine', 'Da', '2 Tage', 'client_own'], $this->said('german'), $text);
            self::assertSame(['german' => [explode("'", $text)[1]]], $this->untaken());
        }
        $this->override('german', "['time_days' => ['other' => '{n} T.'], 'client_title' => 'VM']");
        self::assertSame(['VM', 'Bereit', '2 T.', 'client_own'], $this->said('german'));
        self::assertSame([], $this->untaken());
        $this->override('german', "'VM'");
        $this->override('klingon', "['client_title' => 'VM']");
        self::assertSame(['german' => ['*'], 'klingon' => ['*']], $this->untaken());
    }

    /** It would leave before the headers of the page. */
    public function testWhatAFilePrintsIsDiscarded(): void
    {
        $code = "\u{FEFF}\n<?php echo 'before'; return ['client_title' => 'Cloudserver'];";
        file_put_contents("$this->module/lang/overrides/german.php", $code);
        self::assertSame('Cloudserver', $this->said('german')[0]);
    }

    public function testEachNameOfALanguageIsFound(): void
    {
        $this->override('german-at', "['client_title' => 'Server', 'status_ready' => 'Fertig']");
        $this->override('german', "['client_title' => 'Cloudserver']");
        self::assertSame(['Cloudserver', 'Fertig'], array_slice($this->said('german'), 0, 2));
        self::assertSame([], $this->untaken());
        rename("$this->module/lang/german", "$this->module/lang/ukranian");
        $this->override('ukrainian', "['client_title' => 'VM']");
        self::assertSame(['VM', 'VM'], [$this->said('ukrainian')[0], $this->said('ukranian')[0]]);
    }

    public function testATextThatALanguageDoesNotHaveIsEnglish(): void
    {
        $page = "$this->module/lang/german/client/page.php";
        file_put_contents($page, "<?php\n\nreturn ['client_title' => 'Maschine'];\n");
        self::assertSame(['Maschine', 'Bereit', '2 days', 'client_own'], $this->said('german'));
    }

    private function override(string $language, string $code): void
    {
        file_put_contents("$this->module/lang/overrides/$language.php", "<?php\n\nreturn $code;\n");
    }

    /** @return list<string> */
    private function said(string $language): array
    {
        return $this->ran(self::SAY, $language);
    }

    /** @return array<string, list<string>> */
    private function untaken(): array
    {
        return $this->ran(self::UNTAKEN);
    }

    /** @return array<mixed> */
    private function ran(string $code, string ...$more): array
    {
        return json_decode((new Php(['-r', self::LOAD . $code, $this->module, ...$more]))->output(), true) ?? [];
    }

    private function copy(string $name): void
    {
        @mkdir(dirname("$this->module/$name"), recursive: true);
        copy(self::MODULE . "/$name", "$this->module/$name");
    }
}
