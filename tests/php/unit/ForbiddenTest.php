<?php

declare(strict_types=1);

namespace Tests\Unit;

use ReflectionFunction;
use Tests\Support\Php;
use Tests\Support\Source;
use Tests\Support\StubTestCase;
use Tests\Support\TempDir;

/** What php.ini forbids: the module does without, or names function or place with the setting. Nothing else is said. */
final class ForbiddenTest extends StubTestCase
{
    private const MODULES = __DIR__ . '/../../../php/modules';
    private const AT_ONCE = 4;

    /** By which a run looks like one where nothing is forbidden. */
    private const WORKS = [
        'cron.php' => '/^proxmoxkvm: service 1: set_ip → clone\n$/',
        'doctor.php' => '/^ok   PHP: /',
        'create' => '/^{"result":"success",/',
        'fields' => '/^{"result":{"/',
    ];

    /** @dataProvider scripts */
    public function testEveryFunctionThatIsUsedMayBeForbidden(string $script): void
    {
        $this->replyTo('due', ['services' => [['id' => 1, 'server_id' => 1]]]);
        $this->replyTo('cron', ['lines' => ['service 1: set_ip → clone']]);
        $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $wrong = [];
        foreach (array_chunk(self::functions(), self::AT_ONCE) as $functions) {
            $runs = [];
            foreach ($functions as $function) {
                // Each with a lock of its own.
                mkdir("{$this->whmcs->directory}/$function");
                $runs[$function] = $this->started(
                    $script,
                    "disable_functions=$function",
                    null,
                    ['PROXMOXKVM_STORE' => "{$this->whmcs->directory}/$function/store.db"]
                );
            }
            foreach ($runs as $function => $run) {
                $said = $run->output();
                $isTold = str_contains($said, $function) && str_contains($said, 'disable_functions')
                    && !str_contains($said, 'Fatal error');
                if (!$isTold && preg_match(self::WORKS[$script], $said) !== 1 && $this->standInWorks($function)) {
                    $wrong[] = "$function: $said";
                }
            }
        }
        self::assertSame([], $wrong);
    }

    /** @return iterable<string, array{string}> */
    public function scripts(): iterable
    {
        yield 'cron' => ['cron.php'];
        yield 'doctor' => ['doctor.php'];
        yield 'a page of WHMCS' => ['create'];
        yield 'the page of a service' => ['fields'];
    }

