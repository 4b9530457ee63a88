<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU-kernen',
    'ordered_os_template' => 'Besturingssysteem',
    'ordered_ram' => 'Geheugen',
    'ordered_system_disk' => 'Schijf',
    'ordered_additional_disk' => 'Extra schijf',
    'ordered_network_rate' => 'Netwerk',
    'ordered_traffic_gb' => 'Dataverkeer per maand',
    'ordered_system_disk_read_bandwidth' => 'Schijf: lezen',
    'ordered_system_disk_write_bandwidth' => 'Schijf: schrijven',
    'ordered_system_disk_read_iops' => 'Schijf: leesbewerkingen per seconde',
    'ordered_system_disk_write_iops' => 'Schijf: schrijfbewerkingen per seconde',
    'ordered_additional_disk_read_bandwidth' => 'Extra schijf: lezen',
    'ordered_additional_disk_write_bandwidth' => 'Extra schijf: schrijven',
    'ordered_additional_disk_read_iops' => 'Extra schijf: leesbewerkingen per seconde',
    'ordered_additional_disk_write_iops' => 'Extra schijf: schrijfbewerkingen per seconde',
    'ordered_ipv4_addresses' => 'IPv4-adressen',
    'ordered_ipv6_addresses' => 'IPv6-adressen',
    'ordered_snapshots' => 'Snapshots',
    'ordered_backups' => 'Back-ups',
    'ordered_application' => 'Toepassing',
    'ordered_none' => 'geen',
    'ordered_unlimited' => 'onbeperkt',

    // The page of a product in the shop.
    'order_saved_keys' => 'Uw opgeslagen SSH-sleutels',

    // What is billed by use.
    'metric_traffic_in' => 'Ontvangen dataverkeer (maand)',
    'metric_traffic_out' => 'Verzonden dataverkeer (maand)',
    'metric_disk' => 'Schijf',
    'metric_memory' => 'Geheugen',
];
