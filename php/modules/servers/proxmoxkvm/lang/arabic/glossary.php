<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['جهاز افتراضي', 'الجهاز الافتراضي', 'لجهاز الافتراضي', 'جهازك الافتراضي', 'الأجهزة الافتراضية', 'أجهزتك الافتراضية'],
    'snapshot' => ['لقطة', 'لقطات'],
    'backup' => ['نسخة احتياطية', 'احتياطي'],
    'reboot' => ['إعادة التشغيل'],
    'shut_down' => ['إيقاف التشغيل'],
    'force_off' => ['إيقاف قسري'],
    'rescue' => ['نظام الإنقاذ', 'الإنقاذ', 'إنقاذ'],
    'rebuild' => ['إعادة البناء'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => [],
    'same' => [],
    'except' => [],
];
