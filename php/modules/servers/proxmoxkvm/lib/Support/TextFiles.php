<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use Throwable;

/** Where the files of texts are, and what is in one. */
final class TextFiles
{
    public const FOLDER = __DIR__ . '/../../lang';

    /** Other names that hosters and newer versions of WHMCS give to a language, beside `chinese-cn` and the like. */
    private const ALIASES = [
        'brazilian' => 'portuguese-br',
        'norsk' => 'norwegian',
        'persian' => 'farsi',
        'portuguese' => 'portuguese-pt',
        'ukrainian' => 'ukranian',
    ];

    /**
     * What a file returns that may be missing, or may be the hoster's. What such a file prints (a byte order mark, a
     * line before its `<?php`) would leave before the page's headers.
     *
     * @return array<string, mixed>
     */
    public static function file(string $name): array
    {
        $path = self::FOLDER . "/$name.php";
        ob_start();
        try {
            $returned = is_file($path) ? require $path : [];
        } catch (Throwable) {
            // No page fails for want of a text.
            $returned = [];
        } finally {
            ob_end_clean();
        }

        return is_array($returned) ? $returned : [];
    }

    /** The folder of a language that WHMCS names. The name becomes part of a path. */
    public static function folder(string $name): ?string
    {
        if (preg_match('/^[a-z][a-z0-9-]*$/D', $name) === 1) {
            foreach ([$name, self::ALIASES[$name] ?? '', explode('-', $name)[0]] as $folder) {
                if ($folder !== '' && is_file(self::FOLDER . "/$folder/about.php")) {
                    return $folder;
                }
            }
        }

        return null;
    }
}
