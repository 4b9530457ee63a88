<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Core CPU',
    'ordered_os_template' => 'Sistema operativo',
    'ordered_ram' => 'Memoria',
    'ordered_system_disk' => 'Disco',
    'ordered_additional_disk' => 'Disco aggiuntivo',
    'ordered_network_rate' => 'Rete',
    'ordered_traffic_gb' => 'Traffico al mese',
    'ordered_system_disk_read_bandwidth' => 'Disco: lettura',
    'ordered_system_disk_write_bandwidth' => 'Disco: scrittura',
    'ordered_system_disk_read_iops' => 'Disco: letture al secondo',
    'ordered_system_disk_write_iops' => 'Disco: scritture al secondo',
    'ordered_additional_disk_read_bandwidth' => 'Disco aggiuntivo: lettura',
    'ordered_additional_disk_write_bandwidth' => 'Disco aggiuntivo: scrittura',
    'ordered_additional_disk_read_iops' => 'Disco aggiuntivo: letture al secondo',
    'ordered_additional_disk_write_iops' => 'Disco aggiuntivo: scritture al secondo',
    'ordered_ipv4_addresses' => 'Indirizzi IPv4',
    'ordered_ipv6_addresses' => 'Indirizzi IPv6',
    'ordered_snapshots' => 'Snapshot',
    'ordered_backups' => 'Backup',
    'ordered_application' => 'Applicazione',
    'ordered_none' => 'nessuno',
    'ordered_unlimited' => 'illimitato',

    // The page of a product in the shop.
    'order_saved_keys' => 'Le Sue chiavi SSH salvate',

    // What is billed by use.
    'metric_traffic_in' => 'Traffico ricevuto (mese)',
    'metric_traffic_out' => 'Traffico inviato (mese)',
    'metric_disk' => 'Disco',
    'metric_memory' => 'Memoria',
];
