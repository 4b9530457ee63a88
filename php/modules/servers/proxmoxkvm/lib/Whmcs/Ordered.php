<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What a client has ordered, in the words that the shop shows: the product's name, and what was chosen of its options. */
final class Ordered
{
    /** @param array<string, string> $choices by the option's name in small letters */
    private function __construct(public readonly string $product, private array $choices)
    {
    }

    /** Nothing where WHMCS does not know: these are words, and no page fails for want of them. */
    public static function of(Params $whmcs): self
    {
        try {
            return new self(self::product($whmcs), self::choices($whmcs->serviceId()));
        } catch (Throwable) {
            return new self('', []);
        }
    }

    /** The first of some options that was chosen. */
    public function chosen(string ...$names): string
    {
        foreach ($names as $name) {
            $choice = $this->choices[strtolower($name)] ?? '';
            if ($choice !== '') {
                return $choice;
            }
        }

        return '';
    }

    private static function product(Params $whmcs): string
    {
        // WHMCS's model knows the name in the visitor's language.
        $name = $whmcs->model()?->product?->name;
        $name ??= Capsule::table('tblproducts')->where('id', $whmcs->productId())->value('name');

        return Text::plain((string) $name);
    }

    /** @return array<string, string> */
    private static function choices(int $service): array
    {
        $rows = Capsule::table('tblhostingconfigoptions as chosen')
            ->join('tblproductconfigoptions as item', 'item.id', '=', 'chosen.configid')
            ->join('tblproductconfigoptionssub as choice', 'choice.id', '=', 'chosen.optionid')
            ->where('chosen.relid', $service)
            ->get(['item.optionname as name', 'choice.optionname as value']);
        $choices = [];
        foreach ($rows as $row) {
            // `key|Label`: the shop shows what is behind the bar.
            $parts = explode('|', Text::plain((string) $row->value), 2);
            $choices[strtolower(trim(explode('|', (string) $row->name)[0]))] = trim($parts[1] ?? $parts[0]);
        }

        return $choices;
    }
}
