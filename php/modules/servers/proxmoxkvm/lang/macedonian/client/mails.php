<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Вашата виртуелна машина {$service_domain} е подготвена',
    'mail_ready_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>вашата виртуелна машина {$service_domain} е подготвена.</p>'
        . '<p>Адреса: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Корисничко име: {$service_username}{if $proxmoxkvm_ssh}<br>Поврзување: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Лозинка: {$proxmoxkvm_password}{else}Лозинката ќе ја најдете на страницата на оваа услуга во корисничката зона: таму притиснете „Прикажи ја лозинката“.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Таа е вклучена, но по {n} минута сè уште не одговори: можеби ѝ треба уште малку време.',
        'other' => 'Таа е вклучена, но по {n} минути сè уште не одговори: можеби ѝ треба уште малку време.',
    ],
    'mail_reinstalled_subject' => 'Вашата виртуелна машина {$service_domain} е преинсталирана',
    'mail_reinstalled_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>вашата виртуелна машина {$service_domain} е преинсталирана и подготвена. Она што порано беше на нејзините дискови го нема повеќе.</p>'
        . '<p>Адреса: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Корисничко име: {$service_username}{if $proxmoxkvm_ssh}<br>Поврзување: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Лозинка: {$proxmoxkvm_password}{else}Лозинката ќе ја најдете на страницата на оваа услуга во корисничката зона: таму притиснете „Прикажи ја лозинката“.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Вашата виртуелна машина {$service_domain} е вратена',
    'mail_restored_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>Вашата виртуелна машина {$service_domain} е вратена од резервна копија. Она што е на нејзините дискови е од времето на таа резервна копија, а исто така и лозинките во неа; нејзините снимки на состојба ги нема повеќе. Нејзините адреси и нејзиниот пакет се денешните.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Вашата виртуелна машина {$service_domain} не можеше да се врати',
    'mail_restore_failed_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>Резервната копија на вашата виртуелна машина {$service_domain} не можеше да се врати и виртуелната машина сега нема дискови. Вашите резервни копии сè уште се тука: на нејзината страница можете да вратите друга, или прашајте нè. Нашиот персонал е известен.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Вашата виртуелна машина {$service_domain} го има новиот пакет',
    'mail_package_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>поставките на вашата виртуелна машина {$service_domain} се променети во оние на вашиот пакет {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Лозинката на вашата виртуелна машина {$service_domain} е променета',
    'mail_password_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>лозинката на вашата виртуелна машина {$service_domain} е променета.{if $proxmoxkvm_restart_needed} Новата важи по следното рестартирање на виртуелната машина.{/if}</p>'
        . '<p>Ако не сте го побарале вие тоа, ве молиме кажете ни.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Вашата виртуелна машина {$service_domain} е суспендирана',
    'mail_suspended_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>вашата виртуелна машина {$service_domain} е суспендирана и запрена. Ништо на нејзините дискови не се губи.{if $service_suspension_reason} Причина: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Вашата виртуелна машина {$service_domain} трае малку подолго',
    'mail_delayed_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>поставувањето на вашата виртуелна машина {$service_domain} трае подолго од вообичаено. Нашиот персонал е известен и се грижи за тоа; не треба ништо да правите. Ќе добиете друга порака штом биде подготвена.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Вашата виртуелна машина {$service_domain}: една промена не можеше да се направи',
    'mail_failed_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>{$proxmoxkvm_action} на вашата виртуелна машина {$service_domain} не можеше да се изврши. Виртуелната машина е каква што беше, и нашиот персонал е известен.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страницата на вашата виртуелна машина</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Вашата виртуелна машина {$service_domain} е отстранета',
    'mail_terminated_body' => '<p>Почитувани {$client_name},</p>'
        . '<p>вашата виртуелна машина {$service_domain} е отстранета, со нејзините дискови, снимки на состојба и резервни копии. Тие не можат да се вратат.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Промената на новиот пакет',
    'mail_what_reinstall' => 'Преинсталацијата',
    'mail_what_backup_make' => 'Закажаната резервна копија',
];
