<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Nuclee CPU',
    'ordered_os_template' => 'Sistem de operare',
    'ordered_ram' => 'Memorie',
    'ordered_system_disk' => 'Disc',
    'ordered_additional_disk' => 'Disc suplimentar',
    'ordered_network_rate' => 'Rețea',
    'ordered_traffic_gb' => 'Trafic lunar',
    'ordered_system_disk_read_bandwidth' => 'Disc: citire',
    'ordered_system_disk_write_bandwidth' => 'Disc: scriere',
    'ordered_system_disk_read_iops' => 'Disc: citiri pe secundă',
    'ordered_system_disk_write_iops' => 'Disc: scrieri pe secundă',
    'ordered_additional_disk_read_bandwidth' => 'Disc suplimentar: citire',
    'ordered_additional_disk_write_bandwidth' => 'Disc suplimentar: scriere',
    'ordered_additional_disk_read_iops' => 'Disc suplimentar: citiri pe secundă',
    'ordered_additional_disk_write_iops' => 'Disc suplimentar: scrieri pe secundă',
    'ordered_ipv4_addresses' => 'Adrese IPv4',
    'ordered_ipv6_addresses' => 'Adrese IPv6',
    'ordered_snapshots' => 'Snapshoturi',
    'ordered_backups' => 'Backupuri',
    'ordered_application' => 'Aplicație',
    'ordered_none' => 'fără',
    'ordered_unlimited' => 'nelimitat',

    // The page of a product in the shop.
    'order_saved_keys' => 'Cheile dvs. SSH salvate',

    // What is billed by use.
    'metric_traffic_in' => 'Trafic primit (lună)',
    'metric_traffic_out' => 'Trafic trimis (lună)',
    'metric_disk' => 'Disc',
    'metric_memory' => 'Memorie',
];
