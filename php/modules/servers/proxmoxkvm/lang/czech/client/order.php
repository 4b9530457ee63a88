<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Jádra procesoru',
    'ordered_os_template' => 'Operační systém',
    'ordered_ram' => 'Paměť',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Přídavný disk',
    'ordered_network_rate' => 'Síť',
    'ordered_traffic_gb' => 'Přenos za měsíc',
    'ordered_system_disk_read_bandwidth' => 'Disk: čtení',
    'ordered_system_disk_write_bandwidth' => 'Disk: zápis',
    'ordered_system_disk_read_iops' => 'Disk: čtení za sekundu',
    'ordered_system_disk_write_iops' => 'Disk: zápisy za sekundu',
    'ordered_additional_disk_read_bandwidth' => 'Přídavný disk: čtení',
    'ordered_additional_disk_write_bandwidth' => 'Přídavný disk: zápis',
    'ordered_additional_disk_read_iops' => 'Přídavný disk: počet čtení za sekundu',
    'ordered_additional_disk_write_iops' => 'Přídavný disk: počet zápisů za sekundu',
    'ordered_ipv4_addresses' => 'IPv4 adresy',
    'ordered_ipv6_addresses' => 'IPv6 adresy',
    'ordered_snapshots' => 'Snapshoty',
    'ordered_backups' => 'Zálohy',
    'ordered_application' => 'Aplikace',
    'ordered_none' => 'žádné',
    'ordered_unlimited' => 'bez omezení',

    // The page of a product in the shop.
    'order_saved_keys' => 'Vaše uložené klíče SSH',

    // What is billed by use.
    'metric_traffic_in' => 'Přijatá data (měsíc)',
    'metric_traffic_out' => 'Odeslaná data (měsíc)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Paměť',
];
