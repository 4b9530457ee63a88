<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The operating systems that WHMCS sells with a service: the choices of its configurable option, with their prices. */
final class SystemOffers
{
    /** @return list<array<string, mixed>> in the order of the shop; the core decides which of them can be had */
    public static function of(int $id): array
    {
        $service = Capsule::table('tblhosting')->where('id', $id)->first(['packageid', 'userid', 'billingcycle']);
        if ($service === null) {
            return [];
        }
        $option = OptionChoices::option((int) $service->packageid, 'os_template');
        if ($option === null) {
            return [];
        }
        $isHidden = (bool) Capsule::table('tblproductconfigoptions')->where('id', $option)->value('hidden');
        $had = SystemChoice::of($id, $option);
        $choices = Capsule::table('tblproductconfigoptionssub')
            ->where('configid', $option)
            ->orderBy('sortorder')
            ->orderBy('id')
            ->get(['id', 'optionname', 'hidden']);
        $ids = array_map('intval', $choices->pluck('id')->all());
        $prices = SystemPrices::of($ids, (int) $service->userid, (string) $service->billingcycle);
        $offers = [];
        foreach ($choices as $choice) {
            $parts = explode('|', Text::plain((string) $choice->optionname), 2);
            $offers[] = [
                'option' => $option,
                'choice' => (int) $choice->id,
                'value' => trim($parts[0]),
                'label' => trim($parts[1] ?? $parts[0]),
                'hidden' => $isHidden || (bool) $choice->hidden,
                'had' => (int) $choice->id === $had,
            ] + ($prices[(int) $choice->id] ?? []);
        }

        return $offers;
    }
}
