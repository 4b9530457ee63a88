<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'أنوية المعالج',
    'ordered_os_template' => 'نظام التشغيل',
    'ordered_ram' => 'الذاكرة',
    'ordered_system_disk' => 'القرص',
    'ordered_additional_disk' => 'القرص الإضافي',
    'ordered_network_rate' => 'الشبكة',
    'ordered_traffic_gb' => 'حركة البيانات شهريًا',
    'ordered_system_disk_read_bandwidth' => 'القرص: القراءة',
    'ordered_system_disk_write_bandwidth' => 'القرص: الكتابة',
    'ordered_system_disk_read_iops' => 'القرص: عمليات القراءة في الثانية',
    'ordered_system_disk_write_iops' => 'القرص: عمليات الكتابة في الثانية',
    'ordered_additional_disk_read_bandwidth' => 'القرص الإضافي: القراءة',
    'ordered_additional_disk_write_bandwidth' => 'القرص الإضافي: الكتابة',
    'ordered_additional_disk_read_iops' => 'القرص الإضافي: عمليات القراءة في الثانية',
    'ordered_additional_disk_write_iops' => 'القرص الإضافي: عمليات الكتابة في الثانية',
    'ordered_ipv4_addresses' => 'عناوين IPv4',
    'ordered_ipv6_addresses' => 'عناوين IPv6',
    'ordered_snapshots' => 'اللقطات',
    'ordered_backups' => 'النسخ الاحتياطية',
    'ordered_application' => 'التطبيق',
    'ordered_none' => 'لا يوجد',
    'ordered_unlimited' => 'غير محدود',

    // The page of a product in the shop.
    'order_saved_keys' => 'مفاتيح SSH المحفوظة لديك',

    // What is billed by use.
    'metric_traffic_in' => 'البيانات المستلَمة (شهريًا)',
    'metric_traffic_out' => 'البيانات المرسَلة (شهريًا)',
    'metric_disk' => 'القرص',
    'metric_memory' => 'الذاكرة',
];
