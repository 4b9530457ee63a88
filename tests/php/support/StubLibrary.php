<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;

/**
 * A library with the functions of include/proxmoxkvm.h that answers what a test wrote into a directory.
 *
 * For a verb it reads `<verb>.reply` of the directory in PROXMOXKVM_STUB (`{"ok":true}` without one) and
 * appends the request to `<verb>.requests`.
 */
final class StubLibrary
{
    private const CATALOGUE = __DIR__ . '/catalogue.json';

    private static ?string $shared = null;

    public static function shared(): string
    {
        return self::$shared ??= self::build();
    }

    public static function header(): string
    {
        return dirname(__DIR__, 3) . '/include/proxmoxkvm.h';
    }

    /** @return string the path of the library; its header lies beside it */
    public static function build(int $abi = 2, string $headerExtra = '', string $version = Module::VERSION): string
    {
        $directory = TempDir::make();
        $header = (string) file_get_contents(self::header());
        $catalogue = self::CATALOGUE;
        $source = "#define ABI $abi\n#define VERSION \"$version\"\n#define CATALOGUE \"$catalogue\"\n"
            . file_get_contents(__DIR__ . '/stub.c');
        foreach (self::functions() as $function) {
            $source .= "VERB($function)\n";
        }
        file_put_contents("$directory/stub.c", $source);
        file_put_contents("$directory/proxmoxkvm.h", $header . $headerExtra);
        $library = "$directory/libproxmoxkvm.so";
        // As the real one: PHP closes it after each request, and it stays.
        exec("cc -shared -fPIC -Wl,-z,nodelete -o $library $directory/stub.c 2>&1", $output, $status);
        if ($status !== 0) {
            throw new RuntimeException(implode("\n", $output));
        }

        return $library;
    }

    /** @return array<string, mixed> what the real library says that it knows */
    public static function catalogue(): array
    {
        return json_decode((string) file_get_contents(self::CATALOGUE), true, 512, JSON_THROW_ON_ERROR);
    }

    /** @return list<string> all that the library can be asked */
    public static function verbs(): array
    {
        return array_column(self::catalogue()['verbs'], 'name');
    }

    /** @return list<string> the functions of the header that answer one verb each */
    public static function functions(): array
    {
        $verb = '/proxmoxkvm_(\w+)\s*\(\s*(?:const\s+)?(?:struct\s+)?proxmoxkvm_core\s*\*\s*\w+\s*,/';
        preg_match_all($verb, (string) file_get_contents(self::header()), $found);

        return array_values(array_diff($found[1], ['act', 'read']));
    }
}
