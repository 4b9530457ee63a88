<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Јадра на процесорот',
    'ordered_os_template' => 'Оперативен систем',
    'ordered_ram' => 'Меморија',
    'ordered_system_disk' => 'Диск',
    'ordered_additional_disk' => 'Дополнителен диск',
    'ordered_network_rate' => 'Мрежа',
    'ordered_traffic_gb' => 'Сообраќај месечно',
    'ordered_system_disk_read_bandwidth' => 'Диск: читање',
    'ordered_system_disk_write_bandwidth' => 'Диск: запишување',
    'ordered_system_disk_read_iops' => 'Диск: читања во секунда',
    'ordered_system_disk_write_iops' => 'Диск: запишувања во секунда',
    'ordered_additional_disk_read_bandwidth' => 'Дополнителен диск: читање',
    'ordered_additional_disk_write_bandwidth' => 'Дополнителен диск: запишување',
    'ordered_additional_disk_read_iops' => 'Дополнителен диск: читања во секунда',
    'ordered_additional_disk_write_iops' => 'Дополнителен диск: запишувања во секунда',
    'ordered_ipv4_addresses' => 'IPv4-адреси',
    'ordered_ipv6_addresses' => 'IPv6-адреси',
    'ordered_snapshots' => 'Снимки на состојба',
    'ordered_backups' => 'Резервни копии',
    'ordered_application' => 'Апликација',
    'ordered_none' => 'нема',
    'ordered_unlimited' => 'неограничено',

    // The page of a product in the shop.
    'order_saved_keys' => 'Вашите зачувани SSH-клучеви',

    // What is billed by use.
    'metric_traffic_in' => 'Примен сообраќај (месец)',
    'metric_traffic_out' => 'Испратен сообраќај (месец)',
    'metric_disk' => 'Диск',
    'metric_memory' => 'Меморија',
];
