<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/**
 * The additional commands of the admin's service page: label => end of the function's name.
 *
 * `*` works on a running VM, `**` needs a stopped one, `->` takes part in creation and points to the
 * next button.
 */
final class Buttons
{
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
}