    /** What lists of hosters have, together: all of it is done without, and the doctor names each. */
    public function testWhatHostersForbidIsDoneWithout(): void
    {
        $list = 'exec,passthru,shell_exec,system,proc_open,popen,symlink,php_uname,getmypid,ignore_user_abort,'
            . 'gethostname,flock,fileowner,posix_geteuid,posix_getpwuid,posix_getuid,posix_kill,set_time_limit,'
            . 'chown,chgrp,get_current_user,clearstatcache,disk_free_space,getmyuid,ini_alter,error_log';
        $this->replyTo('due', ['services' => [['id' => 1, 'server_id' => 1]]]);
        $this->replyTo('cron', ['lines' => ['service 1: set_ip → clone']]);
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $said = $this->started('cron.php', "disable_functions=$list")->output();
        self::assertSame("proxmoxkvm: service 1: set_ip → clone\n", $said);
        $said = $this->started('doctor.php', "disable_functions=$list")->output();
        $named = 'php_uname, getmypid, ignore_user_abort, gethostname, flock, fileowner, posix_geteuid, posix_getpwuid,'
            . ' chown, get_current_user, clearstatcache: the module does without';
        self::assertStringContainsString("forbids $named", $said);
        self::assertStringNotContainsString('Call to undefined', $said);
        self::assertStringNotContainsString('shell_exec', $said);
        $front = dirname(__DIR__) . '/whmcs/front.php';
        $page = ['-d', "disable_functions=$list", '-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), $front];
        $answer = (new Php([...$page, 'create', (string) $service], $this->whmcs->environment()))->answer();
        self::assertSame('success', $answer['result']);
    }

    /** A sentence where one is shown, in the web too. */
    public function testWhatIsNeededIsNamedOnAPage(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $front = dirname(__DIR__) . '/whmcs/front.php';
        foreach (['create', 'test'] as $do) {
            $page = ['-d', 'disable_functions=hash', '-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), $front];
            $said = (new Php([...$page, $do, (string) $service], $this->whmcs->environment()))->output();
            self::assertStringContainsString('has no function hash,', $said);
            self::assertStringNotContainsString('Fatal', $said);
        }
    }

    public function testOpenBasedirIsNamedAndPhpComplainsOfNothing(): void
    {
        touch($this->whmcs->store);
        $whmcs = TempDir::make();
        $roots = dirname(__DIR__, 3) . ":/usr/share:$whmcs:" . dirname($this->library()) . ':' . $this->whmcs->database;
        foreach (['cron.php' => 1, 'doctor.php' => 1] as $script => $status) {
            $run = $this->started($script, "open_basedir=$roots", $whmcs);
            $said = $run->output();
            self::assertStringNotContainsString('Warning', $said);
            self::assertGreaterThanOrEqual($script === 'cron.php' ? $status : 0, $run->status());
            if ($script === 'cron.php') {
                self::assertStringContainsString('forbids ' . dirname($this->whmcs->store) . ': add that place', $said);
                self::assertStringNotContainsString('run the cron as', $said);
            }
        }
        $run = $this->started('cron.php', "open_basedir=$roots:{$this->whmcs->directory}", $whmcs);
        self::assertSame('', $run->output());
        // The library itself lies where PHP may not look.
        $elsewhere = str_replace(dirname($this->library()), '/nowhere', $roots);
        $said = $this->started('cron.php', "open_basedir=$elsewhere:{$this->whmcs->directory}", $whmcs)->output();
        self::assertStringContainsString("forbids {$this->library()}: add that place", $said);
        self::assertStringNotContainsString('Warning', $said);
    }

    private function library(): string
    {
        return (string) getenv('PROXMOXKVM_LIBRARY');
    }

    /** @param array<string, string> $environment */
    private function started(
        string $script,
        string $setting,
        ?string $folder = null,
        array $environment = []
    ): Php {
        $options = ['-d', $setting, '-d', 'display_errors=1', '-d', 'log_errors=0'];
        if (!str_ends_with($script, '.php')) {
            $front = dirname(__DIR__) . '/whmcs/front.php';
            $options = [...$options, '-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED)];

            return new Php([...$options, $front, $script, '1'], $environment + $this->whmcs->environment());
        }

        return $this->whmcs->script($script, [], $environment, '', $options, $folder);
    }

    /** WHMCS's framework may need it as well, and say so before we are asked. */
    private function standInWorks(string $function): bool
    {
        $start = var_export(dirname(__DIR__) . '/whmcs/start.php', true);
        $code = "require $start; StandIn\\Database::open((string) getenv('WHMCS_DB'));"
            . ' WHMCS\Database\Capsule::table("tblservers")->where("id", 1)->whereIn("id", [1])->get()->map("intdiv");'
            . ' WHMCS\Database\Capsule::schema()->hasTable("tblservers"); echo "works";';
        $run = new Php(['-d', "disable_functions=$function", '-r', $code], $this->whmcs->environment());

        return $run->output() === 'works';
    }

    /** @return list<string> every function of PHP that the module calls */
    private static function functions(): array
    {
        $found = [];
        foreach (Source::files() as $file) {
            $tokens = array_values(array_filter(
                token_get_all((string) file_get_contents($file)),
                static fn (array|string $token): bool
                    => !is_array($token) || !in_array($token[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true)
            ));
            $notCalls = [T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW];
            foreach ($tokens as $at => $token) {
                $isName = is_array($token) && in_array($token[0], [T_STRING, T_NAME_FULLY_QUALIFIED], true);
                $name = $isName ? ltrim($token[1], '\\') : '';
                $before = $tokens[$at - 1][0] ?? '';
                if (
                    $isName && ($tokens[$at + 1] ?? '') === '(' && !in_array($before, $notCalls, true)
                    && function_exists($name) && (new ReflectionFunction($name))->isInternal()
                ) {
                    $found[$name] = true;
                }
            }
        }
        self::assertGreaterThan(100, count($found));

        return array_keys($found);
    }
}
