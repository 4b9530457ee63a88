<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Sua máquina virtual {$service_domain} está pronta',
    'mail_ready_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>Sua máquina virtual {$service_domain} está pronta.</p>'
        . '<p>Endereço: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Usuário: {$service_username}{if $proxmoxkvm_ssh}<br>Conexão: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Senha: {$proxmoxkvm_password}{else}A senha está na área do cliente, na página deste serviço: pressione ali “Mostrar a senha”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Ela foi ligada, mas depois de {n} minuto ainda não tinha respondido: talvez precise de mais algum tempo.',
        'other' => 'Ela foi ligada, mas depois de {n} minutos ainda não tinha respondido: talvez precise de mais algum tempo.',
    ],
    'mail_reinstalled_subject' => 'Sua máquina virtual {$service_domain} foi reinstalada',
    'mail_reinstalled_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>Sua máquina virtual {$service_domain} foi reinstalada e está pronta. O que havia antes nos discos dela não existe mais.</p>'
        . '<p>Endereço: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Usuário: {$service_username}{if $proxmoxkvm_ssh}<br>Conexão: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Senha: {$proxmoxkvm_password}{else}A senha está na área do cliente, na página deste serviço: pressione ali “Mostrar a senha”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Sua máquina virtual {$service_domain} foi restaurada',
    'mail_restored_body' => '<p>Olá, {$client_name}!</p><p>Sua máquina virtual {$service_domain} foi restaurada a partir de um backup. O que está nos discos é do momento desse backup, e as senhas também; os snapshots dela não existem mais. Os endereços e o pacote são os de hoje.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Não foi possível restaurar sua máquina virtual {$service_domain}',
    'mail_restore_failed_body' => '<p>Olá, {$client_name}!</p><p>O backup da sua máquina virtual {$service_domain} não pôde ser restaurado, e a máquina não tem discos agora. Seus backups continuam lá: na página dela você pode restaurar outro, ou nos perguntar. Nossa equipe foi avisada.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Sua máquina virtual {$service_domain} tem o novo pacote',
    'mail_package_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>As configurações da sua máquina virtual {$service_domain} agora são as do seu pacote {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'A senha da sua máquina virtual {$service_domain} foi alterada',
    'mail_password_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A senha da sua máquina virtual {$service_domain} foi alterada.{if $proxmoxkvm_restart_needed} A nova vale depois da próxima reinicialização da máquina virtual.{/if}</p>'
        . '<p>Se não foi você quem pediu isso, por favor nos avise.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Sua máquina virtual {$service_domain} está suspensa',
    'mail_suspended_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>Sua máquina virtual {$service_domain} está suspensa e foi parada. Nada nos discos dela se perde.{if $service_suspension_reason} Motivo: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Sua máquina virtual {$service_domain} vai demorar um pouco mais',
    'mail_delayed_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>A preparação da sua máquina virtual {$service_domain} está demorando mais do que o normal. Nossa equipe foi avisada e está cuidando disso; você não precisa fazer nada. Você receberá outro e-mail assim que ela estiver pronta.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Sua máquina virtual {$service_domain}: uma mudança não pôde ser feita',
    'mail_failed_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>{$proxmoxkvm_action} da sua máquina virtual {$service_domain} não foi possível. A máquina virtual está como antes, e nossa equipe foi avisada.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A página da sua máquina virtual</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Sua máquina virtual {$service_domain} foi removida',
    'mail_terminated_body' => '<p>Olá, {$client_name}!</p>'
        . '<p>Sua máquina virtual {$service_domain} foi removida, com seus discos, snapshots e backups. Eles não podem ser recuperados.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'A mudança para o novo pacote',
    'mail_what_reinstall' => 'A reinstalação',
    'mail_what_backup_make' => 'O backup agendado',
];
