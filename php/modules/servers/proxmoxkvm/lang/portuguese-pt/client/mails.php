<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'A sua máquina virtual {$service_domain} está pronta',
    'mail_ready_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A sua máquina virtual {$service_domain} está pronta.</p>'
        . '<p>Endereço: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Utilizador: {$service_username}{if $proxmoxkvm_ssh}<br>Ligação: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Palavra-passe: {$proxmoxkvm_password}{else}A palavra-passe está na área do cliente, na página deste serviço: prima ali «Mostrar a palavra-passe».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Foi ligada, mas passado {n} minuto ainda não tinha respondido: talvez precise de mais algum tempo.',
        'other' => 'Foi ligada, mas passados {n} minutos ainda não tinha respondido: talvez precise de mais algum tempo.',
    ],
    'mail_reinstalled_subject' => 'A sua máquina virtual {$service_domain} foi reinstalada',
    'mail_reinstalled_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A sua máquina virtual {$service_domain} foi reinstalada e está pronta. O que havia antes nos discos já não existe.</p>'
        . '<p>Endereço: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Utilizador: {$service_username}{if $proxmoxkvm_ssh}<br>Ligação: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Palavra-passe: {$proxmoxkvm_password}{else}A palavra-passe está na área do cliente, na página deste serviço: prima ali «Mostrar a palavra-passe».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'A sua máquina virtual {$service_domain} foi restaurada',
    'mail_restored_body' => '<p>Olá, {$client_name}!</p><p>A sua máquina virtual {$service_domain} foi restaurada a partir de uma cópia de segurança. O que está nos discos é da altura dessa cópia, também as palavras-passe; os seus snapshots já não existem. Os endereços e o pacote são os de hoje.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Não foi possível restaurar a sua máquina virtual {$service_domain}',
    'mail_restore_failed_body' => '<p>Olá, {$client_name}!</p><p>A cópia da sua máquina virtual {$service_domain} não pôde ser restaurada, e a máquina não tem discos agora. As suas cópias continuam lá: na página dela pode restaurar outra, ou perguntar-nos. A nossa equipa foi avisada.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'A sua máquina virtual {$service_domain} tem o novo pacote',
    'mail_package_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>As definições da sua máquina virtual {$service_domain} são agora as do seu pacote {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'A palavra-passe da sua máquina virtual {$service_domain} foi alterada',
    'mail_password_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A palavra-passe da sua máquina virtual {$service_domain} foi alterada.{if $proxmoxkvm_restart_needed} A nova vale depois do próximo reinício da máquina virtual.{/if}</p>'
        . '<p>Se não foi quem pediu isto, por favor avise-nos.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'A sua máquina virtual {$service_domain} está suspensa',
    'mail_suspended_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A sua máquina virtual {$service_domain} está suspensa e foi parada. Nada dos seus discos se perde.{if $service_suspension_reason} Motivo: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'A sua máquina virtual {$service_domain} demora um pouco mais',
    'mail_delayed_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A instalação da sua máquina virtual {$service_domain} demora mais do que o habitual. A nossa equipa foi avisada e está a tratar disso; não precisa de fazer nada. Receberá outro e-mail assim que estiver pronta.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'A sua máquina virtual {$service_domain}: não foi possível fazer uma alteração',
    'mail_failed_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>{$proxmoxkvm_action} da sua máquina virtual {$service_domain} não foi possível. A máquina virtual está como antes, e a nossa equipa foi avisada.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'A sua máquina virtual {$service_domain} foi removida',
    'mail_terminated_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A sua máquina virtual {$service_domain} foi removida, com os seus discos, snapshots e cópias de segurança. Não podem ser recuperados.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'A mudança para o novo pacote',
    'mail_what_reinstall' => 'A reinstalação',
    'mail_what_backup_make' => 'A cópia de segurança agendada',
];
