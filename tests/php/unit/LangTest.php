<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Fpm;
use Tests\Support\ProblemTable;
use Tests\Support\Source;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;
use Tests\Support\Translation;
use Tests\Support\TranslationCheck;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\TextFiles;

/**
 * The module's texts: right in every language, and no text is anywhere else.
 *
 * @group once
 */
final class LangTest extends StubTestCase
{
    private const MODULE = __DIR__ . '/../../../php/modules/servers/proxmoxkvm';

    private const LONGEST_FILE = 320;

    /** WHMCS's own, and Polish. */
    private const LANGUAGES = [
        'arabic', 'azerbaijani', 'catalan', 'chinese', 'croatian', 'czech', 'danish', 'dutch', 'english', 'estonian',
        'farsi', 'french', 'german', 'hebrew', 'hungarian', 'italian', 'macedonian', 'norwegian', 'polish',
        'portuguese-br', 'portuguese-pt', 'romanian', 'russian', 'spanish', 'swedish', 'turkish', 'ukranian',
    ];

    /** In these whoever adds a text writes it too; the others get it before a release, until then it is English. */
    private const AT_ONCE = ['english', 'french', 'german', 'polish', 'portuguese-br', 'portuguese-pt', 'spanish'];
    private const LATER = ['missing' => true, 'elsewhere' => true];
    private const TO_DO = ['not complete' => true, 'unstamped' => true, 'stale' => true];

    /** Keys that the code puts together from two parts. */
    private const COMPOSED = '/^(status|option|actor|action|activity|mail|client_state|client_hint|client_graph'
        . '|weekday|console|client_frame|client_tab|client_doing|client_phase|client_series|time'
        . '|client_change|client_reach|change|plan'
        . '|compare|metric|for|trust|unit|resource|ordered|choice_as|doing|sort|step|digest_to'
        . '|setup_stage|setup_role|done|doctor_application|addon_firewall|client_firewall)_/';

    protected function tearDown(): void
    {
        $_SESSION = [];
        unset($GLOBALS['CONFIG']);
    }

    /**
     * What its translator has still to do keeps nobody else from working: `make check` lists it.
     *
     * @dataProvider languages
     */
    public function testATranslationIsRight(string $language): void
    {
        $found = TranslationCheck::of(Translation::read($language), Translation::read('english'));
        $toDo = self::TO_DO + (in_array($language, self::AT_ONCE, true) ? [] : self::LATER);
        self::assertSame([], TranslationCheck::lines(array_diff_key($found, $toDo)));
    }

    public function testEveryLanguageOfWhmcsIsThere(): void
    {
        self::assertSame([], array_diff(self::LANGUAGES, Translation::names()));
    }

    /** @dataProvider languages */
    public function testAKeyIsWrittenOnceInAllFilesOfALanguage(string $language): void
    {
        $written = [];
        foreach (array_keys(Translation::read($language)->files) as $file) {
            $source = (string) @file_get_contents(TextFiles::FOLDER . "/$language/$file.php");
            preg_match_all("/^    '(\w+)' =>/m", $source, $found);
            array_push($written, ...$found[1]);
        }
        self::assertSame([], array_diff_assoc($written, array_unique($written)));
        self::assertCount(count(Translation::read($language)->texts()), $written);
    }

    /** A file of another name would be read by nobody. */
    public function testEveryFileOfALanguageIsRead(): void
    {
        foreach (Translation::names() as $language) {
            $files = glob(TextFiles::FOLDER . "/$language/*/*.php") ?: [];
            foreach ($files as $file) {
                $name = basename(dirname($file)) . '/' . basename($file, '.php');
                self::assertArrayHasKey($name, Translation::read($language)->files, $file);
                self::assertLessThanOrEqual(self::LONGEST_FILE, substr_count((string) file_get_contents($file), "\n"));
            }
        }
    }

    public function testTheCodeUsesEveryTextAndNoOther(): void
    {
        $source = Source::text();
        foreach (ProblemTable::rows() as $problem) {
            $source .= "'advice_{$problem['advice']}' '{$problem['client']}'";
        }
        foreach (array_column(StubLibrary::catalogue()['dns']['fields'], 'name') as $field) {
            $source .= "'addon_$field'";
        }
        $english = self::english();
        preg_match_all("/(?:Lang::(?:text|counted|has|ofSystem)|Html::(?:lang|button))\('(\w+)'/", $source, $used);
        self::assertSame([], array_diff($used[1], array_keys($english)), 'used, but not written');
        foreach (array_keys($english) as $key) {
            $stem = preg_replace('/_(help|value|subject|body)$/', '', $key);
            $parts = [$key, $stem, preg_replace('/^client_/', '', $key)];
            $named = array_filter($parts, static fn (string $part): bool => str_contains($source, "'$part'")) !== [];
            self::assertTrue($named || preg_match(self::COMPOSED, $key) === 1, "$key is written, but not used");
        }
    }

