<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU-Kerne',
    'ordered_os_template' => 'Betriebssystem',
    'ordered_ram' => 'Arbeitsspeicher',
    'ordered_system_disk' => 'Festplatte',
    'ordered_additional_disk' => 'Zusatzplatte',
    'ordered_network_rate' => 'Netzwerk',
    'ordered_traffic_gb' => 'Datenvolumen im Monat',
    'ordered_system_disk_read_bandwidth' => 'Festplatte: Lesen',
    'ordered_system_disk_write_bandwidth' => 'Festplatte: Schreiben',
    'ordered_system_disk_read_iops' => 'Festplatte: Lesezugriffe je Sekunde',
    'ordered_system_disk_write_iops' => 'Festplatte: Schreibzugriffe je Sekunde',
    'ordered_additional_disk_read_bandwidth' => 'Zusatzplatte: Lesen',
    'ordered_additional_disk_write_bandwidth' => 'Zusatzplatte: Schreiben',
    'ordered_additional_disk_read_iops' => 'Zusatzplatte: Lesezugriffe je Sekunde',
    'ordered_additional_disk_write_iops' => 'Zusatzplatte: Schreibzugriffe je Sekunde',
    'ordered_ipv4_addresses' => 'IPv4-Adressen',
    'ordered_ipv6_addresses' => 'IPv6-Adressen',
    'ordered_snapshots' => 'Snapshots',
    'ordered_backups' => 'Backups',
    'ordered_application' => 'Anwendung',
    'ordered_none' => 'keine',
    'ordered_unlimited' => 'nicht begrenzt',

    // The page of a product in the shop.
    'order_saved_keys' => 'Ihre gespeicherten SSH-Schlüssel',

    // What is billed by use.
    'metric_traffic_in' => 'Empfangener Datenverkehr (Monat)',
    'metric_traffic_out' => 'Gesendeter Datenverkehr (Monat)',
    'metric_disk' => 'Plattenplatz',
    'metric_memory' => 'Arbeitsspeicher',
];
