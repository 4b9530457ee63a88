<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

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

    /**
     * What a client may call. Not WHMCS's "custom buttons" for clients: themes turn those into links, and
     * a link must not switch a machine off. The module's page has buttons of its own.
     */
    public const CLIENT = [
        'Status' => 'ClientStatus',
        'Start' => 'ClientStart',
        'Stop' => 'ClientStop',
        'Reboot' => 'ClientReboot',
    ];
}
