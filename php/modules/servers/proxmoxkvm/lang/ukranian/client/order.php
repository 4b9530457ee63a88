<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Ядра процесора',
    'ordered_os_template' => 'Операційна система',
    'ordered_ram' => 'Пам’ять',
    'ordered_system_disk' => 'Диск',
    'ordered_additional_disk' => 'Додатковий диск',
    'ordered_network_rate' => 'Мережа',
    'ordered_traffic_gb' => 'Трафік на місяць',
    'ordered_system_disk_read_bandwidth' => 'Диск: читання',
    'ordered_system_disk_write_bandwidth' => 'Диск: запис',
    'ordered_system_disk_read_iops' => 'Диск: операцій читання за секунду',
    'ordered_system_disk_write_iops' => 'Диск: операцій запису за секунду',
    'ordered_additional_disk_read_bandwidth' => 'Додатковий диск: читання',
    'ordered_additional_disk_write_bandwidth' => 'Додатковий диск: запис',
    'ordered_additional_disk_read_iops' => 'Додатковий диск: операцій читання за секунду',
    'ordered_additional_disk_write_iops' => 'Додатковий диск: операцій запису за секунду',
    'ordered_ipv4_addresses' => 'Адреси IPv4',
    'ordered_ipv6_addresses' => 'Адреси IPv6',
    'ordered_snapshots' => 'Знімки',
    'ordered_backups' => 'Резервні копії',
    'ordered_application' => 'Застосунок',
    'ordered_none' => 'немає',
    'ordered_unlimited' => 'без обмежень',

    // The page of a product in the shop.
    'order_saved_keys' => 'Ваші збережені SSH-ключі',

    // What is billed by use.
    'metric_traffic_in' => 'Отриманий трафік (місяць)',
    'metric_traffic_out' => 'Надісланий трафік (місяць)',
    'metric_disk' => 'Диск',
    'metric_memory' => 'Пам’ять',
];
