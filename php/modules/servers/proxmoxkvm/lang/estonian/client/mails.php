<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Teie virtuaalmasin {$service_domain} on valmis',
    'mail_ready_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasin {$service_domain} on valmis.</p>'
        . '<p>Aadress: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Kasutajanimi: {$service_username}{if $proxmoxkvm_ssh}<br>Ühendumine: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parool: {$proxmoxkvm_password}{else}Parooli leiate kliendialast selle teenuse lehelt: vajutage seal „Näita parooli”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'See käivitati, kuid {n} minuti pärast polnud see veel vastanud: see vajab võib-olla veel veidi aega.',
        'other' => 'See käivitati, kuid {n} minuti pärast polnud see veel vastanud: see vajab võib-olla veel veidi aega.',
    ],
    'mail_reinstalled_subject' => 'Teie virtuaalmasin {$service_domain} paigaldati uuesti',
    'mail_reinstalled_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasin {$service_domain} paigaldati uuesti ja on valmis. Mis enne selle ketastel oli, seda enam ei ole.</p>'
        . '<p>Aadress: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Kasutajanimi: {$service_username}{if $proxmoxkvm_ssh}<br>Ühendumine: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Parool: {$proxmoxkvm_password}{else}Parooli leiate kliendialast selle teenuse lehelt: vajutage seal „Näita parooli”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Teie virtuaalmasin {$service_domain} taastati',
    'mail_restored_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasin {$service_domain} taastati varukoopiast. Mis on selle ketastel, pärineb selle varukoopia ajast, ja nii ka paroolid selle sees; selle hetktõmmiseid enam ei ole. Selle aadressid ja pakett on tänased.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Teie virtuaalmasinat {$service_domain} ei saanud taastada',
    'mail_restore_failed_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasina {$service_domain} varukoopiat ei saanud taastada ja virtuaalmasinal ei ole nüüd kettaid. Teie varukoopiad on alles: selle lehel saate taastada mõne teise või küsida meilt. Meie töötajaid on teavitatud.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Teie virtuaalmasinal {$service_domain} on uus pakett',
    'mail_package_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasina {$service_domain} seaded muudeti teie paketi {$service_product_name} omadeks.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Teie virtuaalmasina {$service_domain} parooli muudeti',
    'mail_password_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasina {$service_domain} parooli muudeti.{if $proxmoxkvm_restart_needed} Uus kehtib pärast virtuaalmasina järgmist taaskäivitust.{/if}</p>'
        . '<p>Kui seda ei palunud teie, siis palun andke meile teada.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Teie virtuaalmasin {$service_domain} on peatatud',
    'mail_suspended_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasin {$service_domain} on peatatud ja lülitati välja. Selle ketastelt ei lähe midagi kaotsi.{if $service_suspension_reason} Põhjus: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Teie virtuaalmasina {$service_domain} valmimine võtab veidi kauem aega',
    'mail_delayed_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasina {$service_domain} seadistamine võtab tavalisest kauem aega. Meie töötajaid on teavitatud ja nad tegelevad sellega; te ei pea midagi tegema. Saate uue kirja kohe, kui see on valmis.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Teie virtuaalmasin {$service_domain}: muudatust ei saanud teha',
    'mail_failed_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasinaga {$service_domain} ei õnnestunud järgmine: {$proxmoxkvm_action}. Virtuaalmasin on nagu enne ja meie töötajaid on teavitatud.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Teie virtuaalmasina leht</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Teie virtuaalmasin {$service_domain} eemaldati',
    'mail_terminated_body' => '<p>Lugupeetud {$client_name}!</p>'
        . '<p>Teie virtuaalmasin {$service_domain} eemaldati koos selle ketaste, hetktõmmiste ja varukoopiatega. Neid ei saa tagasi tuua.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Üleminek uuele paketile',
    'mail_what_reinstall' => 'Uuesti paigaldamine',
    'mail_what_backup_make' => 'Ajastatud varukoopia',
];
