<?php

declare(strict_types=1);

namespace Tests\Support;

use FilesystemIterator;
use PhpToken;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;

/** The source of both modules: every file of PHP but the texts. */
final class Source
{
    private const MODULES = __DIR__ . '/../../../php/modules';

    /** @return array<string, string> path by the part of it below the modules' folder */
    public static function files(string $module = '*'): array
    {
        $files = [];
        foreach (glob(self::MODULES . "/$module/proxmoxkvm", GLOB_ONLYDIR) ?: [] as $folder) {
            $below = new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS);
            foreach (new RecursiveIteratorIterator($below) as $file) {
                $name = substr($file->getPathname(), strlen(self::MODULES) + 1);
                if ($file->getExtension() === 'php' && !str_contains($name, '/lang/')) {
                    $files[$name] = $file->getPathname();
                }
            }
        }
        ksort($files);

        return $files;
    }

    /** All of it as one text. */
    public static function text(string $module = '*'): string
    {
        return implode('', array_map(file_get_contents(...), self::files($module)));
    }

    /** @return array<string, int> lines of each function, by its name; those without one have an empty one */
    public static function functions(string $source): array
    {
        $tokens = PhpToken::tokenize($source);
        $lines = [];
        foreach ($tokens as $at => $token) {
            if (!$token->is(T_FUNCTION) || ($tokens[$at - 2] ?? $token)->is(T_USE)) {
                continue;
            }
            $name = $tokens[$at + 2]->is(T_STRING) ? $tokens[$at + 2]->text : '';
            for ($depth = 0, $end = $at; isset($tokens[$end]); $end++) {
                $text = $tokens[$end]->text;
                $depth += (int) in_array($text, ['{', '${'], true) - (int) ($text === '}');
                if ($depth === 0 && in_array($text, ['}', ';'], true)) {
                    break;
                }
            }
            $lines[$name] = max($lines[$name] ?? 0, $tokens[$end]->line - $token->line + 1);
        }

        return $lines;
    }
}
