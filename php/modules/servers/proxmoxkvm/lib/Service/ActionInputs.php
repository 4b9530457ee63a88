<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What a form of an action sends: the inputs that the core's table names, and that what may lose something is meant. */
final class ActionInputs
{
    /** How a page is told that what may lose something is meant. */
    private const MEANT = ['typed' => ['typed'], 'ticked' => ['sure']];

    /** What is typed beside the inputs is the name of a VM. */
    private const LONGEST = 253;

    /**
     * @param array<string, mixed> $post
     * @return array<string, string> for the core, which checks each
     */
    public static function of(string $action, array $post): array
    {
        $row = self::row($action);
        $fields = array_column($row['inputs'] ?? [], 'name');
        $fields = [...$fields, ...self::MEANT[$row['sure'] ?? ''] ?? []];
        $many = array_filter(array_column($row['inputs'] ?? [], 'many', 'name'));
        $most = array_column($row['inputs'] ?? [], 'most', 'name');
        $plain = static fn (string $name): string => self::plain(
            isset($many[$name]) ? self::joined($post[$name] ?? '') : $post[$name] ?? '',
            $most[$name] ?? self::LONGEST
        );

        return array_combine($fields, array_map($plain, $fields));
    }

    /** How many characters an input takes: the core says what is wrong with more. */
    public static function most(string $action, string $input): int
    {
        return array_column(self::row($action)['inputs'] ?? [], 'most', 'name')[$input] ?? self::LONGEST;
    }

    /** @return list<string> what an input is chosen from, in the core's order */
    public static function words(string $action, string $input): array
    {
        return array_column(self::row($action)['inputs'] ?? [], 'words', 'name')[$input] ?? [];
    }

    /** @return array<string, mixed> of the core's table */
    private static function row(string $action): array
    {
        return array_column(Native::catalogue('actions'), null, 'name')[$action] ?? [];
    }

    /** What is ticked several times goes with commas. */
    private static function joined(mixed $ticked): mixed
    {
        return is_array($ticked) ? implode(',', array_filter($ticked, is_string(...))) : $ticked;
    }

    /** WHMCS encodes what browsers send like what it stores. */
    private static function plain(mixed $value, int $longest): string
    {
        return is_string($value) ? mb_substr(trim(Text::plain($value)), 0, $longest + 1) : '';
    }
}
