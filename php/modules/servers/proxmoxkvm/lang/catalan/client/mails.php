<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'La vostra màquina virtual {$service_domain} està a punt',
    'mail_ready_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>la vostra màquina virtual {$service_domain} està a punt.</p>'
        . '<p>Adreça: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nom d’usuari: {$service_username}{if $proxmoxkvm_ssh}<br>Connexió: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Contrasenya: {$proxmoxkvm_password}{else}Trobareu la contrasenya a la pàgina d’aquest servei, a l’àrea de client: premeu-hi «Mostra-la».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'S’ha engegat, però després de {n} minut encara no havia respost: potser necessita una mica més de temps.',
        'other' => 'S’ha engegat, però després de {n} minuts encara no havia respost: potser necessita una mica més de temps.',
    ],
    'mail_reinstalled_subject' => 'La vostra màquina virtual {$service_domain} s’ha reinstal·lat',
    'mail_reinstalled_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>la vostra màquina virtual {$service_domain} s’ha reinstal·lat i està a punt. El que hi havia abans als seus discos ja no hi és.</p>'
        . '<p>Adreça: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nom d’usuari: {$service_username}{if $proxmoxkvm_ssh}<br>Connexió: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Contrasenya: {$proxmoxkvm_password}{else}Trobareu la contrasenya a la pàgina d’aquest servei, a l’àrea de client: premeu-hi «Mostra-la».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'La vostra màquina virtual {$service_domain} s’ha restaurat',
    'mail_restored_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>La vostra màquina virtual {$service_domain} s’ha restaurat d’una còpia de seguretat. El que hi ha als seus discos és del moment d’aquella còpia, i també ho són les contrasenyes de dins; les seves instantànies ja no hi són. Les adreces i el paquet són els d’avui.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'La vostra màquina virtual {$service_domain} no s’ha pogut restaurar',
    'mail_restore_failed_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>La còpia de seguretat de la vostra màquina virtual {$service_domain} no s’ha pogut restaurar, i ara la màquina virtual no té discos. Les vostres còpies de seguretat encara hi són: a la seva pàgina en podeu restaurar una altra, o podeu consultar-nos-ho. S’ha avisat el nostre personal.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'La vostra màquina virtual {$service_domain} té el paquet nou',
    'mail_package_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>la configuració de la vostra màquina virtual {$service_domain} s’ha canviat a la del vostre paquet {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'La contrasenya de la vostra màquina virtual {$service_domain} s’ha canviat',
    'mail_password_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>la contrasenya de la vostra màquina virtual {$service_domain} s’ha canviat.{if $proxmoxkvm_restart_needed} La nova és vàlida després del pròxim reinici de la màquina virtual.{/if}</p>'
        . '<p>Si no ho heu demanat vós, feu-nos-ho saber.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'La vostra màquina virtual {$service_domain} està suspesa',
    'mail_suspended_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>la vostra màquina virtual {$service_domain} està suspesa i s’ha aturat. No es perd res dels seus discos.{if $service_suspension_reason} Motiu: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'La vostra màquina virtual {$service_domain} triga una mica més',
    'mail_delayed_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>la preparació de la vostra màquina virtual {$service_domain} triga més del que és habitual. Se n’ha avisat el nostre personal, que se n’ocupa; no cal que feu res. Rebreu un altre correu tan bon punt estigui a punt.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'La vostra màquina virtual {$service_domain}: no s’ha pogut fer un canvi',
    'mail_failed_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>{$proxmoxkvm_action} de la vostra màquina virtual {$service_domain} no s’ha pogut fer. La màquina virtual està com abans, i se n’ha avisat el nostre personal.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pàgina de la vostra màquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'La vostra màquina virtual {$service_domain} s’ha eliminat',
    'mail_terminated_body' => '<p>Benvolgut/da {$client_name},</p>'
        . '<p>la vostra màquina virtual {$service_domain} s’ha eliminat, amb els seus discos, instantànies i còpies de seguretat. No es poden recuperar.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'El canvi al paquet nou',
    'mail_what_reinstall' => 'La reinstal·lació',
    'mail_what_backup_make' => 'La còpia de seguretat programada',
];
