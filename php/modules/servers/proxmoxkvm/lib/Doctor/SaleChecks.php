<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use WHMCS\Module\Server\Proxmoxkvm\Admin\GuestLinks;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderField;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The doctor on what WHMCS itself does with an order of a product: type, set-up, welcome mail; and on its firewall. */
final class SaleChecks
{
    /** WHMCS asks for a domain with an order of any other type. */
    private const TYPES = ['server', 'other'];

    /** @return list<Finding> */
    public static function findings(string $subject, object $product): array
    {
        $page = self::page($product);
        $texts = array_filter([
            (string) ($product->autosetup ?? '') === '' ? Lang::text('doctor_no_autosetup') : '',
            (int) ($product->welcomeemail ?? 0) > 0 ? Lang::text('doctor_welcome_mail') : '',
            in_array((string) ($product->type ?? ''), self::TYPES, true) ? '' : Lang::text('doctor_product_type'),
            self::lacksKeyField($product)
                ? Lang::text('doctor_ssh_key_field', ['field' => OrderField::SshKey->value])
                : '',
        ]);

        return array_map(
            static fn (string $text): Finding => Finding::warning($subject, $text)->mendedAt($page),
            array_values($texts)
        );
    }

    /**
     * Rules of a VM do nothing while the firewall of the datacenter is off, and on a node whose service for them is
     * stopped. Where the login may not see it, nobody can tell.
     *
     * @param list<string> $options of the product
     * @param array<string, mixed> $entry of the server
     * @param array<int, array<mixed>> $known by server entry, asked once
     * @return list<Finding>
     */
    public static function firewall(string $subject, array $options, array $entry, array &$known): array
    {
        $sold = trim($options[Catalogue::fields()['firewall']['field'] - 1]);
        if (!str_starts_with($sold, 'on')) {
            return [];
        }
        $server = (int) $entry['id'];
        $asked = ['server' => $entry, 'what' => 'firewall'];
        $known[$server] ??= (array) (Native::call('list', $asked)['firewall'] ?? []);
        $stopped = array_map(
            static fn (string $node): string => Lang::text('doctor_firewall_stopped', ['node' => $node]),
            $known[$server]['stopped'] ?? []
        );
        $isOff = ($known[$server]['datacenter'] ?? null) === false;

        return array_map(
            static fn (string $text): Finding => Finding::warning($subject, $text)->mendedAt(GuestLinks::web($entry)),
            [...($isOff ? [Lang::text('doctor_firewall_off')] : []), ...$stopped]
        );
    }

    /** A product without passwords whose customers have no place for a key. */
    private static function lacksKeyField(object $product): bool
    {
        $settings = (string) ($product->{'configoption' . Params::OPTIONS} ?? '');
        $isRequired = preg_match('/^\s*ssh_key_required\s*=\s*(on|yes|true|1)\s*$/mi', $settings) === 1;

        return $isRequired && OrderField::SshKey->of((int) $product->id) === null;
    }

    public static function page(object $product): string
    {
        return "configproducts.php?action=edit&id=$product->id&tab=3";
    }
}
