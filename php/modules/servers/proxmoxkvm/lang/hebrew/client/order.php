<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'ליבות CPU',
    'ordered_os_template' => 'מערכת הפעלה',
    'ordered_ram' => 'זיכרון',
    'ordered_system_disk' => 'דיסק',
    'ordered_additional_disk' => 'דיסק נוסף',
    'ordered_network_rate' => 'רשת',
    'ordered_traffic_gb' => 'תעבורה בחודש',
    'ordered_system_disk_read_bandwidth' => 'דיסק: קריאה',
    'ordered_system_disk_write_bandwidth' => 'דיסק: כתיבה',
    'ordered_system_disk_read_iops' => 'דיסק: קריאות בשנייה',
    'ordered_system_disk_write_iops' => 'דיסק: כתיבות בשנייה',
    'ordered_additional_disk_read_bandwidth' => 'דיסק נוסף: קריאה',
    'ordered_additional_disk_write_bandwidth' => 'דיסק נוסף: כתיבה',
    'ordered_additional_disk_read_iops' => 'דיסק נוסף: קריאות בשנייה',
    'ordered_additional_disk_write_iops' => 'דיסק נוסף: כתיבות בשנייה',
    'ordered_ipv4_addresses' => 'כתובות IPv4',
    'ordered_ipv6_addresses' => 'כתובות IPv6',
    'ordered_snapshots' => 'תמונות מצב',
    'ordered_backups' => 'גיבויים',
    'ordered_application' => 'יישום',
    'ordered_none' => 'ללא',
    'ordered_unlimited' => 'ללא הגבלה',

    // The page of a product in the shop.
    'order_saved_keys' => 'מפתחות ה־SSH השמורים שלך',

    // What is billed by use.
    'metric_traffic_in' => 'תעבורה שהתקבלה (חודש)',
    'metric_traffic_out' => 'תעבורה שנשלחה (חודש)',
    'metric_disk' => 'דיסק',
    'metric_memory' => 'זיכרון',
];
