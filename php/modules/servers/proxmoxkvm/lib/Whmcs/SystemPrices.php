<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;

/** What the choices of a configurable option cost a client, in the billing cycle of a service. */
final class SystemPrices
{
    /** Billing cycle of a service => its columns of prices. What is free costs nothing whatever is chosen. */
    private const CYCLES = [
        'Monthly' => ['monthly', 'msetupfee'],
        'Quarterly' => ['quarterly', 'qsetupfee'],
        'Semi-Annually' => ['semiannually', 'ssetupfee'],
        'Annually' => ['annually', 'asetupfee'],
        'Biennially' => ['biennially', 'bsetupfee'],
        'Triennially' => ['triennially', 'tsetupfee'],
        'One Time' => ['monthly', 'msetupfee'],
    ];
    private const FREE = 'Free Account';
    /** WHMCS's own currency, where a client has none. */
    private const DEFAULT_CURRENCY = 1;

    /**
     * @param list<int> $choices
     * @return array<int, array{price: string, setup: string}> none for a choice that has no price
     */
    public static function of(array $choices, int $clientId, string $cycle): array
    {
        if ($cycle === self::FREE) {
            return array_fill_keys($choices, ['price' => '0', 'setup' => '0']);
        }
        if (!isset(self::CYCLES[$cycle])) {
            return [];
        }
        [$price, $setup] = self::CYCLES[$cycle];
        $currency = (int) Capsule::table('tblclients')->where('id', $clientId)->value('currency');
        $rows = Capsule::table('tblpricing')
            ->where(['type' => 'configoptions', 'currency' => $currency ?: self::DEFAULT_CURRENCY])
            ->whereIn('relid', $choices)
            ->get(['relid', $price, $setup]);
        $prices = [];
        foreach ($rows as $row) {
            $prices[(int) $row->relid] = ['price' => (string) $row->{$price}, 'setup' => (string) $row->{$setup}];
        }

        return $prices;
    }
}
