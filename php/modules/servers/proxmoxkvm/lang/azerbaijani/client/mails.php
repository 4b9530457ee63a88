<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Virtual maşınınız {$service_domain} hazırdır',
    'mail_ready_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınız {$service_domain} hazırdır.</p>'
        . '<p>Ünvan: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>İstifadəçi adı: {$service_username}{if $proxmoxkvm_ssh}<br>Qoşulma: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parol: {$proxmoxkvm_password}{else}Onun parolunu müştəri zonasında bu xidmətin səhifəsində tapırsınız: orada “Parolu göstər” düyməsini basın.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'O, işə salındı, amma {n} dəqiqədən sonra hələ cavab verməmişdi: ola bilsin, bir az da vaxt lazımdır.',
        'other' => 'O, işə salındı, amma {n} dəqiqədən sonra hələ cavab verməmişdi: ola bilsin, bir az da vaxt lazımdır.',
    ],
    'mail_reinstalled_subject' => 'Virtual maşınınız {$service_domain} yenidən quraşdırıldı',
    'mail_reinstalled_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınız {$service_domain} yenidən quraşdırıldı və hazırdır. Əvvəllər disklərində olanlar artıq yoxdur.</p>'
        . '<p>Ünvan: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>İstifadəçi adı: {$service_username}{if $proxmoxkvm_ssh}<br>Qoşulma: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parol: {$proxmoxkvm_password}{else}Onun parolunu müştəri zonasında bu xidmətin səhifəsində tapırsınız: orada “Parolu göstər” düyməsini basın.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Virtual maşınınız {$service_domain} bərpa edildi',
    'mail_restored_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>Virtual maşınınız {$service_domain} ehtiyat nüsxədən bərpa edildi. Disklərində olanlar həmin ehtiyat nüsxənin vaxtındandır, içindəki parollar da həmçinin; snapşotları artıq yoxdur. Ünvanları və paketi bugünküdür.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Virtual maşınınızı {$service_domain} bərpa etmək mümkün olmadı',
    'mail_restore_failed_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>Virtual maşınınızın {$service_domain} ehtiyat nüsxəsini bərpa etmək mümkün olmadı və virtual maşının indi diski yoxdur. Ehtiyat nüsxələriniz hələ də durur: onun səhifəsində başqasını bərpa edə və ya bizdən soruşa bilərsiniz. Əməkdaşlarımıza xəbər verilib.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Virtual maşınınız {$service_domain} yeni paketini aldı',
    'mail_package_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınızın {$service_domain} ayarları {$service_product_name} paketinizin ayarlarına dəyişdirildi.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Virtual maşınınızın {$service_domain} parolu dəyişdirildi',
    'mail_password_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınızın {$service_domain} parolu dəyişdirildi.{if $proxmoxkvm_restart_needed} Yenisi virtual maşının növbəti yenidən başladılmasından sonra etibarlıdır.{/if}</p>'
        . '<p>Bunu siz istəməmisinizsə, zəhmət olmasa bizə bildirin.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Virtual maşınınız {$service_domain} dayandırılıb',
    'mail_suspended_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınız {$service_domain} dayandırılıb və söndürülüb. Disklərində heç nə itmir.{if $service_suspension_reason} Səbəb: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Virtual maşınınız {$service_domain} bir az gecikir',
    'mail_delayed_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınızın {$service_domain} qurulması adi haldan uzun çəkir. Əməkdaşlarımıza xəbər verilib və onlar bununla məşğuldur; sizin heç nə etməyinizə ehtiyac yoxdur. Hazır olan kimi başqa bir məktub alacaqsınız.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Virtual maşınınız {$service_domain}: dəyişiklik edilə bilmədi',
    'mail_failed_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınız {$service_domain} üçün bu edilə bilmədi: {$proxmoxkvm_action}. Virtual maşın əvvəlki kimidir və əməkdaşlarımıza xəbər verilib.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Virtual maşınınızın səhifəsi</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Virtual maşınınız {$service_domain} silindi',
    'mail_terminated_body' => '<p>Hörmətli {$client_name},</p>'
        . '<p>virtual maşınınız {$service_domain} diskləri, snapşotları və ehtiyat nüsxələri ilə birlikdə silindi. Onları geri qaytarmaq olmaz.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Yeni paketə keçid',
    'mail_what_reinstall' => 'Yenidən quraşdırma',
    'mail_what_backup_make' => 'Planlaşdırılmış ehtiyat nüsxə',
];
