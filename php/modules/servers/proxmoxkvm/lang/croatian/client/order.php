<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU jezgre',
    'ordered_os_template' => 'Operacijski sustav',
    'ordered_ram' => 'Memorija',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Dodatni disk',
    'ordered_network_rate' => 'Mreža',
    'ordered_traffic_gb' => 'Mjesečni promet',
    'ordered_system_disk_read_bandwidth' => 'Disk: čitanje',
    'ordered_system_disk_write_bandwidth' => 'Disk: pisanje',
    'ordered_system_disk_read_iops' => 'Disk: čitanja u sekundi',
    'ordered_system_disk_write_iops' => 'Disk: pisanja u sekundi',
    'ordered_additional_disk_read_bandwidth' => 'Dodatni disk: čitanje',
    'ordered_additional_disk_write_bandwidth' => 'Dodatni disk: pisanje',
    'ordered_additional_disk_read_iops' => 'Dodatni disk: čitanja u sekundi',
    'ordered_additional_disk_write_iops' => 'Dodatni disk: pisanja u sekundi',
    'ordered_ipv4_addresses' => 'IPv4 adrese',
    'ordered_ipv6_addresses' => 'IPv6 adrese',
    'ordered_snapshots' => 'Snimke stanja',
    'ordered_backups' => 'Sigurnosne kopije',
    'ordered_application' => 'Aplikacija',
    'ordered_none' => 'nema',
    'ordered_unlimited' => 'neograničeno',

    // The page of a product in the shop.
    'order_saved_keys' => 'Vaši spremljeni SSH ključevi',

    // What is billed by use.
    'metric_traffic_in' => 'Primljeni promet (mjesec)',
    'metric_traffic_out' => 'Poslani promet (mjesec)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Memorija',
];
