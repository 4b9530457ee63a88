<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'وحدة التحكم',
    'console_connecting' => 'جارٍ الاتصال …',
    'console_open' => 'متصل.',
    'console_look_only' => 'متصل. يمكنك المشاهدة دون الكتابة.',
    'console_lost' => 'انقطع الاتصال.',
    'console_again' => 'تجري المحاولة مرة أخرى.',
    'console_buffered' => 'جارٍ الاتصال بطريقة أخرى …',
    'console_files' => 'ملفات وحدة التحكم ناقصة أو لا تناسب هذا المتصفح. يرجى التواصل مع الدعم الفني لدينا.',
    'console_old' => 'هذه الصفحة قديمة جدًا، أو تم تسجيل خروجك. يرجى إعادة تحميلها.',
    'console_foreign' => 'شيء ما في الطريق يجيب بدلًا من وحدة التحكم (الحالة {status}). يرجى إبلاغ الدعم الفني لدينا.',
    'console_confirm_paste' => 'تمت الكتابة، ما عدا {letters}: لا توجد لها مفاتيح في لوحة المفاتيح هذه.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'لصق',
    'console_keyboard' => 'لوحة المفاتيح',
    'console_scale' => 'ملاءمة',
    'console_full' => 'ملء الشاشة',
    'console_text' => 'الطرفية النصية',
    'console_reconnect' => 'إعادة الاتصال',
    'console_power' => 'الطاقة',
    'console_no_script' => 'تحتاج وحدة التحكم إلى JavaScript.',
    'console_paste_help' => 'يُكتب هذا النص في الجهاز الافتراضي مفتاحًا تلو الآخر:',
    'console_layout' => 'لوحة مفاتيح نظامه:',
    'console_type' => 'كتابة النص',
    'console_cancel' => 'إلغاء',
    'console_end_closed' => 'أغلق الجهاز الافتراضي شاشته: فقد أُوقف أو أُعيد تشغيله أو نُقل.',
    'console_end_left' => 'أُغلقت وحدة التحكم.',
    'console_end_idle' => 'أُغلقت وحدة التحكم لأن أحدًا لم يكتب شيئًا لمدة نصف ساعة.',
    'console_end_too_long' => 'أُغلقت وحدة التحكم لأنها كانت مفتوحة ثماني ساعات.',
    'console_end_suspended' => 'أُغلقت وحدة التحكم لأن الخدمة معلّقة.',
    'console_end_gone' => 'أُغلقت وحدة التحكم لأن الجهاز الافتراضي يُنشأ من جديد أو يُرجَع إلى لقطة أو يُزال.',
    'console_end_other_owner' => 'أُغلقت وحدة التحكم لأن الخدمة لم تعد نشطة هنا.',
    'console_end_unfit' => 'أُغلقت وحدة التحكم: تعذّر فهم البيانات الواردة.',
];
