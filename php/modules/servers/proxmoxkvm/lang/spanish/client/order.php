<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Núcleos de CPU',
    'ordered_os_template' => 'Sistema operativo',
    'ordered_ram' => 'Memoria',
    'ordered_system_disk' => 'Disco',
    'ordered_additional_disk' => 'Disco adicional',
    'ordered_network_rate' => 'Red',
    'ordered_traffic_gb' => 'Tráfico al mes',
    'ordered_system_disk_read_bandwidth' => 'Disco: lectura',
    'ordered_system_disk_write_bandwidth' => 'Disco: escritura',
    'ordered_system_disk_read_iops' => 'Disco: lecturas por segundo',
    'ordered_system_disk_write_iops' => 'Disco: escrituras por segundo',
    'ordered_additional_disk_read_bandwidth' => 'Disco adicional: lectura',
    'ordered_additional_disk_write_bandwidth' => 'Disco adicional: escritura',
    'ordered_additional_disk_read_iops' => 'Disco adicional: lecturas por segundo',
    'ordered_additional_disk_write_iops' => 'Disco adicional: escrituras por segundo',
    'ordered_ipv4_addresses' => 'Direcciones IPv4',
    'ordered_ipv6_addresses' => 'Direcciones IPv6',
    'ordered_snapshots' => 'Instantáneas',
    'ordered_backups' => 'Copias de seguridad',
    'ordered_application' => 'Aplicación',
    'ordered_none' => 'ninguno',
    'ordered_unlimited' => 'sin límite',

    // The page of a product in the shop.
    'order_saved_keys' => 'Sus claves SSH guardadas',

    // What is billed by use.
    'metric_traffic_in' => 'Tráfico recibido (mes)',
    'metric_traffic_out' => 'Tráfico enviado (mes)',
    'metric_disk' => 'Disco',
    'metric_memory' => 'Memoria',
];
