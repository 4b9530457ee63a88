<?php

declare(strict_types=1);

return [
    // What can be ordered.
    'ordered_cpu_cores' => 'CPU 核心',
    'ordered_os_template' => '操作系统',
    'ordered_ram' => '内存',
    'ordered_system_disk' => '磁盘',
    'ordered_additional_disk' => '附加磁盘',
    'ordered_network_rate' => '网络',
    'ordered_traffic_gb' => '每月流量',
    'ordered_system_disk_read_bandwidth' => '磁盘：读取',
    'ordered_system_disk_write_bandwidth' => '磁盘：写入',
    'ordered_system_disk_read_iops' => '磁盘：每秒读取次数',
    'ordered_system_disk_write_iops' => '磁盘：每秒写入次数',
    'ordered_additional_disk_read_bandwidth' => '附加磁盘：读取',
    'ordered_additional_disk_write_bandwidth' => '附加磁盘：写入',
    'ordered_additional_disk_read_iops' => '附加磁盘：每秒读取次数',
    'ordered_additional_disk_write_iops' => '附加磁盘：每秒写入次数',
    'ordered_ipv4_addresses' => 'IPv4 地址',
    'ordered_ipv6_addresses' => 'IPv6 地址',
    'ordered_snapshots' => '快照',
    'ordered_backups' => '备份',
    'ordered_application' => '应用',
    'ordered_none' => '无',
    'ordered_unlimited' => '不限',

    // The page of a product in the shop.
    'order_saved_keys' => '您已保存的 SSH 密钥',

    // What is billed by use.
    'metric_traffic_in' => '接收的流量（月）',
    'metric_traffic_out' => '发送的流量（月）',
    'metric_disk' => '磁盘',
    'metric_memory' => '内存',
];
