<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Php;
use Tests\Support\Source;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;

/** WHMCS's own sample tests call every function with an empty array and look at the type. */
final class FunctionsTest extends StubTestCase
{
    private const ARRAYS = [
        'MetaData', 'ConfigOptions', 'TestConnection', 'AdminCustomButtonArray', 'AdminServicesTabFields',
        'ClientArea', 'ClientAreaAllowedFunctions', 'ListAccounts',
    ];

    private const NOTHING = ['AdminServicesTabFieldsSave', 'UsageUpdate'];

    public function testEveryFunctionSurvivesEmptyParams(): void
    {
        foreach (self::functions() as $function) {
            $result = ('proxmoxkvm_' . $function)([]);
            self::assertSame(self::type($function), gettype($result), $function);
        }
    }

    public function testEveryFunctionSurvivesAMissingLibrary(): void
    {
        $code = 'define("WHMCS", true); function logModuleCall() {}'
            . ' require $argv[1]; foreach (json_decode($argv[2]) as $name) {'
            . ' echo gettype(("proxmoxkvm_" . $name)([])), "\n"; }';
        $module = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/proxmoxkvm.php';
        $functions = self::functions();
        $php = new Php(['-r', $code, $module, json_encode($functions)], ['PROXMOXKVM_LIBRARY' => '/nowhere.so']);

        self::assertSame(array_map(self::type(...), $functions), explode("\n", trim($php->output())));
    }

    public function testButtonsHaveTheirExactLabelsAndAFunctionEach(): void
    {
        $buttons = proxmoxkvm_AdminCustomButtonArray([]);
        self::assertSame([
            'Start', 'Stop', '**Reinstall', 'VMSetDedicatedIp ->', 'VMClone ->', '**Set CPU RAM ->',
            '*Set System Disk Size ->', '*Set System Disk Bandwidth ->', '*Set Created Additional Disk ->',
            '*Set Additional Disk Size ->', '*Set Additional Disk Bandwidth ->', '*Set Network ->', '*Set Firewall ->',
            '**SetCloudinit', '**VMRemove', 'Set DNS records',
        ], array_keys($buttons));
        foreach ($buttons as $suffix) {
            self::assertTrue(function_exists('proxmoxkvm_' . $suffix), $suffix);
        }
    }

    public function testTheHeaderHasAFunctionForEveryVerbOfTheModule(): void
    {
        preg_match_all("/Entry::verb\('(\w+)'/", Source::text('servers'), $found);
        $verbs = [...$found[1], 'test_connection', 'due', 'cron', 'acknowledge', 'show', 'list'];
        self::assertSame([], array_diff($verbs, StubLibrary::verbs()));
        $own = array_filter(
            StubLibrary::catalogue()['verbs'],
            static fn (array $verb): bool => $verb['entry'] === 'function'
        );
        self::assertEqualsCanonicalizing(StubLibrary::functions(), array_column($own, 'name'));
        $header = (string) file_get_contents(StubLibrary::header());
        foreach (['act', 'read', 'catalogue'] as $function) {
            self::assertStringContainsString(" proxmoxkvm_$function(", $header);
        }
    }

    private static function type(string $function): string
    {
        return match (true) {
            in_array($function, self::ARRAYS, true) => 'array',
            in_array($function, self::NOTHING, true) => 'NULL',
            default => 'string',
        };
    }

    /** @return list<string> */
    private static function functions(): array
    {
        preg_match_all('/^function proxmoxkvm_(?!Load)(\w+)/m', Source::text('servers'), $found);

        return $found[1];
    }
}
