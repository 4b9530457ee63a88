<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Mașina dvs. virtuală {$service_domain} este gata',
    'mail_ready_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>mașina dvs. virtuală {$service_domain} este gata.</p>'
        . '<p>Adresă: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nume de utilizator: {$service_username}{if $proxmoxkvm_ssh}<br>Conectare: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parolă: {$proxmoxkvm_password}{else}Parola o găsiți pe pagina acestui serviciu din zona de clienți: apăsați acolo „Arată parola”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'A fost pornită, dar după {n} min încă nu răspunsese: poate mai are nevoie de puțin timp.',
        'few' => 'A fost pornită, dar după {n} min încă nu răspunsese: poate mai are nevoie de puțin timp.',
        'other' => 'A fost pornită, dar după {n} min încă nu răspunsese: poate mai are nevoie de puțin timp.',
    ],
    'mail_reinstalled_subject' => 'Mașina dvs. virtuală {$service_domain} a fost reinstalată',
    'mail_reinstalled_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>mașina dvs. virtuală {$service_domain} a fost reinstalată și este gata. Ce se afla înainte pe discurile ei nu mai există.</p>'
        . '<p>Adresă: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nume de utilizator: {$service_username}{if $proxmoxkvm_ssh}<br>Conectare: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parolă: {$proxmoxkvm_password}{else}Parola o găsiți pe pagina acestui serviciu din zona de clienți: apăsați acolo „Arată parola”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Mașina dvs. virtuală {$service_domain} a fost restaurată',
    'mail_restored_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>Mașina dvs. virtuală {$service_domain} a fost restaurată dintr-un backup. Ce se află pe discurile ei este din momentul acelui backup, la fel și parolele din interiorul ei; snapshoturile ei nu mai există. Adresele și pachetul ei sunt cele de azi.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Mașina dvs. virtuală {$service_domain} nu a putut fi restaurată',
    'mail_restore_failed_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>Backupul mașinii dvs. virtuale {$service_domain} nu a putut fi restaurat, iar mașina virtuală nu are acum discuri. Backupurile dvs. există în continuare: pe pagina ei puteți restaura altul sau ne puteți întreba. Personalul nostru a fost anunțat.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Mașina dvs. virtuală {$service_domain} are noul pachet',
    'mail_package_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>setările mașinii dvs. virtuale {$service_domain} au fost schimbate în cele ale pachetului dvs. {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Parola mașinii dvs. virtuale {$service_domain} a fost schimbată',
    'mail_password_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>parola mașinii dvs. virtuale {$service_domain} a fost schimbată.{if $proxmoxkvm_restart_needed} Cea nouă este valabilă după următoarea repornire a mașinii virtuale.{/if}</p>'
        . '<p>Dacă nu dvs. ați cerut acest lucru, vă rugăm să ne anunțați.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Mașina dvs. virtuală {$service_domain} este suspendată',
    'mail_suspended_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>mașina dvs. virtuală {$service_domain} este suspendată și a fost oprită. Nimic de pe discurile ei nu s-a pierdut.{if $service_suspension_reason} Motiv: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Mașina dvs. virtuală {$service_domain} mai durează puțin',
    'mail_delayed_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>configurarea mașinii dvs. virtuale {$service_domain} durează mai mult decât de obicei. Personalul nostru a fost anunțat și se ocupă de aceasta; nu trebuie să faceți nimic. Veți primi un alt e-mail de îndată ce este gata.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Mașina dvs. virtuală {$service_domain}: o modificare nu a putut fi făcută',
    'mail_failed_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>pentru mașina dvs. virtuală {$service_domain} nu a putut fi efectuată această operațiune: {$proxmoxkvm_action}. Mașina virtuală este așa cum era înainte, iar personalul nostru a fost anunțat.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Pagina mașinii dvs. virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Mașina dvs. virtuală {$service_domain} a fost eliminată',
    'mail_terminated_body' => '<p>Bună ziua, {$client_name},</p>'
        . '<p>mașina dvs. virtuală {$service_domain} a fost eliminată, împreună cu discurile, snapshoturile și backupurile ei. Nu mai pot fi recuperate.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'trecerea la noul pachet',
    'mail_what_reinstall' => 'reinstalarea',
    'mail_what_backup_make' => 'backupul programat',
];
