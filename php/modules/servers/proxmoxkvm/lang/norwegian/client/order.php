<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU-kjerner',
    'ordered_os_template' => 'Operativsystem',
    'ordered_ram' => 'Minne',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Ekstra disk',
    'ordered_network_rate' => 'Nettverk',
    'ordered_traffic_gb' => 'Trafikk per måned',
    'ordered_system_disk_read_bandwidth' => 'Disk: lesing',
    'ordered_system_disk_write_bandwidth' => 'Disk: skriving',
    'ordered_system_disk_read_iops' => 'Disk: lesinger per sekund',
    'ordered_system_disk_write_iops' => 'Disk: skrivinger per sekund',
    'ordered_additional_disk_read_bandwidth' => 'Ekstra disk: lesing',
    'ordered_additional_disk_write_bandwidth' => 'Ekstra disk: skriving',
    'ordered_additional_disk_read_iops' => 'Ekstra disk: lesinger per sekund',
    'ordered_additional_disk_write_iops' => 'Ekstra disk: skrivinger per sekund',
    'ordered_ipv4_addresses' => 'IPv4-adresser',
    'ordered_ipv6_addresses' => 'IPv6-adresser',
    'ordered_snapshots' => 'Øyeblikksbilder',
    'ordered_backups' => 'Sikkerhetskopier',
    'ordered_application' => 'Applikasjon',
    'ordered_none' => 'ingen',
    'ordered_unlimited' => 'ubegrenset',

    // The page of a product in the shop.
    'order_saved_keys' => 'Dine lagrede SSH-nøkler',

    // What is billed by use.
    'metric_traffic_in' => 'Mottatt trafikk (måned)',
    'metric_traffic_out' => 'Sendt trafikk (måned)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Minne',
];
