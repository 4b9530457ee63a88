<?php

declare(strict_types=1);

namespace Tests\Support;

use PhpToken;

/** Which class names which other one, read from the tokens of their source: comments and texts do not count. */
final class ClassGraph
{
    private const MEMBER = [T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_CONST];

    /** @var array<string, list<string>> the classes that it names, by class */
    public readonly array $names;

    /** @param list<string> $sources text of files, in each one class or none */
    public function __construct(array $sources)
    {
        $tokens = [];
        foreach ($sources as $source) {
            $of = array_values(array_filter(
                PhpToken::tokenize($source),
                static fn (PhpToken $token): bool => !$token->isIgnorable()
            ));
            $tokens[self::declared($of)] = $of;
        }
        unset($tokens['']);
        $names = [];
        foreach ($tokens as $class => $of) {
            $named = array_filter(self::named($of), static fn (string $name): bool => isset($tokens[$name]));
            $names[$class] = array_values(array_diff(array_unique($named), [$class]));
        }
        $this->names = $names;
    }

    /**
     * Depth first from every name.
     *
     * @param array<string, list<string>> $names what it leads to, by name
     * @return list<string> a way from a name back to itself, empty where there is none
     */
    public static function circle(array $names): array
    {
        $done = [];
        $walk = static function (string $at, array $way) use (&$walk, &$done, $names): array {
            $seen = array_search($at, $way, true);
            if ($seen !== false) {
                return [...array_slice($way, (int) $seen), $at];
            }
            foreach (isset($done[$at]) ? [] : $names[$at] ?? [] as $next) {
                $circle = $walk($next, [...$way, $at]);
                if ($circle !== []) {
                    return $circle;
                }
            }
            $done[$at] = true;

            return [];
        };
        foreach (array_keys($names) as $name) {
            $circle = $walk((string) $name, []);
            if ($circle !== []) {
                return $circle;
            }
        }

        return [];
    }

    /**
     * The same for the folders that the classes lie in.
     *
     * @param callable(string): string $folder of a class
     * @return array<string, list<string>>
     */
    public function folders(callable $folder): array
    {
        $folders = [];
        foreach ($this->names as $class => $names) {
            $of = $folder($class);
            $folders[$of] = array_values(array_unique(array_diff(
                [...$folders[$of] ?? [], ...array_map($folder, $names)],
                [$of]
            )));
        }

        return $folders;
    }

    /** @param list<PhpToken> $tokens */
    private static function declared(array $tokens): string
    {
        foreach ($tokens as $at => $token) {
            if ($token->is([T_CLASS, T_INTERFACE, T_TRAIT, T_ENUM]) && $tokens[$at + 1]->is(T_STRING)) {
                return self::space($tokens) . '\\' . $tokens[$at + 1]->text;
            }
        }

        return '';
    }

    /** @param list<PhpToken> $tokens */
    private static function space(array $tokens): string
    {
        foreach ($tokens as $at => $token) {
            if ($token->is(T_NAMESPACE)) {
                return $tokens[$at + 1]->text;
            }
        }

        return '';
    }

    /**
     * @param list<PhpToken> $tokens
     * @return list<string> full names: those of `use`, those of the same namespace, and those written in full
     */
    private static function named(array $tokens): array
    {
        $space = self::space($tokens);
        $names = [];
        foreach ($tokens as $at => $token) {
            if ($token->is([T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED])) {
                array_push($names, ltrim($token->text, '\\'), "$space\\$token->text");
            } elseif ($token->is(T_STRING) && !($tokens[$at - 1] ?? $token)->is(self::MEMBER)) {
                $names[] = "$space\\$token->text";
            }
        }

        return $names;
    }
}
