<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU nüvələri',
    'ordered_os_template' => 'Əməliyyat sistemi',
    'ordered_ram' => 'Yaddaş',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Əlavə disk',
    'ordered_network_rate' => 'Şəbəkə',
    'ordered_traffic_gb' => 'Aylıq trafik',
    'ordered_system_disk_read_bandwidth' => 'Disk: oxuma',
    'ordered_system_disk_write_bandwidth' => 'Disk: yazma',
    'ordered_system_disk_read_iops' => 'Disk: saniyədə oxuma',
    'ordered_system_disk_write_iops' => 'Disk: saniyədə yazma',
    'ordered_additional_disk_read_bandwidth' => 'Əlavə disk: oxuma',
    'ordered_additional_disk_write_bandwidth' => 'Əlavə disk: yazma',
    'ordered_additional_disk_read_iops' => 'Əlavə disk: saniyədə oxuma',
    'ordered_additional_disk_write_iops' => 'Əlavə disk: saniyədə yazma',
    'ordered_ipv4_addresses' => 'IPv4 ünvanları',
    'ordered_ipv6_addresses' => 'IPv6 ünvanları',
    'ordered_snapshots' => 'Snapşotlar',
    'ordered_backups' => 'Ehtiyat nüsxələr',
    'ordered_application' => 'Tətbiq',
    'ordered_none' => 'yoxdur',
    'ordered_unlimited' => 'məhdudiyyətsiz',

    // The page of a product in the shop.
    'order_saved_keys' => 'Yadda saxlanmış SSH açarlarınız',

    // What is billed by use.
    'metric_traffic_in' => 'Qəbul edilən trafik (ay)',
    'metric_traffic_out' => 'Göndərilən trafik (ay)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Yaddaş',
];
