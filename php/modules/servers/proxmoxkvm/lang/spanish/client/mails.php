<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Su máquina virtual {$service_domain} está lista',
    'mail_ready_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>Su máquina virtual {$service_domain} está lista.</p>'
        . '<p>Dirección: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Usuario: {$service_username}{if $proxmoxkvm_ssh}<br>Conexión: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Contraseña: {$proxmoxkvm_password}{else}Encontrará la contraseña en el área de clientes, en la página de este servicio: pulse allí «Mostrar la contraseña».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Se ha arrancado, pero tras {n} minuto aún no había respondido: quizá necesite algo más de tiempo.',
        'other' => 'Se ha arrancado, pero tras {n} minutos aún no había respondido: quizá necesite algo más de tiempo.',
    ],
    'mail_reinstalled_subject' => 'Su máquina virtual {$service_domain} se reinstaló',
    'mail_reinstalled_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>Su máquina virtual {$service_domain} se ha reinstalado y está lista. Lo que había antes en sus discos ya no existe.</p>'
        . '<p>Dirección: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Usuario: {$service_username}{if $proxmoxkvm_ssh}<br>Conexión: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Contraseña: {$proxmoxkvm_password}{else}Encontrará la contraseña en el área de clientes, en la página de este servicio: pulse allí «Mostrar la contraseña».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Su máquina virtual {$service_domain} se restauró',
    'mail_restored_body' => '<p>Hola, {$client_name}:</p><p>Su máquina virtual {$service_domain} se restauró desde una copia de seguridad. Lo que hay en sus discos es del momento de esa copia, también las contraseñas; sus instantáneas ya no existen. Sus direcciones y su paquete son los de hoy.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'No se pudo restaurar su máquina virtual {$service_domain}',
    'mail_restore_failed_body' => '<p>Hola, {$client_name}:</p><p>La copia de su máquina virtual {$service_domain} no se pudo restaurar, y la máquina no tiene discos ahora. Sus copias siguen ahí: en su página puede restaurar otra, o preguntarnos. Nuestro personal está avisado.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Su máquina virtual {$service_domain} tiene su nuevo paquete',
    'mail_package_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>Los ajustes de su máquina virtual {$service_domain} son ahora los de su paquete {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Se cambió la contraseña de su máquina virtual {$service_domain}',
    'mail_password_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>Se ha cambiado la contraseña de su máquina virtual {$service_domain}.{if $proxmoxkvm_restart_needed} La nueva valdrá después del próximo reinicio de la máquina virtual.{/if}</p>'
        . '<p>Si no lo ha pedido usted, avísenos, por favor.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Su máquina virtual {$service_domain} está suspendida',
    'mail_suspended_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>su máquina virtual {$service_domain} está suspendida y se detuvo. No se pierde nada de sus discos.{if $service_suspension_reason} Motivo: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Su máquina virtual {$service_domain} tarda un poco más',
    'mail_delayed_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>la instalación de su máquina virtual {$service_domain} tarda más de lo habitual. Nuestro equipo está avisado y se ocupa de ello; usted no tiene que hacer nada. Recibirá otro correo en cuanto esté lista.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Su máquina virtual {$service_domain}: un cambio no se pudo hacer',
    'mail_failed_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>{$proxmoxkvm_action} de su máquina virtual {$service_domain} no se pudo realizar. La máquina virtual está como antes, y nuestro equipo está avisado.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La página de su máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Su máquina virtual {$service_domain} se eliminó',
    'mail_terminated_body' => '<p>Hola, {$client_name}:</p>'
        . '<p>su máquina virtual {$service_domain} se eliminó, con sus discos, instantáneas y copias de seguridad. No se pueden recuperar.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'El cambio al nuevo paquete',
    'mail_what_reinstall' => 'La reinstalación',
    'mail_what_backup_make' => 'La copia de seguridad programada',
];
