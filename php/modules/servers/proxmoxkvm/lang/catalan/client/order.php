<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Nuclis de CPU',
    'ordered_os_template' => 'Sistema operatiu',
    'ordered_ram' => 'Memòria',
    'ordered_system_disk' => 'Disc',
    'ordered_additional_disk' => 'Disc addicional',
    'ordered_network_rate' => 'Xarxa',
    'ordered_traffic_gb' => 'Trànsit al mes',
    'ordered_system_disk_read_bandwidth' => 'Disc: lectura',
    'ordered_system_disk_write_bandwidth' => 'Disc: escriptura',
    'ordered_system_disk_read_iops' => 'Disc: lectures per segon',
    'ordered_system_disk_write_iops' => 'Disc: escriptures per segon',
    'ordered_additional_disk_read_bandwidth' => 'Disc addicional: lectura',
    'ordered_additional_disk_write_bandwidth' => 'Disc addicional: escriptura',
    'ordered_additional_disk_read_iops' => 'Disc addicional: lectures per segon',
    'ordered_additional_disk_write_iops' => 'Disc addicional: escriptures per segon',
    'ordered_ipv4_addresses' => 'Adreces IPv4',
    'ordered_ipv6_addresses' => 'Adreces IPv6',
    'ordered_snapshots' => 'Instantànies',
    'ordered_backups' => 'Còpies de seguretat',
    'ordered_application' => 'Aplicació',
    'ordered_none' => 'cap',
    'ordered_unlimited' => 'sense límit',

    // The page of a product in the shop.
    'order_saved_keys' => 'Les vostres claus SSH desades',

    // What is billed by use.
    'metric_traffic_in' => 'Trànsit rebut (mes)',
    'metric_traffic_out' => 'Trànsit enviat (mes)',
    'metric_disk' => 'Disc',
    'metric_memory' => 'Memòria',
];
