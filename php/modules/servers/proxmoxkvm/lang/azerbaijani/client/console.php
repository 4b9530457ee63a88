<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsol',
    'console_connecting' => 'Qoşulur …',
    'console_open' => 'Qoşuldu.',
    'console_look_only' => 'Qoşuldu. Baxa bilərsiniz, amma yaza bilməzsiniz.',
    'console_lost' => 'Əlaqə kəsildi.',
    'console_again' => 'Yenidən cəhd edilir.',
    'console_buffered' => 'Başqa yolla qoşulur …',
    'console_files' => 'Konsolun faylları çatışmır və ya bu brauzerə uyğun deyil. Zəhmət olmasa dəstəyimizə müraciət edin.',
    'console_old' => 'Bu səhifə çox köhnədir və ya hesabdan çıxmısınız. Zəhmət olmasa onu yenidən yükləyin.',
    'console_foreign' => 'Yolda nəsə konsolun yerinə cavab verir (vəziyyət {status}). Zəhmət olmasa bunu dəstəyimizə bildirin.',
    'console_confirm_paste' => 'Yazıldı, bunlardan başqa: {letters}; bu klaviaturada onlar üçün düymə yoxdur.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Yapışdır',
    'console_keyboard' => 'Klaviatura',
    'console_scale' => 'Sığdır',
    'console_full' => 'Tam ekran',
    'console_text' => 'Mətn terminalı',
    'console_reconnect' => 'Yenidən qoşul',
    'console_power' => 'Qidalanma',
    'console_no_script' => 'Konsola JavaScript lazımdır.',
    'console_paste_help' => 'Bu mətn virtual maşına düymə-düymə yazılır:',
    'console_layout' => 'Onun sisteminin klaviaturası:',
    'console_type' => 'Yaz',
    'console_cancel' => 'Ləğv et',
    'console_end_closed' => 'Virtual maşın ekranını bağladı: o dayandırılıb, yenidən başladılıb və ya köçürülüb.',
    'console_end_left' => 'Konsol bağlandı.',
    'console_end_idle' => 'Konsol bağlandı, çünki yarım saat heç kim yazmadı.',
    'console_end_too_long' => 'Konsol bağlandı, çünki səkkiz saat açıq qaldı.',
    'console_end_suspended' => 'Konsol bağlandı, çünki xidmət dayandırılıb.',
    'console_end_gone' => 'Konsol bağlandı, çünki virtual maşın yenidən yaradılır, geri qaytarılır və ya silinir.',
    'console_end_other_owner' => 'Konsol bağlandı, çünki xidmət burada artıq aktiv deyil.',
    'console_end_unfit' => 'Konsol bağlandı: gələn anlaşılmadı.',
];
