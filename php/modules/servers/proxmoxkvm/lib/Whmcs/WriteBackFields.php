<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

/** The fields of a write-back, and what WHMCS calls each of them. */
final class WriteBackFields
{
    /** Field of a write-back => name of the service property, parameter of the API, column. */
    private const FIELDS = [
        'domain' => ['Domain', 'domain', 'domain'],
        'username' => ['Username', 'serviceusername', 'username'],
        'dedicated_ip' => ['Dedicated IP', 'dedicatedip', 'dedicatedip'],
        'assigned_ips' => [null, 'assignedips', 'assignedips'],
    ];

    /** An empty text clears these. */
    private const CLEARED = ['dedicated_ip', 'assigned_ips'];

    /**
     * @param array<string, string> $values by field
     * @return array<string, string> by the name of the field in WHMCS, where it has one
     */
    public static function named(array $values, int $kind): array
    {
        $named = [];
        foreach ($values as $field => $value) {
            $name = self::FIELDS[$field][$kind];
            if ($name !== null) {
                $named[$name] = $value;
            }
        }

        return $named;
    }

    /**
     * @param array<string, mixed> $writeBack
     * @return array<string, string> fields that are to be written; no addresses clears them
     */
    public static function values(array $writeBack): array
    {
        $values = [];
        foreach (array_keys(self::FIELDS) as $field) {
            $value = $writeBack[$field] ?? null;
            $text = is_array($value) ? implode("\n", $value) : (string) $value;
            // The domain and the user name of a machine that is gone are still the client's.
            if ($value !== null && ($text !== '' || in_array($field, self::CLEARED, true))) {
                $values[$field] = $text;
            }
        }

        return $values;
    }
}
