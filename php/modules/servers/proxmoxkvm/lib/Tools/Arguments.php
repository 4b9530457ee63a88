<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;

/** The arguments of a script. Where one is not wholly understood, nothing is done but to say how it is used. */
final class Arguments
{
    public const WRONG = 2;

    /** @param array<string, list<string>> $values by name; those without a name under '' */
    private function __construct(private array $values)
    {
    }

    /**
     * Ends the process for `--help`, and where an argument is unknown, malformed, given twice or missing.
     *
     * @param list<string> $argv with the script's name
     * @param string $form how they are written, for people
     * @param array<string, string> $known pattern of the value by name; '' for one without a value. The name ends in
     *     `*` where it may be given several times, in `!` where it has to be given, in `|` where no other such one may
     *     be; an empty name is the argument without one
     * @param string $note name of a text that explains the form
     */
    public static function orExit(array $argv, string $form = '', array $known = [], string $note = ''): self
    {
        function_exists('set_exception_handler') && set_exception_handler(self::fail(...));
        $script = basename((string) array_shift($argv));
        $usage = trim(Lang::text('usage', ['script' => $script, 'arguments' => $form]))
            . ($note === '' ? '' : '. ' . Lang::text($note));
        if (array_intersect($argv, ['--help', '-h']) !== []) {
            self::end(STDOUT, $usage, 0);
        }
        $values = [];
        foreach ($argv as $argument) {
            [$name, $value] = self::split($argument);
            $pattern = $known[$name] ?? $known["$name!"] ?? $known["$name*"] ?? $known["$name|"] ?? null;
            $either = isset($known["$name|"])
                ? array_filter(array_keys($values), static fn (string $other): bool => isset($known["$other|"]))
                : [];
            $isTwice = $either !== [] || isset($values[$name]) && !isset($known["$name*"]);
            if ($isTwice || $pattern === null || !self::fits($value, $pattern)) {
                // What stands behind it may be a secret.
                $shown = preg_replace('/[:[:cntrl:]].*/s', '', $name ?: (string) $value);
                $said = Lang::text('usage_wrong', ['argument' => (string) $shown]);
                self::end(STDERR, rtrim($usage, '.') . ". $said", self::WRONG);
            }
            $values[$name][] = (string) $value;
        }
        foreach (array_keys($known) as $name) {
            if (str_ends_with($name, '!') && !isset($values[substr($name, 0, -1)])) {
                self::end(STDERR, $usage, self::WRONG);
            }
        }

        return new self($values);
    }

    /** What a script could not even begin to tell. */
    public static function fail(Throwable $error): never
    {
        echo Module::NAME, ': ', Forbidden::sentence($error), PHP_EOL;
        exit(self::WRONG);
    }

    public function has(string $name): bool
    {
        return isset($this->values[$name]);
    }

    /** @return string what was given, empty without it */
    public function value(string $name = ''): string
    {
        return $this->values[$name][0] ?? '';
    }

    /** @return list<string> */
    public function all(string $name): array
    {
        return $this->values[$name] ?? [];
    }

    /** @return array{string, string|null} name, and value where there is one */
    private static function split(string $argument): array
    {
        if (!str_starts_with($argument, '-')) {
            return ['', $argument];
        }
        $parts = explode('=', $argument, 2);

        return [$parts[0], $parts[1] ?? null];
    }

    private static function fits(?string $value, string $pattern): bool
    {
        return $pattern === '' ? $value === null : $value !== null && preg_match("/^(?:$pattern)$/Ds", $value) === 1;
    }

    /** @param resource $to */
    private static function end($to, string $text, int $status): never
    {
        fwrite($to, $text . PHP_EOL);
        exit($status);
    }
}
