<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** A rule of a firewall in words, and as its form has it. Plain text. */
final class FirewallRule
{
    /** What the form of a rule has, beside whether it is on. */
    private const FIELDS = ['direction', 'verdict', 'macro', 'proto', 'ports', 'source', 'dest', 'comment'];

    /**
     * @param array<string, mixed> $rule
     * @param int $at its place, from 0
     * @return array<string, mixed>
     */
    public static function own(array $rule, int $at): array
    {
        $isOn = ($rule['enabled'] ?? false) === true;
        $fields = array_map(static fn (string $field): string => (string) ($rule[$field] ?? ''), self::FIELDS);

        return array_combine(self::FIELDS, $fields) + [
            'number' => (string) ($at + 1),
            'title' => self::title($rule),
            'what' => self::what($rule),
            'enabled' => $isOn,
            'off' => $isOn ? '' : Lang::text('client_firewall_is_off'),
            'switch' => $isOn ? 'off' : 'on',
            'switch_label' => Lang::text($isOn ? 'client_firewall_off_button' : 'client_firewall_on'),
        ];
    }

    /**
     * @param array<string, mixed> $rule
     * @return array<string, string>
     */
    public static function foreign(array $rule): array
    {
        return [
            'title' => self::title($rule),
            'what' => self::what($rule),
            'off' => ($rule['enabled'] ?? false) === true ? '' : Lang::text('client_firewall_is_off'),
            'line' => (string) ($rule['line'] ?? ''),
        ];
    }

    /** @return array<string, string> labels by the core's words */
    public static function verdicts(): array
    {
        return self::labels('verdict');
    }

    /** @return array<string, string> labels by the core's words */
    public static function directions(): array
    {
        return self::labels('direction');
    }

    /** @return array<string, string> */
    private static function labels(string $input): array
    {
        $words = ActionInputs::words('firewall_rule', $input);

        return array_combine($words, array_map(self::label(...), $words));
    }

    private static function label(string $word): string
    {
        return $word === '' ? '' : Lang::word('client_firewall_' . strtolower($word), $word);
    }

    /** @param array<string, mixed> $rule */
    private static function title(array $rule): string
    {
        if (($rule['direction'] ?? null) === null) {
            return Lang::text('client_firewall_group');
        }

        return self::label($rule['direction']) . ': ' . self::label($rule['verdict'] ?? '');
    }

    /** @param array<string, mixed> $rule */
    private static function what(array $rule): string
    {
        $text = static fn (string $key, string $name, ?string $value): string => $value === null
            ? '' : Lang::text($key, [$name => str_replace(',', ', ', $value)]);
        $traffic = (string) ($rule['macro'] ?? strtoupper((string) ($rule['proto'] ?? '')));
        $parts = [
            $traffic === '' ? Lang::text('client_firewall_everything') : $traffic,
            $text('client_firewall_port', 'ports', $rule['ports'] ?? null),
            $text('client_firewall_from', 'addresses', $rule['source'] ?? null),
            $text('client_firewall_to', 'addresses', $rule['dest'] ?? null),
        ];

        return implode(' · ', array_filter($parts, static fn (string $part): bool => $part !== ''));
    }
}
