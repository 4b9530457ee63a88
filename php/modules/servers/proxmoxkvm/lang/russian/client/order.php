<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Ядра процессора',
    'ordered_os_template' => 'Операционная система',
    'ordered_ram' => 'Память',
    'ordered_system_disk' => 'Диск',
    'ordered_additional_disk' => 'Дополнительный диск',
    'ordered_network_rate' => 'Сеть',
    'ordered_traffic_gb' => 'Трафик в месяц',
    'ordered_system_disk_read_bandwidth' => 'Диск: чтение',
    'ordered_system_disk_write_bandwidth' => 'Диск: запись',
    'ordered_system_disk_read_iops' => 'Диск: операций чтения в секунду',
    'ordered_system_disk_write_iops' => 'Диск: операций записи в секунду',
    'ordered_additional_disk_read_bandwidth' => 'Дополнительный диск: чтение',
    'ordered_additional_disk_write_bandwidth' => 'Дополнительный диск: запись',
    'ordered_additional_disk_read_iops' => 'Дополнительный диск: операций чтения в секунду',
    'ordered_additional_disk_write_iops' => 'Дополнительный диск: операций записи в секунду',
    'ordered_ipv4_addresses' => 'Адреса IPv4',
    'ordered_ipv6_addresses' => 'Адреса IPv6',
    'ordered_snapshots' => 'Снимки',
    'ordered_backups' => 'Резервные копии',
    'ordered_application' => 'Приложение',
    'ordered_none' => 'нет',
    'ordered_unlimited' => 'без ограничений',

    // The page of a product in the shop.
    'order_saved_keys' => 'Ваши сохранённые SSH-ключи',

    // What is billed by use.
    'metric_traffic_in' => 'Полученный трафик (месяц)',
    'metric_traffic_out' => 'Отправленный трафик (месяц)',
    'metric_disk' => 'Диск',
    'metric_memory' => 'Память',
];
