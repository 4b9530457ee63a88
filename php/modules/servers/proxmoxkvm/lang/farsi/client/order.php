<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'هسته‌های CPU',
    'ordered_os_template' => 'سیستم‌عامل',
    'ordered_ram' => 'حافظه',
    'ordered_system_disk' => 'دیسک',
    'ordered_additional_disk' => 'دیسک اضافی',
    'ordered_network_rate' => 'شبکه',
    'ordered_traffic_gb' => 'ترافیک در ماه',
    'ordered_system_disk_read_bandwidth' => 'دیسک: خواندن',
    'ordered_system_disk_write_bandwidth' => 'دیسک: نوشتن',
    'ordered_system_disk_read_iops' => 'دیسک: خواندن در ثانیه',
    'ordered_system_disk_write_iops' => 'دیسک: نوشتن در ثانیه',
    'ordered_additional_disk_read_bandwidth' => 'دیسک اضافی: خواندن',
    'ordered_additional_disk_write_bandwidth' => 'دیسک اضافی: نوشتن',
    'ordered_additional_disk_read_iops' => 'دیسک اضافی: خواندن در ثانیه',
    'ordered_additional_disk_write_iops' => 'دیسک اضافی: نوشتن در ثانیه',
    'ordered_ipv4_addresses' => 'نشانی‌های IPv4',
    'ordered_ipv6_addresses' => 'نشانی‌های IPv6',
    'ordered_snapshots' => 'اسنپ‌شات‌ها',
    'ordered_backups' => 'پشتیبان‌ها',
    'ordered_application' => 'برنامه',
    'ordered_none' => 'هیچ',
    'ordered_unlimited' => 'نامحدود',

    // The page of a product in the shop.
    'order_saved_keys' => 'کلیدهای SSH ذخیره‌شدهٔ شما',

    // What is billed by use.
    'metric_traffic_in' => 'ترافیک دریافتی (ماه)',
    'metric_traffic_out' => 'ترافیک ارسالی (ماه)',
    'metric_disk' => 'دیسک',
    'metric_memory' => 'حافظه',
];
