<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/** The module's texts. WHMCS loads no language files for server modules. */
final class Lang
{
    /** @var array<string, string>|null */
    private static ?array $texts = null;

    /** @param array<string, string> $values replace `{name}` in the text */
    public static function text(string $key, array $values = []): string
    {
        self::$texts ??= self::load(self::language()) + self::load('english');
        $replace = [];
        foreach ($values as $name => $value) {
            $replace['{' . $name . '}'] = $value;
        }

        return strtr(self::$texts[$key] ?? $key, $replace);
    }

    private static function language(): string
    {
        $language = $_SESSION['Language'] ?? $GLOBALS['CONFIG']['Language'] ?? '';

        return is_string($language) && preg_match('/^[a-z][a-z-]*$/D', $language) === 1 ? $language : 'english';
    }

    /** @return array<string, string> */
    private static function load(string $language): array
    {
        $file = dirname(__DIR__) . '/lang/' . $language . '.php';

        return is_file($file) ? require $file : [];
    }
}
