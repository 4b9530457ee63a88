<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU çekirdekleri',
    'ordered_os_template' => 'İşletim sistemi',
    'ordered_ram' => 'Bellek',
    'ordered_system_disk' => 'Disk',
    'ordered_additional_disk' => 'Ek disk',
    'ordered_network_rate' => 'Ağ',
    'ordered_traffic_gb' => 'Aylık trafik',
    'ordered_system_disk_read_bandwidth' => 'Disk: okuma',
    'ordered_system_disk_write_bandwidth' => 'Disk: yazma',
    'ordered_system_disk_read_iops' => 'Disk: saniyedeki okuma sayısı',
    'ordered_system_disk_write_iops' => 'Disk: saniyedeki yazma sayısı',
    'ordered_additional_disk_read_bandwidth' => 'Ek disk: okuma',
    'ordered_additional_disk_write_bandwidth' => 'Ek disk: yazma',
    'ordered_additional_disk_read_iops' => 'Ek disk: saniyedeki okuma sayısı',
    'ordered_additional_disk_write_iops' => 'Ek disk: saniyedeki yazma sayısı',
    'ordered_ipv4_addresses' => 'IPv4 adresleri',
    'ordered_ipv6_addresses' => 'IPv6 adresleri',
    'ordered_snapshots' => 'Anlık görüntüler',
    'ordered_backups' => 'Yedekler',
    'ordered_application' => 'Uygulama',
    'ordered_none' => 'yok',
    'ordered_unlimited' => 'sınırsız',

    // The page of a product in the shop.
    'order_saved_keys' => 'Kayıtlı SSH anahtarlarınız',

    // What is billed by use.
    'metric_traffic_in' => 'Alınan trafik (ay)',
    'metric_traffic_out' => 'Gönderilen trafik (ay)',
    'metric_disk' => 'Disk',
    'metric_memory' => 'Bellek',
];
