<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Ihre virtuelle Maschine {$service_domain} ist bereit',
    'mail_ready_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>Ihre virtuelle Maschine {$service_domain} ist bereit.</p>'
        . '<p>Adresse: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Benutzername: {$service_username}{if $proxmoxkvm_ssh}<br>Verbinden: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Passwort: {$proxmoxkvm_password}{else}Das Passwort finden Sie im Kundenbereich auf der Seite dieses Dienstes: Dort bitte „Passwort anzeigen“ drücken.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Sie wurde gestartet, hat aber nach einer Minute noch nicht geantwortet: Sie braucht vielleicht noch etwas Zeit.',
        'other' => 'Sie wurde gestartet, hat aber nach {n} Minuten noch nicht geantwortet: Sie braucht vielleicht noch etwas Zeit.',
    ],
    'mail_reinstalled_subject' => 'Ihre virtuelle Maschine {$service_domain} wurde neu installiert',
    'mail_reinstalled_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>Ihre virtuelle Maschine {$service_domain} wurde neu installiert und ist bereit. Was vorher auf ihren Platten war, gibt es nicht mehr.</p>'
        . '<p>Adresse: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Benutzername: {$service_username}{if $proxmoxkvm_ssh}<br>Verbinden: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Passwort: {$proxmoxkvm_password}{else}Das Passwort finden Sie im Kundenbereich auf der Seite dieses Dienstes: Dort bitte „Passwort anzeigen“ drücken.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Ihre virtuelle Maschine {$service_domain} wurde wiederhergestellt',
    'mail_restored_body' => '<p>Guten Tag {$client_name},</p><p>Ihre virtuelle Maschine {$service_domain} wurde aus einem Backup wiederhergestellt. Was auf ihren Platten ist, stammt aus der Zeit dieses Backups, auch die Passwörter darin; ihre Snapshots gibt es nicht mehr. Adressen und Paket sind die von heute.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Ihre virtuelle Maschine {$service_domain} konnte nicht wiederhergestellt werden',
    'mail_restore_failed_body' => '<p>Guten Tag {$client_name},</p><p>Das Backup Ihrer virtuellen Maschine {$service_domain} konnte nicht wiederhergestellt werden, und die Maschine hat jetzt keine Platten. Ihre Backups sind noch da: Auf ihrer Seite können Sie ein anderes wiederherstellen oder uns fragen. Unsere Mitarbeiter wissen davon.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Ihre virtuelle Maschine {$service_domain} hat ihr neues Paket',
    'mail_package_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>die Einstellungen Ihrer virtuellen Maschine {$service_domain} wurden auf die Ihres Pakets {$service_product_name} geändert.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Das Passwort Ihrer virtuellen Maschine {$service_domain} wurde geändert',
    'mail_password_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>das Passwort Ihrer virtuellen Maschine {$service_domain} wurde geändert.{if $proxmoxkvm_restart_needed} Das neue gilt nach dem nächsten Neustart der virtuellen Maschine.{/if}</p>'
        . '<p>Falls nicht Sie das veranlasst haben, sagen Sie uns bitte Bescheid.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Ihre virtuelle Maschine {$service_domain} ist gesperrt',
    'mail_suspended_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>Ihre virtuelle Maschine {$service_domain} ist gesperrt und wurde angehalten. Auf ihren Platten geht nichts verloren.{if $service_suspension_reason} Grund: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Ihre virtuelle Maschine {$service_domain} braucht etwas länger',
    'mail_delayed_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>die Einrichtung Ihrer virtuellen Maschine {$service_domain} dauert länger als gewöhnlich. Unsere Mitarbeiter wissen Bescheid und kümmern sich darum; Sie brauchen nichts zu tun. Sobald sie bereit ist, erhalten Sie eine weitere Mail.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Ihre virtuelle Maschine {$service_domain}: eine Änderung war nicht möglich',
    'mail_failed_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>{$proxmoxkvm_action} Ihrer virtuellen Maschine {$service_domain} war nicht möglich. Die virtuelle Maschine ist wie zuvor, und unsere Mitarbeiter wissen Bescheid.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Die Seite Ihrer virtuellen Maschine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Ihre virtuelle Maschine {$service_domain} wurde entfernt',
    'mail_terminated_body' => '<p>Guten Tag {$client_name},</p>'
        . '<p>Ihre virtuelle Maschine {$service_domain} wurde entfernt, mit ihren Platten, Snapshots und Backups. Sie lassen sich nicht zurückholen.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Der Wechsel zum neuen Paket',
    'mail_what_reinstall' => 'Die Neuinstallation',
    'mail_what_backup_make' => 'Das geplante Backup',
];
