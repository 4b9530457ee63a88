<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Vaš virtualni stroj {$service_domain} je spreman',
    'mail_ready_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>vaš virtualni stroj {$service_domain} je spreman.</p>'
        . '<p>Adresa: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Korisničko ime: {$service_username}{if $proxmoxkvm_ssh}<br>Povezivanje: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Lozinka: {$proxmoxkvm_password}{else}Njegovu lozinku pronaći ćete na stranici ove usluge u korisničkom području: ondje pritisnite „Prikaži lozinku”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Pokrenut je, ali nakon {n} min još nije odgovorio: možda mu treba još malo vremena.',
        'few' => 'Pokrenut je, ali nakon {n} min još nije odgovorio: možda mu treba još malo vremena.',
        'other' => 'Pokrenut je, ali nakon {n} min još nije odgovorio: možda mu treba još malo vremena.',
    ],
    'mail_reinstalled_subject' => 'Vaš virtualni stroj {$service_domain} je reinstaliran',
    'mail_reinstalled_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>vaš virtualni stroj {$service_domain} je reinstaliran i spreman. Onoga što je prije bilo na njegovim diskovima više nema.</p>'
        . '<p>Adresa: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Korisničko ime: {$service_username}{if $proxmoxkvm_ssh}<br>Povezivanje: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Lozinka: {$proxmoxkvm_password}{else}Njegovu lozinku pronaći ćete na stranici ove usluge u korisničkom području: ondje pritisnite „Prikaži lozinku”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Vaš virtualni stroj {$service_domain} je vraćen',
    'mail_restored_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>Vaš virtualni stroj {$service_domain} vraćen je iz sigurnosne kopije. Ono što je na njegovim diskovima potječe iz vremena te sigurnosne kopije, a tako i lozinke u njemu; njegovih snimki stanja više nema. Njegove adrese i njegov paket su današnji.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Vaš virtualni stroj {$service_domain} nije se mogao vratiti',
    'mail_restore_failed_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>Sigurnosna kopija vašeg virtualnog stroja {$service_domain} nije se mogla vratiti i virtualni stroj sada nema diskova. Vaše sigurnosne kopije i dalje postoje: na njegovoj stranici možete vratiti drugu ili nas pitati. Naše je osoblje obaviješteno.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Vaš virtualni stroj {$service_domain} ima svoj novi paket',
    'mail_package_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>postavke vašeg virtualnog stroja {$service_domain} promijenjene su u postavke vašeg paketa {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Lozinka vašeg virtualnog stroja {$service_domain} je promijenjena',
    'mail_password_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>lozinka vašeg virtualnog stroja {$service_domain} je promijenjena.{if $proxmoxkvm_restart_needed} Nova vrijedi nakon sljedećeg ponovnog pokretanja virtualnog stroja.{/if}</p>'
        . '<p>Ako to niste zatražili vi, javite nam.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Vaš virtualni stroj {$service_domain} je suspendiran',
    'mail_suspended_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>vaš virtualni stroj {$service_domain} je suspendiran i zaustavljen. Ništa na njegovim diskovima nije izgubljeno.{if $service_suspension_reason} Razlog: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Vaš virtualni stroj {$service_domain} traži malo više vremena',
    'mail_delayed_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>postavljanje vašeg virtualnog stroja {$service_domain} traje dulje nego inače. Naši su djelatnici obaviješteni i brinu se o tome; vi ne trebate ništa učiniti. Čim bude spreman, dobit ćete novu poruku.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Vaš virtualni stroj {$service_domain}: promjena se nije mogla provesti',
    'mail_failed_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>za vaš virtualni stroj {$service_domain} nije se moglo provesti sljedeće: {$proxmoxkvm_action}. Virtualni stroj je kakav je bio prije, a naši su djelatnici obaviješteni.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Stranica vašeg virtualnog stroja</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Vaš virtualni stroj {$service_domain} je uklonjen',
    'mail_terminated_body' => '<p>Poštovani, {$client_name},</p>'
        . '<p>vaš virtualni stroj {$service_domain} je uklonjen, zajedno s njegovim diskovima, snimkama stanja i sigurnosnim kopijama. Ne mogu se vratiti.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'prelazak na novi paket',
    'mail_what_reinstall' => 'reinstalacija',
    'mail_what_backup_make' => 'zakazana sigurnosna kopija',
];
