<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU-kerner',
    'ordered_os_template' => 'Operativsystem',
    'ordered_ram' => 'Hukommelse',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Ekstra disk',
    'ordered_network_rate' => 'Netværk',
    'ordered_traffic_gb' => 'Trafik pr. måned',
    'ordered_system_disk_read_bandwidth' => 'Disk: læsning',
    'ordered_system_disk_write_bandwidth' => 'Disk: skrivning',
    'ordered_system_disk_read_iops' => 'Disk: læsninger pr. sekund',
    'ordered_system_disk_write_iops' => 'Disk: skrivninger pr. sekund',
    'ordered_additional_disk_read_bandwidth' => 'Ekstra disk: læsning',
    'ordered_additional_disk_write_bandwidth' => 'Ekstra disk: skrivning',
    'ordered_additional_disk_read_iops' => 'Ekstra disk: læsninger pr. sekund',
    'ordered_additional_disk_write_iops' => 'Ekstra disk: skrivninger pr. sekund',
    'ordered_ipv4_addresses' => 'IPv4-adresser',
    'ordered_ipv6_addresses' => 'IPv6-adresser',
    'ordered_snapshots' => 'Snapshots',
    'ordered_backups' => 'Backupper',
    'ordered_application' => 'Applikation',
    'ordered_none' => 'ingen',
    'ordered_unlimited' => 'ubegrænset',

    // The page of a product in the shop.
    'order_saved_keys' => 'Dine gemte SSH-nøgler',

    // What is billed by use.
    'metric_traffic_in' => 'Modtaget trafik (måned)',
    'metric_traffic_out' => 'Sendt trafik (måned)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Hukommelse',
];
