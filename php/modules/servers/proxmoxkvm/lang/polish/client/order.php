<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Rdzenie procesora',
    'ordered_os_template' => 'System operacyjny',
    'ordered_ram' => 'Pamięć',
    'ordered_system_disk' => 'Dysk',
    'ordered_additional_disk' => 'Dodatkowy dysk',
    'ordered_network_rate' => 'Sieć',
    'ordered_traffic_gb' => 'Transfer miesięczny',
    'ordered_system_disk_read_bandwidth' => 'Dysk: odczyt',
    'ordered_system_disk_write_bandwidth' => 'Dysk: zapis',
    'ordered_system_disk_read_iops' => 'Dysk: odczyty na sekundę',
    'ordered_system_disk_write_iops' => 'Dysk: zapisy na sekundę',
    'ordered_additional_disk_read_bandwidth' => 'Dodatkowy dysk: odczyt',
    'ordered_additional_disk_write_bandwidth' => 'Dodatkowy dysk: zapis',
    'ordered_additional_disk_read_iops' => 'Dodatkowy dysk: odczyty na sekundę',
    'ordered_additional_disk_write_iops' => 'Dodatkowy dysk: zapisy na sekundę',
    'ordered_ipv4_addresses' => 'Adresy IPv4',
    'ordered_ipv6_addresses' => 'Adresy IPv6',
    'ordered_snapshots' => 'Migawki',
    'ordered_backups' => 'Kopie zapasowe',
    'ordered_application' => 'Aplikacja',
    'ordered_none' => 'brak',
    'ordered_unlimited' => 'bez limitu',

    // The page of a product in the shop.
    'order_saved_keys' => 'Twoje zapisane klucze SSH',

    // What is billed by use.
    'metric_traffic_in' => 'Ruch odebrany (miesiąc)',
    'metric_traffic_out' => 'Ruch wysłany (miesiąc)',
    'metric_disk' => 'Dysk',
    'metric_memory' => 'Pamięć',
];
