<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Ваша віртуальна машина {$service_domain} готова',
    'mail_ready_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Ваша віртуальна машина {$service_domain} готова.</p>'
        . '<p>Адреса: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Ім’я користувача: {$service_username}{if $proxmoxkvm_ssh}<br>Під’єднання: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Пароль: {$proxmoxkvm_password}{else}Її пароль ви знайдете на сторінці цієї послуги в кабінеті клієнта: натисніть там «Показати пароль».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Її запущено, але через {n} хв вона ще не відповіла: можливо, їй потрібно ще трохи часу.',
        'few' => 'Її запущено, але через {n} хв вона ще не відповіла: можливо, їй потрібно ще трохи часу.',
        'many' => 'Її запущено, але через {n} хв вона ще не відповіла: можливо, їй потрібно ще трохи часу.',
        'other' => 'Її запущено, але через {n} хв вона ще не відповіла: можливо, їй потрібно ще трохи часу.',
    ],
    'mail_reinstalled_subject' => 'Вашу віртуальну машину {$service_domain} перевстановлено',
    'mail_reinstalled_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Вашу віртуальну машину {$service_domain} перевстановлено, і вона готова. Того, що раніше було на її дисках, більше немає.</p>'
        . '<p>Адреса: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Ім’я користувача: {$service_username}{if $proxmoxkvm_ssh}<br>Під’єднання: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Пароль: {$proxmoxkvm_password}{else}Її пароль ви знайдете на сторінці цієї послуги в кабінеті клієнта: натисніть там «Показати пароль».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Вашу віртуальну машину {$service_domain} відновлено',
    'mail_restored_body' => '<p>Вітаємо, {$client_name}!</p><p>Вашу віртуальну машину {$service_domain} відновлено з резервної копії. Те, що є на її дисках, належить до часу цієї копії, як і паролі всередині неї; її знімків більше немає. Її адреси та пакет — сьогоднішні.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Вашу віртуальну машину {$service_domain} відновити не вдалося',
    'mail_restore_failed_body' => '<p>Вітаємо, {$client_name}!</p><p>Резервну копію вашої віртуальної машини {$service_domain} відновити не вдалося, і віртуальна машина тепер не має дисків. Ваші резервні копії й далі є: на її сторінці ви можете відновити іншу або звернутися до нас. Наших співробітників про це повідомлено.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Вашу віртуальну машину {$service_domain} переведено на новий пакет',
    'mail_package_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Налаштування вашої віртуальної машини {$service_domain} змінено: тепер вони відповідають вашому пакету {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Пароль вашої віртуальної машини {$service_domain} змінено',
    'mail_password_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Пароль вашої віртуальної машини {$service_domain} змінено.{if $proxmoxkvm_restart_needed} Новий почне діяти після наступного перезапуску віртуальної машини.{/if}</p>'
        . '<p>Якщо про це просили не ви, повідомте нас, будь ласка.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Вашу віртуальну машину {$service_domain} призупинено',
    'mail_suspended_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Вашу віртуальну машину {$service_domain} призупинено та зупинено. Нічого на її дисках не втрачено.{if $service_suspension_reason} Причина: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Підготовка вашої віртуальної машини {$service_domain} триватиме трохи довше',
    'mail_delayed_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Налаштування вашої віртуальної машини {$service_domain} триває довше, ніж зазвичай. Наші співробітники вже знають про це й займаються цим; вам нічого робити не потрібно. Щойно вона буде готова, ви отримаєте ще одного листа.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Ваша віртуальна машина {$service_domain}: зміну виконати не вдалося',
    'mail_failed_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Дію «{$proxmoxkvm_action}» для вашої віртуальної машини {$service_domain} виконати не вдалося. Віртуальна машина залишилася такою, якою була, а наших співробітників про це повідомлено.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Сторінка вашої віртуальної машини</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Вашу віртуальну машину {$service_domain} видалено',
    'mail_terminated_body' => '<p>Вітаємо, {$client_name}!</p>'
        . '<p>Вашу віртуальну машину {$service_domain} видалено разом з її дисками, знімками та резервними копіями. Повернути їх неможливо.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Перехід на новий пакет',
    'mail_what_reinstall' => 'Перевстановлення',
    'mail_what_backup_make' => 'Резервна копія за розкладом',
];
