<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => '您的虚拟机 {$service_domain} 已就绪',
    'mail_ready_body' => '<p>{$client_name}，您好：</p>'
        . '<p>您的虚拟机 {$service_domain} 已就绪。</p>'
        . '<p>地址：{if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>用户名：{$service_username}{if $proxmoxkvm_ssh}<br>连接：{$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}密码：{$proxmoxkvm_password}{else}您可以在客户中心内此服务的页面上找到其密码：请在那里点击“显示密码”。{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'other' => '它已启动，但 {n} 分钟后仍未响应：可能还需要一些时间。',
    ],
    'mail_reinstalled_subject' => '您的虚拟机 {$service_domain} 已重装',
    'mail_reinstalled_body' => '<p>{$client_name}，您好：</p>'
        . '<p>您的虚拟机 {$service_domain} 已重装并就绪。此前磁盘上的内容已不复存在。</p>'
        . '<p>地址：{if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>用户名：{$service_username}{if $proxmoxkvm_ssh}<br>连接：{$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}密码：{$proxmoxkvm_password}{else}您可以在客户中心内此服务的页面上找到其密码：请在那里点击“显示密码”。{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => '您的虚拟机 {$service_domain} 已恢复',
    'mail_restored_body' => '<p>{$client_name}，您好：</p><p>您的虚拟机 {$service_domain} 已从备份恢复。其磁盘上的内容以及其中的密码都是该备份当时的；其快照已不复存在。其地址和套餐仍为目前的。</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => '未能恢复您的虚拟机 {$service_domain}',
    'mail_restore_failed_body' => '<p>{$client_name}，您好：</p><p>未能恢复您的虚拟机 {$service_domain} 的备份，该虚拟机现在没有磁盘。您的备份仍然存在：您可以在其页面上恢复另一个备份，或联系我们。我们的工作人员已得到通知。</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => '您的虚拟机 {$service_domain} 已更换为新套餐',
    'mail_package_body' => '<p>{$client_name}，您好：</p>'
        . '<p>您的虚拟机 {$service_domain} 的设置已更改为您的套餐 {$service_product_name} 的设置。</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => '您的虚拟机 {$service_domain} 的密码已更改',
    'mail_password_body' => '<p>{$client_name}，您好：</p>'
        . '<p>您的虚拟机 {$service_domain} 的密码已更改。{if $proxmoxkvm_restart_needed}新密码在虚拟机下次重启后生效。{/if}</p>'
        . '<p>如果这不是您本人的请求，请告知我们。</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => '您的虚拟机 {$service_domain} 已暂停',
    'mail_suspended_body' => '<p>{$client_name}，您好：</p>'
        . '<p>您的虚拟机 {$service_domain} 已暂停服务并已停止运行。磁盘上的内容没有任何丢失。{if $service_suspension_reason}原因：{$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => '您的虚拟机 {$service_domain} 还需要一点时间',
    'mail_delayed_body' => '<p>{$client_name}，您好：</p>'
        . '<p>您的虚拟机 {$service_domain} 的配置时间比平时长。我们的工作人员已得到通知并正在处理；您无需进行任何操作。就绪后您会收到另一封邮件。</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => '您的虚拟机 {$service_domain}：一项更改未能完成',
    'mail_failed_body' => '<p>{$client_name}，您好：</p>'
        . '<p>未能对您的虚拟机 {$service_domain} 执行“{$proxmoxkvm_action}”。虚拟机保持原状，我们的工作人员已得到通知。</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">您的虚拟机的页面</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => '您的虚拟机 {$service_domain} 已移除',
    'mail_terminated_body' => '<p>{$client_name}，您好：</p>'
        . '<p>您的虚拟机 {$service_domain} 已连同其磁盘、快照和备份一起移除，且无法恢复。</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => '更换为新套餐',
    'mail_what_reinstall' => '重装',
    'mail_what_backup_make' => '按计划的备份',
];
