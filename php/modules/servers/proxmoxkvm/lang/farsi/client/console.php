<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'کنسول',
    'console_connecting' => 'در حال اتصال …',
    'console_open' => 'متصل شد.',
    'console_look_only' => 'متصل شد. می‌توانید ببینید ولی نمی‌توانید بنویسید.',
    'console_lost' => 'ارتباط قطع شد.',
    'console_again' => 'دوباره تلاش می‌شود.',
    'console_buffered' => 'در حال اتصال از راه دیگر …',
    'console_files' => 'پرونده‌های کنسول نیستند یا با این مرورگر سازگار نیستند. لطفاً از پشتیبانی ما بپرسید.',
    'console_old' => 'این صفحه بیش از اندازه قدیمی است یا از حساب خارج شده‌اید. لطفاً آن را دوباره بارگذاری کنید.',
    'console_foreign' => 'چیزی در راه به جای کنسول پاسخ می‌دهد (وضعیت {status}). لطفاً به پشتیبانی ما بگویید.',
    'console_confirm_paste' => 'نوشته شد، به جز {letters}: این صفحه‌کلید برای آنها کلیدی ندارد.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'چسباندن',
    'console_keyboard' => 'صفحه‌کلید',
    'console_scale' => 'هم‌اندازه',
    'console_full' => 'تمام‌صفحه',
    'console_text' => 'پایانهٔ متنی',
    'console_reconnect' => 'اتصال دوباره',
    'console_power' => 'روشن و خاموش',
    'console_no_script' => 'کنسول به JavaScript نیاز دارد.',
    'console_paste_help' => 'این متن کلید به کلید در ماشین مجازی نوشته می‌شود:',
    'console_layout' => 'صفحه‌کلید سیستم آن:',
    'console_type' => 'بنویس',
    'console_cancel' => 'لغو',
    'console_end_closed' => 'ماشین مجازی نمایشگر خود را بسته است: متوقف، دوباره راه‌اندازی یا جابه‌جا شده است.',
    'console_end_left' => 'کنسول بسته شد.',
    'console_end_idle' => 'کنسول بسته شد، چون نیم ساعت کسی چیزی ننوشت.',
    'console_end_too_long' => 'کنسول بسته شد، چون هشت ساعت باز بود.',
    'console_end_suspended' => 'کنسول بسته شد، چون سرویس معلق است.',
    'console_end_gone' => 'کنسول بسته شد، چون ماشین مجازی از نو ساخته، به اسنپ‌شات بازگردانده یا حذف می‌شود.',
    'console_end_other_owner' => 'کنسول بسته شد، چون سرویس دیگر اینجا فعال نیست.',
    'console_end_unfit' => 'کنسول بسته شد: آنچه رسید فهمیدنی نبود.',
];
