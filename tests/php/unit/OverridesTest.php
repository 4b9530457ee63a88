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
    private const SAY = 'require "$argv[1]/lib/autoload.php"; use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;'
        . ' $_SESSION["Language"] = $argv[2]; echo json_encode([Lang::text("client_title"),'
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
        return (array) json_decode((new Php(['-r', self::SAY, $this->module, $language]))->output(), true);
    }

    private function copy(string $name): void
    {
        @mkdir(dirname("$this->module/$name"), recursive: true);
        copy(self::MODULE . "/$name", "$this->module/$name");
    }
}
