<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'جهازك الافتراضي {$service_domain} جاهز',
    'mail_ready_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>جهازك الافتراضي {$service_domain} جاهز.</p>'
        . '<p>العنوان: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>اسم المستخدم: {$service_username}{if $proxmoxkvm_ssh}<br>الاتصال: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}كلمة المرور: {$proxmoxkvm_password}{else}تجد كلمة مروره في صفحة هذه الخدمة في منطقة العملاء: اضغط هناك «إظهار كلمة المرور».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'zero' => 'تم تشغيله، لكنه لم يستجب بعد مرور {n} دقيقة: قد يحتاج إلى مزيد من الوقت.',
        'one' => 'تم تشغيله، لكنه لم يستجب بعد مرور دقيقة واحدة: قد يحتاج إلى مزيد من الوقت.',
        'two' => 'تم تشغيله، لكنه لم يستجب بعد مرور دقيقتين: قد يحتاج إلى مزيد من الوقت.',
        'few' => 'تم تشغيله، لكنه لم يستجب بعد مرور {n} دقائق: قد يحتاج إلى مزيد من الوقت.',
        'many' => 'تم تشغيله، لكنه لم يستجب بعد مرور {n} دقيقة: قد يحتاج إلى مزيد من الوقت.',
        'other' => 'تم تشغيله، لكنه لم يستجب بعد مرور {n} دقيقة: قد يحتاج إلى مزيد من الوقت.',
    ],
    'mail_reinstalled_subject' => 'تمت إعادة تثبيت جهازك الافتراضي {$service_domain}',
    'mail_reinstalled_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تمت إعادة تثبيت جهازك الافتراضي {$service_domain} وهو جاهز. ما كان على أقراصه من قبل لم يعد موجودًا.</p>'
        . '<p>العنوان: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>اسم المستخدم: {$service_username}{if $proxmoxkvm_ssh}<br>الاتصال: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}كلمة المرور: {$proxmoxkvm_password}{else}تجد كلمة مروره في صفحة هذه الخدمة في منطقة العملاء: اضغط هناك «إظهار كلمة المرور».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'تمت استعادة جهازك الافتراضي {$service_domain}',
    'mail_restored_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تمت استعادة جهازك الافتراضي {$service_domain} من نسخة احتياطية. ما على أقراصه يعود إلى وقت تلك النسخة، وكذلك كلمات المرور التي بداخله؛ ولم تعد لقطاته موجودة. أما عناوينه وباقته فهي الحالية.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'تعذرت استعادة جهازك الافتراضي {$service_domain}',
    'mail_restore_failed_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تعذرت استعادة النسخة الاحتياطية لجهازك الافتراضي {$service_domain}، ولم تعد للجهاز الافتراضي أقراص الآن. نسخك الاحتياطية ما زالت موجودة: يمكنك في صفحته استعادة نسخة أخرى، أو أن تسألنا. تم إبلاغ فريقنا.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'حصل جهازك الافتراضي {$service_domain} على باقته الجديدة',
    'mail_package_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تم تغيير إعدادات جهازك الافتراضي {$service_domain} إلى إعدادات باقتك {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'تم تغيير كلمة مرور جهازك الافتراضي {$service_domain}',
    'mail_password_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تم تغيير كلمة مرور جهازك الافتراضي {$service_domain}.{if $proxmoxkvm_restart_needed} تصبح كلمة المرور الجديدة صالحة بعد إعادة التشغيل التالية للجهاز الافتراضي.{/if}</p>'
        . '<p>إذا لم تكن أنت من طلب ذلك، فيرجى إبلاغنا.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'تم تعليق جهازك الافتراضي {$service_domain}',
    'mail_suspended_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تم تعليق جهازك الافتراضي {$service_domain} وإيقافه. لم يُفقد أي شيء على أقراصه.{if $service_suspension_reason} السبب: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'يحتاج جهازك الافتراضي {$service_domain} إلى وقت أطول قليلًا',
    'mail_delayed_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>يستغرق إعداد جهازك الافتراضي {$service_domain} وقتًا أطول من المعتاد. تم إبلاغ فريقنا وهو يتابع الأمر؛ ولا يلزمك القيام بأي شيء. ستصلك رسالة أخرى حالما يصبح جاهزًا.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'جهازك الافتراضي {$service_domain}: تعذّر إجراء تغيير',
    'mail_failed_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تعذّر تنفيذ ما يلي لجهازك الافتراضي {$service_domain}: {$proxmoxkvm_action}. الجهاز الافتراضي كما كان من قبل، وقد تم إبلاغ فريقنا.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">صفحة جهازك الافتراضي</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'تمت إزالة جهازك الافتراضي {$service_domain}',
    'mail_terminated_body' => '<p>مرحبًا {$client_name}،</p>'
        . '<p>تمت إزالة جهازك الافتراضي {$service_domain}، مع أقراصه ولقطاته ونسخه الاحتياطية. ولا يمكن استعادتها.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'الانتقال إلى الباقة الجديدة',
    'mail_what_reinstall' => 'إعادة التثبيت',
    'mail_what_backup_make' => 'النسخة الاحتياطية المجدولة',
];
