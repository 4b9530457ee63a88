<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU cores',
    'ordered_os_template' => 'Operating system',
    'ordered_ram' => 'Memory',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Additional disk',
    'ordered_network_rate' => 'Network',
    'ordered_traffic_gb' => 'Traffic a month',
    'ordered_system_disk_read_bandwidth' => 'Disk: reading',
    'ordered_system_disk_write_bandwidth' => 'Disk: writing',
    'ordered_system_disk_read_iops' => 'Disk: reads per second',
    'ordered_system_disk_write_iops' => 'Disk: writes per second',
    'ordered_additional_disk_read_bandwidth' => 'Additional disk: reading',
    'ordered_additional_disk_write_bandwidth' => 'Additional disk: writing',
    'ordered_additional_disk_read_iops' => 'Additional disk: reads per second',
    'ordered_additional_disk_write_iops' => 'Additional disk: writes per second',
    'ordered_ipv4_addresses' => 'IPv4 addresses',
    'ordered_ipv6_addresses' => 'IPv6 addresses',
    'ordered_snapshots' => 'Snapshots',
    'ordered_backups' => 'Backups',
    'ordered_application' => 'Application',
    'ordered_none' => 'none',
    'ordered_unlimited' => 'not limited',

    // The page of a product in the shop.
    'order_saved_keys' => 'Your saved SSH keys',

    // What is billed by use.
    'metric_traffic_in' => 'Traffic received (month)',
    'metric_traffic_out' => 'Traffic sent (month)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Memory',
];
