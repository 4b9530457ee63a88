<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Núcleos de CPU',
    'ordered_os_template' => 'Sistema operativo',
    'ordered_ram' => 'Memória',
    'ordered_system_disk' => 'Disco',
    'ordered_additional_disk' => 'Disco adicional',
    'ordered_network_rate' => 'Rede',
    'ordered_traffic_gb' => 'Tráfego por mês',
    'ordered_system_disk_read_bandwidth' => 'Disco: leitura',
    'ordered_system_disk_write_bandwidth' => 'Disco: escrita',
    'ordered_system_disk_read_iops' => 'Disco: leituras por segundo',
    'ordered_system_disk_write_iops' => 'Disco: escritas por segundo',
    'ordered_additional_disk_read_bandwidth' => 'Disco adicional: leitura',
    'ordered_additional_disk_write_bandwidth' => 'Disco adicional: escrita',
    'ordered_additional_disk_read_iops' => 'Disco adicional: leituras por segundo',
    'ordered_additional_disk_write_iops' => 'Disco adicional: escritas por segundo',
    'ordered_ipv4_addresses' => 'Endereços IPv4',
    'ordered_ipv6_addresses' => 'Endereços IPv6',
    'ordered_snapshots' => 'Snapshots',
    'ordered_backups' => 'Cópias de segurança',
    'ordered_application' => 'Aplicação',
    'ordered_none' => 'nenhum',
    'ordered_unlimited' => 'sem limite',

    // The page of a product in the shop.
    'order_saved_keys' => 'As suas chaves SSH guardadas',

    // What is billed by use.
    'metric_traffic_in' => 'Tráfego recebido (mês)',
    'metric_traffic_out' => 'Tráfego enviado (mês)',
    'metric_disk' => 'Disco',
    'metric_memory' => 'Memória',
];
