<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Processorkärnor',
    'ordered_os_template' => 'Operativsystem',
    'ordered_ram' => 'Minne',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Extra disk',
    'ordered_network_rate' => 'Nätverk',
    'ordered_traffic_gb' => 'Trafik per månad',
    'ordered_system_disk_read_bandwidth' => 'Disk: läsning',
    'ordered_system_disk_write_bandwidth' => 'Disk: skrivning',
    'ordered_system_disk_read_iops' => 'Disk: läsningar per sekund',
    'ordered_system_disk_write_iops' => 'Disk: skrivningar per sekund',
    'ordered_additional_disk_read_bandwidth' => 'Extra disk: läsning',
    'ordered_additional_disk_write_bandwidth' => 'Extra disk: skrivning',
    'ordered_additional_disk_read_iops' => 'Extra disk: läsningar per sekund',
    'ordered_additional_disk_write_iops' => 'Extra disk: skrivningar per sekund',
    'ordered_ipv4_addresses' => 'IPv4-adresser',
    'ordered_ipv6_addresses' => 'IPv6-adresser',
    'ordered_snapshots' => 'Ögonblicksbilder',
    'ordered_backups' => 'Säkerhetskopior',
    'ordered_application' => 'Applikation',
    'ordered_none' => 'ingen',
    'ordered_unlimited' => 'obegränsat',

    // The page of a product in the shop.
    'order_saved_keys' => 'Dina sparade SSH-nycklar',

    // What is billed by use.
    'metric_traffic_in' => 'Mottagen trafik (månad)',
    'metric_traffic_out' => 'Skickad trafik (månad)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Minne',
];
