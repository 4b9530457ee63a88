<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Access;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Server\Proxmoxkvm\Core\LibraryInUse;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Installations;

/** What an admin has to know on whatever page: it stands above it. */
final class Notices
{
    public static function html(Request $request): string
    {
        return self::outdated() . self::address($request) . self::unknownRoles($request);
    }

    /** The library of an older upload is still in use. */
    private static function outdated(): string
    {
        try {
            $text = LibraryInUse::outdated();
        } catch (Throwable) {
            // The page says why there is no library.
            $text = '';
        }

        return $text === '' ? '' : Html::note('warning', Html::text($text));
    }

    /** WHMCS has another address: staff say here that it is no copy. */
    private static function address(Request $request): string
    {
        try {
            $text = Installations::addressSentence();
        } catch (Throwable) {
            // The page says what is wrong with the store.
            $text = '';
        }

        return $text === '' ? '' : Html::note('warning', Html::text($text) . Html::form(
            $request->link(DoctorPage::NAME),
            [],
            Html::button('address_moved', DoctorPage::MOVED)
        ));
    }

    private static function unknownRoles(Request $request): string
    {
        try {
            $names = implode(', ', Access::unknownRoles($request));
        } catch (Throwable) {
            // The page says what is wrong with the database.
            $names = '';
        }
        $values = ['setting' => Lang::text('addon_look_only'), 'names' => $names];

        return $names === '' ? '' : Html::note('warning', Html::lang('addon_unknown_roles', $values));
    }
}
