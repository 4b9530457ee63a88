<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['מכונה וירטואלית', 'מכונה הווירטואלית', 'מכונה וירטואלית', 'מכונות וירטואליות', 'מכונות הווירטואליות', 'VM'],
    'snapshot' => ['תמונת מצב', 'תמונת המצב', 'תמונות מצב', 'תמונות המצב'],
    'backup' => ['גיבוי'],
    'reboot' => ['הפעלה מחדש'],
    'shut_down' => ['כיבוי'],
    'force_off' => ['כיבוי בכוח'],
    'rescue' => ['מערכת הצלה', 'הצלה'],
    'rebuild' => ['בנייה מחדש'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['"'],
    'forbidden' => [],
    'same' => [],
    'except' => ['client_keys_when'],
];
