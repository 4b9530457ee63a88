<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'ماشین مجازی شما {$service_domain} آماده است',
    'mail_ready_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>ماشین مجازی شما {$service_domain} آماده است.</p>'
        . '<p>نشانی: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>نام کاربری: {$service_username}{if $proxmoxkvm_ssh}<br>اتصال: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}رمز عبور: {$proxmoxkvm_password}{else}رمز عبور را در صفحهٔ این سرویس در ناحیهٔ کاربری می‌یابید: آنجا «نمایش رمز عبور» را بزنید.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'روشن شد، ولی پس از {n} دقیقه هنوز پاسخ نداده بود: شاید کمی بیشتر زمان بخواهد.',
        'other' => 'روشن شد، ولی پس از {n} دقیقه هنوز پاسخ نداده بود: شاید کمی بیشتر زمان بخواهد.',
    ],
    'mail_reinstalled_subject' => 'ماشین مجازی شما {$service_domain} دوباره نصب شد',
    'mail_reinstalled_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>ماشین مجازی شما {$service_domain} دوباره نصب شد و آماده است. آنچه پیش‌تر روی دیسک‌های آن بود از دست رفته است.</p>'
        . '<p>نشانی: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>نام کاربری: {$service_username}{if $proxmoxkvm_ssh}<br>اتصال: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}رمز عبور: {$proxmoxkvm_password}{else}رمز عبور را در صفحهٔ این سرویس در ناحیهٔ کاربری می‌یابید: آنجا «نمایش رمز عبور» را بزنید.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'ماشین مجازی شما {$service_domain} بازیابی شد',
    'mail_restored_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>ماشین مجازی شما {$service_domain} از یک پشتیبان بازیابی شد. آنچه روی دیسک‌های آن است از زمان آن پشتیبان است و رمزهای درون آن نیز همین‌طور؛ اسنپ‌شات‌های آن دیگر نیستند. نشانی‌ها و بستهٔ آن همان‌های امروزند.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'ماشین مجازی شما {$service_domain} را نشد بازیابی کرد',
    'mail_restore_failed_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>پشتیبان ماشین مجازی شما {$service_domain} را نشد بازیابی کرد و ماشین مجازی اکنون دیسک ندارد. پشتیبان‌های شما هنوز هستند: در صفحهٔ آن می‌توانید یکی دیگر را بازیابی کنید یا از ما بپرسید. به کارکنان ما خبر داده شد.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'ماشین مجازی شما {$service_domain} بستهٔ تازه‌اش را دارد',
    'mail_package_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>تنظیمات ماشین مجازی شما {$service_domain} به تنظیمات بستهٔ شما {$service_product_name} تغییر کرد.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'رمز عبور ماشین مجازی شما {$service_domain} تغییر کرد',
    'mail_password_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>رمز عبور ماشین مجازی شما {$service_domain} تغییر کرد.{if $proxmoxkvm_restart_needed} رمز تازه پس از راه‌اندازی مجدد بعدی ماشین مجازی معتبر است.{/if}</p>'
        . '<p>اگر شما این را نخواسته‌اید، لطفاً به ما بگویید.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'ماشین مجازی شما {$service_domain} معلق است',
    'mail_suspended_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>ماشین مجازی شما {$service_domain} معلق و متوقف شد. چیزی از دیسک‌های آن از دست نمی‌رود.{if $service_suspension_reason} دلیل: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'ماشین مجازی شما {$service_domain} کمی بیشتر طول می‌کشد',
    'mail_delayed_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>آماده‌سازی ماشین مجازی شما {$service_domain} بیشتر از معمول طول می‌کشد. به کارکنان ما خبر داده شد و آنها پیگیری می‌کنند؛ لازم نیست کاری بکنید. به محض آماده شدن نامهٔ دیگری می‌گیرید.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'ماشین مجازی شما {$service_domain}: یک تغییر انجام نشد',
    'mail_failed_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>این کار برای ماشین مجازی شما {$service_domain} انجام نشد: {$proxmoxkvm_action}. ماشین مجازی مانند پیش است و به کارکنان ما خبر داده شد.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحهٔ ماشین مجازی شما</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'ماشین مجازی شما {$service_domain} حذف شد',
    'mail_terminated_body' => '<p>{$client_name} گرامی،</p>'
        . '<p>ماشین مجازی شما {$service_domain} با دیسک‌ها، اسنپ‌شات‌ها و پشتیبان‌هایش حذف شد. نمی‌توان آنها را برگرداند.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'تغییر به بستهٔ تازه',
    'mail_what_reinstall' => 'نصب مجدد',
    'mail_what_backup_make' => 'پشتیبان زمان‌بندی‌شده',
];
