<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'המכונה הווירטואלית שלך {$service_domain} מוכנה',
    'mail_ready_body' => '<p>שלום {$client_name},</p>'
        . '<p>המכונה הווירטואלית שלך {$service_domain} מוכנה.</p>'
        . '<p>כתובת: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>שם משתמש: {$service_username}{if $proxmoxkvm_ssh}<br>התחברות: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}סיסמה: {$proxmoxkvm_password}{else}הסיסמה נמצאת בדף של שירות זה באזור הלקוחות: יש ללחוץ שם על "הצגת הסיסמה".{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'היא הופעלה, אבל לא ענתה לאחר דקה אחת: ייתכן שדרוש לה עוד קצת זמן.',
        'two' => 'היא הופעלה, אבל לא ענתה לאחר שתי דקות: ייתכן שדרוש לה עוד קצת זמן.',
        'other' => 'היא הופעלה, אבל לא ענתה לאחר {n} דקות: ייתכן שדרוש לה עוד קצת זמן.',
    ],
    'mail_reinstalled_subject' => 'המכונה הווירטואלית שלך {$service_domain} הותקנה מחדש',
    'mail_reinstalled_body' => '<p>שלום {$client_name},</p>'
        . '<p>המכונה הווירטואלית שלך {$service_domain} הותקנה מחדש ומוכנה. מה שהיה קודם על הדיסקים שלה אבד.</p>'
        . '<p>כתובת: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>שם משתמש: {$service_username}{if $proxmoxkvm_ssh}<br>התחברות: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}סיסמה: {$proxmoxkvm_password}{else}הסיסמה נמצאת בדף של שירות זה באזור הלקוחות: יש ללחוץ שם על "הצגת הסיסמה".{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'המכונה הווירטואלית שלך {$service_domain} שוחזרה',
    'mail_restored_body' => '<p>שלום {$client_name},</p>'
        . '<p>המכונה הווירטואלית שלך {$service_domain} שוחזרה מגיבוי. מה שעל הדיסקים שלה הוא מזמן הגיבוי ההוא, וכך גם הסיסמאות שבתוכה; תמונות המצב שלה אינן קיימות עוד. הכתובות והחבילה שלה הן אלה של היום.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'אי אפשר היה לשחזר את המכונה הווירטואלית שלך {$service_domain}',
    'mail_restore_failed_body' => '<p>שלום {$client_name},</p>'
        . '<p>אי אפשר היה לשחזר את הגיבוי של המכונה הווירטואלית שלך {$service_domain}, וכעת אין דיסקים במכונה הווירטואלית. הגיבויים שלך עדיין קיימים: בדף שלה אפשר לשחזר אחר, או לפנות אלינו. הצוות שלנו קיבל הודעה.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'למכונה הווירטואלית שלך {$service_domain} יש החבילה החדשה',
    'mail_package_body' => '<p>שלום {$client_name},</p>'
        . '<p>ההגדרות של המכונה הווירטואלית שלך {$service_domain} שונו לאלה של החבילה שלך {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'הסיסמה של המכונה הווירטואלית שלך {$service_domain} שונתה',
    'mail_password_body' => '<p>שלום {$client_name},</p>'
        . '<p>הסיסמה של המכונה הווירטואלית שלך {$service_domain} שונתה.{if $proxmoxkvm_restart_needed} הסיסמה החדשה תקפה לאחר ההפעלה מחדש הבאה של המכונה הווירטואלית.{/if}</p>'
        . '<p>אם הבקשה לא הגיעה ממך, נא להודיע לנו.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'המכונה הווירטואלית שלך {$service_domain} מושעית',
    'mail_suspended_body' => '<p>שלום {$client_name},</p>'
        . '<p>המכונה הווירטואלית שלך {$service_domain} מושעית ונעצרה. דבר מהדיסקים שלה אינו אובד.{if $service_suspension_reason} סיבה: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'המכונה הווירטואלית שלך {$service_domain} מתעכבת מעט',
    'mail_delayed_body' => '<p>שלום {$client_name},</p>'
        . '<p>הקמת המכונה הווירטואלית שלך {$service_domain} נמשכת יותר מהרגיל. הצוות שלנו קיבל הודעה ומטפל בכך; אין צורך לעשות דבר. הודעה נוספת תישלח אליך ברגע שתהיה מוכנה.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'המכונה הווירטואלית שלך {$service_domain}: שינוי לא היה אפשרי',
    'mail_failed_body' => '<p>שלום {$client_name},</p>'
        . '<p>במכונה הווירטואלית שלך {$service_domain} לא היה אפשר לבצע: {$proxmoxkvm_action}. המכונה הווירטואלית היא כפי שהייתה קודם, והצוות שלנו קיבל הודעה.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">הדף של המכונה הווירטואלית שלך</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'המכונה הווירטואלית שלך {$service_domain} הוסרה',
    'mail_terminated_body' => '<p>שלום {$client_name},</p>'
        . '<p>המכונה הווירטואלית שלך {$service_domain} הוסרה, עם הדיסקים, תמונות המצב והגיבויים שלה. אי אפשר להחזיר אותם.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'המעבר לחבילה החדשה',
    'mail_what_reinstall' => 'ההתקנה מחדש',
    'mail_what_backup_make' => 'הגיבוי המתוזמן',
];
