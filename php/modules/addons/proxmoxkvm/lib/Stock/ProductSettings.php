<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** What WHMCS has stored of a product's module settings, and how something else is stored in its place. */
final class ProductSettings
{
    /** WHMCS's columns take so many bytes. */
    private const LONGEST = 65535;

    private function __construct(public readonly int $id, public readonly string $name, private object $row)
    {
    }

    public static function of(int $product): ?self
    {
        $row = self::query($product)->first();

        return $row === null ? null : new self($product, Text::plain((string) $row->name), $row);
    }

    /** Whatever it says, somebody has changed it when it is another one. */
    public function fingerprint(): string
    {
        return hash('sha256', (string) json_encode(self::texts($this->row), Native::JSON));
    }

    /**
     * The options as fields: the core reads, checks and writes them.
     *
     * @param array<string, string> $typed by key
     * @return array<string, mixed> fields, lines, right, options
     */
    public function form(array $typed = []): array
    {
        $package = Params::fromProduct($this->row)->package();

        return Native::call('product_form', ['package' => $package, 'values' => (object) $typed]);
    }

    /**
     * Stores what differs, encoded as WHMCS stores what its own page is sent.
     *
     * @param list<string> $options of the core
     * @return bool whether they could be stored: somebody else has changed nothing meanwhile
     */
    public function store(array $options): bool
    {
        $changed = [];
        foreach (Params::fromProduct($this->row)->package()['options'] as $index => $text) {
            if ($options[$index] !== $text) {
                $changed['configoption' . ($index + 1)] = Text::html($options[$index]);
            }
        }
        if ($changed === []) {
            return true;
        }

        return Capsule::connection()->transaction(function () use ($changed): bool {
            $now = self::query($this->id)->lockForUpdate()->first();
            if ($now === null || self::texts($now) !== self::texts($this->row)) {
                return false;
            }
            Capsule::table('tblproducts')->where('id', $this->id)->update($changed);

            return true;
        });
    }

    /** @param list<string> $options of the core */
    public static function fits(array $options): bool
    {
        return max(array_map(static fn (string $text): int => strlen(Text::html($text)), $options)) <= self::LONGEST;
    }

    private static function query(int $product): mixed
    {
        return Capsule::table('tblproducts')->where('id', $product)->where('servertype', Module::NAME);
    }

    /** @return list<string> */
    private static function texts(object $row): array
    {
        $text = static fn (int $place): string => (string) $row->{"configoption$place"};

        return array_map($text, range(1, Params::OPTIONS));
    }
}
