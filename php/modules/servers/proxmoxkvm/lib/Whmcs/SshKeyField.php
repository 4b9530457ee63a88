<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The custom field of a product in which a customer gives a public SSH key with the order. */
final class SshKeyField
{
    /** What the field is called, before the bar that separates it from its label. */
    public const NAME = 'SSH key';

    /** The core's code of a private key. */
    public const PRIVATE = 'ssh_key_private';

    /**
     * @param array<string, mixed> $fields WHMCS's custom fields of a service, by their names
     * @return string what its customer has typed
     */
    public static function sent(array $fields): string
    {
        $own = array_filter($fields, self::isNamed(...), ARRAY_FILTER_USE_KEY);
        $value = reset($own);

        return is_scalar($value) ? Text::plain((string) $value) : '';
    }

    private static function isNamed(string $field): bool
    {
        return strcasecmp(trim(explode('|', Text::plain($field), 2)[0]), self::NAME) === 0;
    }

    /** Its number; none: the product has no such field. */
    public static function of(int $productId): ?int
    {
        $fields = Capsule::table('tblcustomfields')->where(['type' => 'product', 'relid' => $productId])->get();
        $own = $fields->first(static fn (object $field): bool => self::isNamed((string) $field->fieldname));

        return $own === null ? null : (int) $own->id;
    }

    /** WHMCS has stored what nobody may keep: it is forgotten, as whoever typed it is told. */
    public static function forget(int $serviceId, int $productId): void
    {
        $value = ['relid' => $serviceId, 'fieldid' => self::of($productId) ?? 0];
        Capsule::table('tblcustomfieldsvalues')->where($value)->update(['value' => '']);
    }

    /** @param array<int|string, mixed> $typed what the shop has of the product's custom fields, by their numbers */
    public static function typed(int $productId, array $typed): string
    {
        $value = $typed[self::of($productId) ?? 0] ?? '';

        return is_string($value) ? Text::plain($value) : '';
    }
}
