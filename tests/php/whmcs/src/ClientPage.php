<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** WHMCS's client area, as far as it shows the page of a service and calls a module's functions. */
final class ClientPage
{
    /** @param array<string, string> $post the form that the client sent */
    public static function custom(int $clientId, int $serviceId, string $suffix, string $method, array $post): string
    {
        self::login($clientId);
        [$_SERVER['REQUEST_METHOD'], $_POST] = [$method, $post];
        if (!self::owns($clientId, $serviceId)) {
            return 'Service not found';
        }
        $params = ParamsBuilder::service($serviceId);
        if (!in_array($suffix, self::allowed($params), true)) {
            return 'Function Not Allowed';
        }

        return ('proxmoxkvm_' . $suffix)($params);
    }

    /** The client's form for a new password. Unlike custom functions, WHMCS looks at its token itself. */
    public static function changePassword(int $clientId, int $serviceId, string $new, string $token): string
    {
        if (!hash_equals(\generate_token('plain'), $token)) {
            return 'Invalid token';
        }
        $isActive = Capsule::table('tblhosting')->where('id', $serviceId)->where('domainstatus', 'Active')->exists();

        return self::owns($clientId, $serviceId) && $isActive
            ? Dispatcher::changePassword($serviceId, $new)
            : 'Service not found';
    }

    /**
     * The module's part of the page.
     *
     * @param object $smarty of either version
     */
    public static function html(int $clientId, int $serviceId, object $smarty): string
    {
        self::login($clientId);
        if (!self::owns($clientId, $serviceId)) {
            return 'Service not found';
        }
        $page = \proxmoxkvm_ClientArea(ParamsBuilder::service($serviceId));
        $smarty->assign(['serviceid' => $serviceId, 'token' => \generate_token('plain')] + self::page($serviceId));
        $smarty->assign($page['templateVariables']);
        $module = STAND_IN_MODULES . '/servers/proxmoxkvm/';

        return $smarty->fetch('file:' . $module . $page['tabOverviewReplacementTemplate']);
    }

    /** @return array<string, mixed> what WHMCS tells the templates of this page, as its own overview uses it */
    private static function page(int $serviceId): array
    {
        $isActive = Capsule::table('tblhosting')->where('id', $serviceId)->value('domainstatus') === 'Active';

        return [
            'LANG' => [
                'recurringamount' => 'Recurring Amount', 'firstpaymentamount' => 'First Payment Amount',
                'orderbillingcycle' => 'Billing Cycle', 'clientareahostingnextduedate' => 'Next Due Date',
                'orderpaymentmethod' => 'Payment Method', 'clientareahostingregdate' => 'Registration Date',
                'orderpaymenttermonetime' => 'One Time', 'orderfree' => 'Free Account', 'quantity' => 'Quantity',
                'yes' => 'Yes', 'no' => 'No', 'upgrade' => 'Upgrade',
                'cancellationrequested' => 'Cancellation Requested',
                'clientareacancelrequestbutton' => 'Request Cancellation', 'domainnameservers' => 'Nameservers',
            ],
            'id' => $serviceId, 'regdate' => '29/11/2026', 'nextduedate' => '29/12/2026', 'billingcycle' => 'Monthly',
            'paymentmethod' => 'Credit Card', 'firstpaymentamount' => '&euro;12.00', 'recurringamount' => '&euro;9.00',
            'packagesupgrade' => $isActive, 'showcancelbutton' => $isActive, 'pendingcancellation' => false,
            'configurableoptions' => [
                ['optionname' => 'Backups', 'optiontype' => 3, 'selectedqty' => 1, 'selectedoption' => ''],
                ['optionname' => 'IPv4 Addresses', 'optiontype' => 4, 'selectedqty' => 2, 'selectedoption' => 'IP'],
            ],
            'customfields' => [['name' => 'Purchase order', 'value' => 'PO-7']],
            'metricStats' => [], 'hookOutput' => ['<p id="hook">From a hook</p>'],
            'quantitySupported' => false, 'quantity' => 1, 'ns1' => '', 'ns2' => '',
        ];
    }

    public static function login(int $clientId): void
    {
        $_SESSION['uid'] = $clientId;
    }

    /**
     * Buttons for clients and functions without one; either may be a list or `label => suffix`.
     *
     * @param array<string, mixed> $params
     * @return list<string>
     */
    private static function allowed(array $params): array
    {
        $allowed = [];
        foreach (['proxmoxkvm_ClientAreaCustomButtonArray', 'proxmoxkvm_ClientAreaAllowedFunctions'] as $function) {
            $allowed = [...$allowed, ...(function_exists($function) ? array_values($function($params)) : [])];
        }

        return $allowed;
    }

    private static function owns(int $clientId, int $serviceId): bool
    {
        return Capsule::table('tblhosting')->where('id', $serviceId)->where('userid', $clientId)->exists();
    }
}
