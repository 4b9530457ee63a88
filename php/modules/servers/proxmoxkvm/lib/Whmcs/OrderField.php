<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/**
 * A custom field of a product in which a customer gives something with the order. What it is called stands before the
 * bar that separates it from its label.
 */
enum OrderField: string
{
    /** A public SSH key. */
    case SshKey = 'SSH key';
    /** What cloud-init is given beside what is ordered. */
    case UserData = 'User data';

    /** The core's code of a private key. */
    public const PRIVATE = 'ssh_key_private';

    /**
     * @param array<string, mixed> $fields WHMCS's custom fields of a service, by their names
     * @return string what its customer has typed
     */
    public function sent(array $fields): string
    {
        $own = array_filter($fields, $this->isNamed(...), ARRAY_FILTER_USE_KEY);
        $value = reset($own);

        return is_scalar($value) ? Text::plain((string) $value) : '';
    }

    private function isNamed(string $field): bool
    {
        return strcasecmp(trim(explode('|', Text::plain($field), 2)[0]), $this->value) === 0;
    }

    /** Its number; none: the product has no such field. */
    public function of(int $productId): ?int
    {
        $fields = Capsule::table('tblcustomfields')->where(['type' => 'product', 'relid' => $productId])->get();
        $own = $fields->first(fn (object $field): bool => $this->isNamed((string) $field->fieldname));

        return $own === null ? null : (int) $own->id;
    }

    /** WHMCS has stored what nobody may keep, or what was needed once: it is forgotten. */
    public function forget(int $serviceId, int $productId): void
    {
        $value = ['relid' => $serviceId, 'fieldid' => $this->of($productId) ?? 0];
        Capsule::table('tblcustomfieldsvalues')->where($value)->update(['value' => '']);
    }

    /** @param array<int|string, mixed> $typed what the shop has of the product's custom fields, by their numbers */
    public function typed(int $productId, array $typed): string
    {
        $value = $typed[$this->of($productId) ?? 0] ?? '';

        return is_string($value) ? Text::plain($value) : '';
    }
}