    /** A new option has its texts, or its field in the form of a product has no name. */
    public function testEveryOptionOfTheCoreHasItsTexts(): void
    {
        $english = self::english();
        foreach (Catalogue::options() as $key => $option) {
            $isShown = $option['field'] !== null || $option['more'];
            foreach ($isShown ? ["option_$key", "option_{$key}_help", "option_group_$option[group]"] : [] as $text) {
                self::assertArrayHasKey($text, $english);
            }
            if ($isShown && !$option['more']) {
                self::assertSame($option['name'], $english["option_$key"], 'errors call it as pages do');
            }
            foreach ($option['resource'] ? ["resource_$key", "resource_{$key}_value"] : [] as $text) {
                self::assertArrayHasKey($text, $english);
            }
            if ($option['without'] !== null) {
                self::assertArrayHasKey("choice_$option[without]", $english);
            }
        }
        $options = '/^option_(?!group_)(\w+?)(?:_help)?$/';
        foreach (array_keys($english) as $key) {
            if (preg_match($options, $key, $found) === 1) {
                self::assertArrayHasKey($found[1], Catalogue::options(), "$key is of no option");
            }
        }
    }

    /** What the history of a service names: the rows of the core's table, and what is no row of it. */
    public function testEveryActOfTheCoreHasAWord(): void
    {
        $table = (string) file_get_contents(dirname(self::MODULE, 4) . '/src/pipeline/table.rs');
        preg_match_all('/Row::act\("([a-z_ ]+)"/', $table, $acts);
        self::assertContains('stop', $acts[1]);
        $others = ['reboot', 'shutdown', 'reset', 'protect', 'unprotect', 'forget',
            'dns', 'set_reverse_name', 'create', 'confirm', 'reclaim'];
        foreach ([...$acts[1], ...$others] as $act) {
            self::assertNotSame($act, Progress::words($act));
        }
    }

    /** A customer's history has all but what admins do: its words are the customers'. */
    public function testTheWordsOfACustomersHistoryAreAmongTheCustomersTexts(): void
    {
        $acts = ['create', 'confirm', 'terminate', 'suspend', 'unsuspend', 'change_package', 'change_password'];
        foreach (StubLibrary::catalogue()['actions'] as $action) {
            // What shows something leaves no entry.
            $shows = in_array($action['name'], ['console', 'screenshot', 'reachability'], true);
            if ($action['switch'] !== null && !$shows) {
                $acts[] = $action['name'];
            }
        }
        $texts = Translation::read('english')->files['client/actions'];
        foreach ($acts as $act) {
            self::assertArrayHasKey("status_$act", $texts);
        }
    }

    /** Without one a button of the client's page would have the name of the core's row on it. */
    public function testEveryActionOfCustomersHasItsTexts(): void
    {
        $texts = self::english();
        foreach (StubLibrary::catalogue()['actions'] as $action) {
            if ($action['switch'] !== null) {
                $name = "action_$action[name]";
                self::assertArrayHasKey("{$name}_done", $texts);
                // The forms of names have a section with texts of its own.
                self::assertTrue($action['group'] === 'names' || isset($texts[$name]), $name);
                self::assertSame($action['sure'] !== 'no', isset($texts["{$name}_sure"]), "{$name}_sure");
            }
        }
    }

    public function testTheLanguageOfTheVisitorIsUsed(): void
    {
        $expected = ['german' => 'Bereit', 'polish' => 'Gotowa', 'klingon' => 'Ready', '../german' => 'Ready'];
        foreach ($expected as $name => $ready) {
            $_SESSION['Language'] = $name;
            self::assertSame($ready, Lang::text('status_ready'), $name);
        }
        // WHMCS has two kinds of Portuguese, and hosters have names of their own.
        $passwords = ['portuguese-br' => 'Senha', 'brazilian' => 'Senha', 'portuguese' => 'Palavra-passe',
            'german-at' => 'Passwort', 'german2' => 'Password', 'overrides' => 'Password'];
        foreach ($passwords as $name => $password) {
            $_SESSION['Language'] = $name;
            self::assertSame($password, Lang::text('client_password'), $name);
        }

        unset($_SESSION['Language']);
        $GLOBALS['CONFIG'] = ['Language' => 'spanish'];
        self::assertSame('Listo', Lang::text('status_ready'));
        $_SESSION['Language'] = 'german';
        self::assertSame('Listo', Lang::ofSystem('status_ready'));
    }

    public function testAnAdminsPageIsInTheAdminsLanguage(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED, [], ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]);
        $this->replyTo('show', ['service' => ['status' => 'ready']]);
        // Whatever language the same browser has as a client: here French.
        self::assertArrayHasKey('Local status', $fpm->result('fields', $service));
        Capsule::table('tbladmins')->insert(['username' => 'root', 'language' => 'german']);
        self::assertArrayHasKey('Lokaler Status', $fpm->result('fields', $service));
    }

    /** @return iterable<string, array{string}> */
    public function languages(): iterable
    {
        foreach (Translation::names() as $language) {
            yield $language => [$language];
        }
    }

    /** @return array<string, string|array<string, string>> */
    private static function english(): array
    {
        return Translation::read('english')->texts();
    }
}
