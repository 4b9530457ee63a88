<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU tuumad',
    'ordered_os_template' => 'Operatsioonisüsteem',
    'ordered_ram' => 'Mälu',
    'ordered_system_disk' => 'Ketas',
    'ordered_additional_disk' => 'Lisaketas',
    'ordered_network_rate' => 'Võrk',
    'ordered_traffic_gb' => 'Andmemaht kuus',
    'ordered_system_disk_read_bandwidth' => 'Ketas: lugemine',
    'ordered_system_disk_write_bandwidth' => 'Ketas: kirjutamine',
    'ordered_system_disk_read_iops' => 'Ketas: lugemisi sekundis',
    'ordered_system_disk_write_iops' => 'Ketas: kirjutamisi sekundis',
    'ordered_additional_disk_read_bandwidth' => 'Lisaketas: lugemine',
    'ordered_additional_disk_write_bandwidth' => 'Lisaketas: kirjutamine',
    'ordered_additional_disk_read_iops' => 'Lisaketas: lugemisi sekundis',
    'ordered_additional_disk_write_iops' => 'Lisaketas: kirjutamisi sekundis',
    'ordered_ipv4_addresses' => 'IPv4-aadressid',
    'ordered_ipv6_addresses' => 'IPv6-aadressid',
    'ordered_snapshots' => 'Hetktõmmised',
    'ordered_backups' => 'Varukoopiad',
    'ordered_application' => 'Rakendus',
    'ordered_none' => 'puudub',
    'ordered_unlimited' => 'piiramata',

    // The page of a product in the shop.
    'order_saved_keys' => 'Teie salvestatud SSH-võtmed',

    // What is billed by use.
    'metric_traffic_in' => 'Vastu võetud andmemaht (kuu)',
    'metric_traffic_out' => 'Saadetud andmemaht (kuu)',
    'metric_disk' => 'Ketas',
    'metric_memory' => 'Mälu',
];
