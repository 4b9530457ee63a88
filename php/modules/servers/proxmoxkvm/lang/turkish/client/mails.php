<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Sanal makineniz {$service_domain} hazır',
    'mail_ready_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain} hazır.</p>'
        . '<p>Adres: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Kullanıcı adı: {$service_username}{if $proxmoxkvm_ssh}<br>Bağlanma: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parola: {$proxmoxkvm_password}{else}Parolasını müşteri panelinde bu hizmetin sayfasında bulabilirsiniz: orada “Parolayı göster” düğmesine basın.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Başlatıldı, ancak {n} dakika sonra henüz yanıt vermemişti: biraz daha zamana ihtiyacı olabilir.',
        'other' => 'Başlatıldı, ancak {n} dakika sonra henüz yanıt vermemişti: biraz daha zamana ihtiyacı olabilir.',
    ],
    'mail_reinstalled_subject' => 'Sanal makineniz {$service_domain} yeniden kuruldu',
    'mail_reinstalled_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain} yeniden kuruldu ve hazır. Disklerinde daha önce bulunanlar artık yok.</p>'
        . '<p>Adres: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Kullanıcı adı: {$service_username}{if $proxmoxkvm_ssh}<br>Bağlanma: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parola: {$proxmoxkvm_password}{else}Parolasını müşteri panelinde bu hizmetin sayfasında bulabilirsiniz: orada “Parolayı göster” düğmesine basın.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Sanal makineniz {$service_domain} geri yüklendi',
    'mail_restored_body' => '<p>Sayın {$client_name},</p><p>Sanal makineniz {$service_domain} bir yedekten geri yüklendi. Disklerinde bulunanlar o yedeğin zamanına aittir, içindeki parolalar da öyle; anlık görüntüleri artık yok. Adresleri ve paketi bugünküdür.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Sanal makineniz {$service_domain} geri yüklenemedi',
    'mail_restore_failed_body' => '<p>Sayın {$client_name},</p><p>Sanal makineniz {$service_domain} için yedek geri yüklenemedi ve sanal makinenin artık diski yok. Yedekleriniz hâlâ duruyor: sayfasında başka bir yedeği geri yükleyebilir ya da bize başvurabilirsiniz. Ekibimize haber verildi.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Sanal makineniz {$service_domain} yeni paketine geçti',
    'mail_package_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain} için ayarlar, {$service_product_name} paketinizin ayarlarına göre değiştirildi.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Sanal makineniz {$service_domain} için parola değiştirildi',
    'mail_password_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain} için parola değiştirildi.{if $proxmoxkvm_restart_needed} Yeni parola, sanal makinenin bir sonraki yeniden başlatılmasından sonra geçerli olur.{/if}</p>'
        . '<p>Bunu siz istemediyseniz lütfen bize bildirin.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Sanal makineniz {$service_domain} askıya alındı',
    'mail_suspended_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain} askıya alındı ve durduruldu. Disklerindeki hiçbir şey kaybolmadı.{if $service_suspension_reason} Neden: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Sanal makineniz {$service_domain} biraz daha zaman alacak',
    'mail_delayed_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain} için kurulum her zamankinden uzun sürüyor. Ekibimize haber verildi ve ekibimiz bununla ilgileniyor; yapmanız gereken bir şey yok. Hazır olunca bir e-posta daha alacaksınız.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Sanal makineniz {$service_domain}: bir değişiklik yapılamadı',
    'mail_failed_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain} için şu işlem gerçekleştirilemedi: {$proxmoxkvm_action}. Sanal makine önceki hâlinde duruyor ve ekibimize haber verildi.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sanal makinenizin sayfası</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Sanal makineniz {$service_domain} kaldırıldı',
    'mail_terminated_body' => '<p>Sayın {$client_name},</p>'
        . '<p>Sanal makineniz {$service_domain}, diskleri, anlık görüntüleri ve yedekleriyle birlikte kaldırıldı. Bunlar geri getirilemez.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Yeni pakete geçiş',
    'mail_what_reinstall' => 'Yeniden kurulum',
    'mail_what_backup_make' => 'Zamanlanmış yedek',
];
