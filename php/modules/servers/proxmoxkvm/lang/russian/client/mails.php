<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Ваша виртуальная машина {$service_domain} готова',
    'mail_ready_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Ваша виртуальная машина {$service_domain} готова.</p>'
        . '<p>Адрес: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Имя пользователя: {$service_username}{if $proxmoxkvm_ssh}<br>Подключение: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Пароль: {$proxmoxkvm_password}{else}Её пароль вы найдёте на странице этой услуги в личном кабинете: нажмите там «Показать пароль».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Она запущена, но через {n} мин ещё не ответила: возможно, ей нужно ещё немного времени.',
        'few' => 'Она запущена, но через {n} мин ещё не ответила: возможно, ей нужно ещё немного времени.',
        'many' => 'Она запущена, но через {n} мин ещё не ответила: возможно, ей нужно ещё немного времени.',
        'other' => 'Она запущена, но через {n} мин ещё не ответила: возможно, ей нужно ещё немного времени.',
    ],
    'mail_reinstalled_subject' => 'Ваша виртуальная машина {$service_domain} переустановлена',
    'mail_reinstalled_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Ваша виртуальная машина {$service_domain} переустановлена и готова. Того, что раньше было на её дисках, больше нет.</p>'
        . '<p>Адрес: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Имя пользователя: {$service_username}{if $proxmoxkvm_ssh}<br>Подключение: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Пароль: {$proxmoxkvm_password}{else}Её пароль вы найдёте на странице этой услуги в личном кабинете: нажмите там «Показать пароль».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Ваша виртуальная машина {$service_domain} восстановлена',
    'mail_restored_body' => '<p>Здравствуйте, {$client_name}!</p><p>Ваша виртуальная машина {$service_domain} восстановлена из резервной копии. То, что находится на её дисках, относится ко времени этой копии, как и пароли внутри неё; её снимков больше нет. Её адреса и пакет — сегодняшние.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Вашу виртуальную машину {$service_domain} восстановить не удалось',
    'mail_restore_failed_body' => '<p>Здравствуйте, {$client_name}!</p><p>Резервную копию вашей виртуальной машины {$service_domain} восстановить не удалось, и у виртуальной машины теперь нет дисков. Ваши резервные копии по-прежнему есть: на её странице вы можете восстановить другую или обратиться к нам. Нашим сотрудникам об этом сообщено.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Ваша виртуальная машина {$service_domain} переведена на новый пакет',
    'mail_package_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Настройки вашей виртуальной машины {$service_domain} изменены: теперь они соответствуют вашему пакету {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Пароль вашей виртуальной машины {$service_domain} изменён',
    'mail_password_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Пароль вашей виртуальной машины {$service_domain} изменён.{if $proxmoxkvm_restart_needed} Новый начнёт действовать после следующего перезапуска виртуальной машины.{/if}</p>'
        . '<p>Если об этом просили не вы, сообщите нам, пожалуйста.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Ваша виртуальная машина {$service_domain} приостановлена',
    'mail_suspended_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Ваша виртуальная машина {$service_domain} приостановлена и выключена. Данные на её дисках не потеряны.{if $service_suspension_reason} Причина: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Подготовка вашей виртуальной машины {$service_domain} займёт немного больше времени',
    'mail_delayed_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Настройка вашей виртуальной машины {$service_domain} занимает больше времени, чем обычно. Наши сотрудники уже знают об этом и занимаются этим; вам ничего делать не нужно. Как только она будет готова, вы получите ещё одно письмо.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Ваша виртуальная машина {$service_domain}: изменение выполнить не удалось',
    'mail_failed_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Действие «{$proxmoxkvm_action}» для вашей виртуальной машины {$service_domain} выполнить не удалось. Виртуальная машина осталась такой, какой была, а нашим сотрудникам об этом сообщено.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Страница вашей виртуальной машины</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Ваша виртуальная машина {$service_domain} удалена',
    'mail_terminated_body' => '<p>Здравствуйте, {$client_name}!</p>'
        . '<p>Ваша виртуальная машина {$service_domain} удалена вместе с её дисками, снимками и резервными копиями. Вернуть их нельзя.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Переход на новый пакет',
    'mail_what_reinstall' => 'Переустановка',
    'mail_what_backup_make' => 'Резервная копия по расписанию',
];
