<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['ماشین مجازی', 'ماشین‌های مجازی', 'VM'],
    'snapshot' => ['اسنپ‌شات'],
    'backup' => ['پشتیبان'],
    'reboot' => ['راه‌اندازی مجدد'],
    'shut_down' => ['خاموش کردن'],
    'force_off' => ['خاموشی اجباری'],
    'rescue' => ['سیستم نجات', 'نجات'],
    'rebuild' => ['بازسازی'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => [],
    'same' => [],
    'except' => ['client_keys_when'],
];
