<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU-magok',
    'ordered_os_template' => 'Operációs rendszer',
    'ordered_ram' => 'Memória',
    'ordered_system_disk' => 'Lemez',
    'ordered_additional_disk' => 'További lemez',
    'ordered_network_rate' => 'Hálózat',
    'ordered_traffic_gb' => 'Havi adatforgalom',
    'ordered_system_disk_read_bandwidth' => 'Lemez: olvasás',
    'ordered_system_disk_write_bandwidth' => 'Lemez: írás',
    'ordered_system_disk_read_iops' => 'Lemez: olvasás másodpercenként',
    'ordered_system_disk_write_iops' => 'Lemez: írás másodpercenként',
    'ordered_additional_disk_read_bandwidth' => 'További lemez: olvasás',
    'ordered_additional_disk_write_bandwidth' => 'További lemez: írás',
    'ordered_additional_disk_read_iops' => 'További lemez: olvasás másodpercenként',
    'ordered_additional_disk_write_iops' => 'További lemez: írás másodpercenként',
    'ordered_ipv4_addresses' => 'IPv4-címek',
    'ordered_ipv6_addresses' => 'IPv6-címek',
    'ordered_snapshots' => 'Pillanatképek',
    'ordered_backups' => 'Biztonsági mentések',
    'ordered_application' => 'Alkalmazás',
    'ordered_none' => 'nincs',
    'ordered_unlimited' => 'korlátlan',

    // The page of a product in the shop.
    'order_saved_keys' => 'Az Ön mentett SSH-kulcsai',

    // What is billed by use.
    'metric_traffic_in' => 'Fogadott adatforgalom (hónap)',
    'metric_traffic_out' => 'Küldött adatforgalom (hónap)',
    'metric_disk' => 'Lemez',
    'metric_memory' => 'Memória',
];
