<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'Cœurs de processeur',
    'ordered_os_template' => 'Système d’exploitation',
    'ordered_ram' => 'Mémoire',
    'ordered_system_disk' => 'Disque',
    'ordered_additional_disk' => 'Disque supplémentaire',
    'ordered_network_rate' => 'Réseau',
    'ordered_traffic_gb' => 'Trafic par mois',
    'ordered_system_disk_read_bandwidth' => 'Disque : lecture',
    'ordered_system_disk_write_bandwidth' => 'Disque : écriture',
    'ordered_system_disk_read_iops' => 'Disque : lectures par seconde',
    'ordered_system_disk_write_iops' => 'Disque : écritures par seconde',
    'ordered_additional_disk_read_bandwidth' => 'Disque supplémentaire : lecture',
    'ordered_additional_disk_write_bandwidth' => 'Disque supplémentaire : écriture',
    'ordered_additional_disk_read_iops' => 'Disque supplémentaire : lectures par seconde',
    'ordered_additional_disk_write_iops' => 'Disque supplémentaire : écritures par seconde',
    'ordered_ipv4_addresses' => 'Adresses IPv4',
    'ordered_ipv6_addresses' => 'Adresses IPv6',
    'ordered_snapshots' => 'Instantanés',
    'ordered_backups' => 'Sauvegardes',
    'ordered_application' => 'Application',
    'ordered_none' => 'aucun',
    'ordered_unlimited' => 'illimité',

    // The page of a product in the shop.
    'order_saved_keys' => 'Vos clés SSH enregistrées',

    // What is billed by use.
    'metric_traffic_in' => 'Trafic reçu (mois)',
    'metric_traffic_out' => 'Trafic envoyé (mois)',
    'metric_disk' => 'Disque',
    'metric_memory' => 'Mémoire',
];
