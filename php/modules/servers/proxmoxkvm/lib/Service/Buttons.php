<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderIdentity;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/**
 * The additional commands that WHMCS lets people call: label => end of the function's name.
 */
final class Buttons
{
    /**
     * On the admin's service page. `*` works on a running VM, `**` needs a stopped one, `->` takes part
     * in creation and points to the next button.
     */
    public const ADMIN = [
        'Start' => 'Start',
        'Stop' => 'Stop',
        '**Reinstall' => 'Reinstall',
        'VMSetDedicatedIp ->' => 'VMSetDedicatedIp',
        'VMClone ->' => 'VMClone',
        '**Set CPU RAM ->' => 'SetCpuRam',
        '*Set System Disk Size ->' => 'SetSystemDiskSize',
        '*Set System Disk Bandwidth ->' => 'SetSystemDiskBandwidth',
        '*Set Created Additional Disk ->' => 'SetCreatedAdditionalDisk',
        '*Set Additional Disk Size ->' => 'SetAdditionalDiskSize',
        '*Set Additional Disk Bandwidth ->' => 'SetAdditionalDiskBandwidth',
        '*Set Network ->' => 'SetNetwork',
        '*Set Firewall ->' => 'SetFirewall',
        '**SetCloudinit' => 'SetCloudinit',
        '**VMRemove' => 'VMRemove',
        'Set DNS records' => 'SetDnsRecords',
    ];

    /** The only one where WHMCS names another order than the one that the VM was made for. */
    private const OWNER = ['Confirm owner' => 'ConfirmOwner'];

    /**
     * What a client may call. Not WHMCS's "custom buttons" for clients: themes turn those into links, and
     * a link must not switch a machine off. The module's page has buttons of its own.
     */
    public const CLIENT = [
        'Status' => 'ClientStatus',
        'Usage' => 'ClientUsage',
        'Start' => 'ClientStart',
        'Stop' => 'ClientStop',
        'Reboot' => 'ClientReboot',
        'Reverse name' => 'ClientReverseName',
        'Password' => 'ClientPassword',
    ];

    /**
     * The admin's buttons of one service: those that its local status does not refuse. This runs on every page load, so
     * nobody asks Proxmox VE; pressing a button looks anyway.
     *
     * @param array<string, mixed> $params
     * @return array<string, string>
     */
    public static function forAdmin(array $params): array
    {
        $offered = self::ADMIN;
        try {
            $service = (new Params($params))->serviceId();
            $asked = ['service' => $service] + OrderIdentity::part($service);
            $shown = $service > 0 ? Native::call('show', $asked) : [];
            foreach ($shown['buttons'] ?? [] as $button) {
                if (($button['allowed'] ?? true) === false) {
                    unset($offered[$button['label'] ?? '']);
                }
            }
        } catch (Throwable $error) {
            if ($error instanceof CoreError && $error->reason === 'other_order') {
                return self::OWNER;
            }
            // Without an answer every button stays: it says itself why it does not work.
            return self::ADMIN;
        }

        return $offered;
    }
}
