<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Váš virtuální server {$service_domain} je připravený',
    'mail_ready_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>váš virtuální server {$service_domain} je připravený.</p>'
        . '<p>Adresa: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Uživatelské jméno: {$service_username}{if $proxmoxkvm_ssh}<br>Připojení: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Heslo: {$proxmoxkvm_password}{else}Heslo najdete na stránce této služby v klientské sekci: stiskněte tam „Ukázat heslo“.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Byl spuštěn, ale po {n} minutě ještě neodpověděl: možná potřebuje ještě trochu času.',
        'few' => 'Byl spuštěn, ale po {n} minutách ještě neodpověděl: možná potřebuje ještě trochu času.',
        'other' => 'Byl spuštěn, ale po {n} minutách ještě neodpověděl: možná potřebuje ještě trochu času.',
    ],
    'mail_reinstalled_subject' => 'Váš virtuální server {$service_domain} byl přeinstalován',
    'mail_reinstalled_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>váš virtuální server {$service_domain} byl přeinstalován a je připravený. Co bylo předtím na jeho discích, už neexistuje.</p>'
        . '<p>Adresa: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Uživatelské jméno: {$service_username}{if $proxmoxkvm_ssh}<br>Připojení: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Heslo: {$proxmoxkvm_password}{else}Heslo najdete na stránce této služby v klientské sekci: stiskněte tam „Ukázat heslo“.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Váš virtuální server {$service_domain} byl obnoven',
    'mail_restored_body' => '<p>Dobrý den, {$client_name},</p><p>váš virtuální server {$service_domain} byl obnoven ze zálohy. Co je na jeho discích, pochází z doby této zálohy, stejně jako hesla v něm; jeho snapshoty už neexistují. Jeho adresy a balíček jsou ty dnešní.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Váš virtuální server {$service_domain} se nepodařilo obnovit',
    'mail_restore_failed_body' => '<p>Dobrý den, {$client_name},</p><p>zálohu vašeho virtuálního serveru {$service_domain} se nepodařilo obnovit a virtuální server teď nemá disky. Vaše zálohy jsou stále k dispozici: na jeho stránce můžete obnovit jinou, nebo se obraťte na nás. Naši pracovníci o tom vědí.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Váš virtuální server {$service_domain} má nový balíček',
    'mail_package_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>nastavení vašeho virtuálního serveru {$service_domain} bylo změněno podle vašeho balíčku {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Heslo vašeho virtuálního serveru {$service_domain} bylo změněno',
    'mail_password_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>heslo vašeho virtuálního serveru {$service_domain} bylo změněno.{if $proxmoxkvm_restart_needed} Nové platí po příštím restartu virtuálního serveru.{/if}</p>'
        . '<p>Pokud jste o to nepožádali vy, dejte nám prosím vědět.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Váš virtuální server {$service_domain} je pozastavený',
    'mail_suspended_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>váš virtuální server {$service_domain} je pozastavený a byl zastaven. Z jeho disků se nic neztratilo.{if $service_suspension_reason} Důvod: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Váš virtuální server {$service_domain} potřebuje trochu více času',
    'mail_delayed_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>zřízení vašeho virtuálního serveru {$service_domain} trvá déle než obvykle. Naši pracovníci o tom vědí a zabývají se tím; nemusíte nic dělat. Jakmile bude připravený, dostanete další e-mail.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Váš virtuální server {$service_domain}: změnu se nepodařilo provést',
    'mail_failed_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>u vašeho virtuálního serveru {$service_domain} se nepodařilo provést: {$proxmoxkvm_action}. Virtuální server je takový, jaký byl předtím, a naši pracovníci o tom byli informováni.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stránka vašeho virtuálního serveru</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Váš virtuální server {$service_domain} byl odstraněn',
    'mail_terminated_body' => '<p>Dobrý den, {$client_name},</p>'
        . '<p>váš virtuální server {$service_domain} byl odstraněn i se svými disky, snapshoty a zálohami. Nelze je obnovit.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'přechod na nový balíček',
    'mail_what_reinstall' => 'přeinstalace',
    'mail_what_backup_make' => 'Naplánovaná záloha',
];
