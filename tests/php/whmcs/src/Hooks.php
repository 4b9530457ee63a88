<?php

declare(strict_types=1);

namespace StandIn;

/** Registered hook functions; a lower priority runs earlier. */
final class Hooks
{
    /** @var array<string, array<int, list<callable>>> */
    private static array $hooks = [];

    public static function add(string $point, int $priority, callable $function): void
    {
        self::$hooks[$point][$priority][] = $function;
    }

    /** @return list<mixed> */
    public static function run(string $point, array $arguments): array
    {
        $functions = self::$hooks[$point] ?? [];
        ksort($functions);
        $returned = [];
        foreach (array_merge(...array_values($functions)) as $function) {
            $returned[] = $function($arguments);
        }

        return $returned;
    }

    public static function clear(string $point): void
    {
        unset(self::$hooks[$point]);
    }
}
