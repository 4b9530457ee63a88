<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'מסוף',
    'console_connecting' => 'מתחבר …',
    'console_open' => 'מחובר.',
    'console_look_only' => 'מחובר. אפשר להביט, אבל לא להקליד.',
    'console_lost' => 'החיבור אבד.',
    'console_again' => 'נעשה ניסיון נוסף.',
    'console_buffered' => 'מתחבר בדרך אחרת …',
    'console_files' => 'קבצים של המסוף חסרים או אינם מתאימים לדפדפן זה. נא לפנות לתמיכה שלנו.',
    'console_old' => 'דף זה ישן מדי, או שההתחברות שלך הסתיימה. נא לטעון אותו מחדש.',
    'console_foreign' => 'משהו בדרך עונה במקום המסוף (מצב {status}). נא להודיע לתמיכה שלנו.',
    'console_confirm_paste' => 'הוקלד, מלבד {letters}: במקלדת זו אין להם מקשים.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'הדבקה',
    'console_keyboard' => 'מקלדת',
    'console_scale' => 'התאמה',
    'console_full' => 'מסך מלא',
    'console_text' => 'מסוף טקסט',
    'console_reconnect' => 'התחברות שוב',
    'console_power' => 'הפעלה וכיבוי',
    'console_no_script' => 'המסוף דורש JavaScript.',
    'console_paste_help' => 'טקסט זה מוקלד במכונה הווירטואלית, מקש אחר מקש:',
    'console_layout' => 'המקלדת של המערכת שלה:',
    'console_type' => 'הקלדה',
    'console_cancel' => 'ביטול',
    'console_end_closed' => 'המכונה הווירטואלית סגרה את המסך שלה: היא נעצרה, הופעלה מחדש או הועברה.',
    'console_end_left' => 'המסוף נסגר.',
    'console_end_idle' => 'המסוף נסגר כי איש לא הקליד במשך חצי שעה.',
    'console_end_too_long' => 'המסוף נסגר כי היה פתוח שמונה שעות.',
    'console_end_suspended' => 'המסוף נסגר כי השירות מושעה.',
    'console_end_gone' => 'המסוף נסגר כי המכונה הווירטואלית נוצרת מחדש, מוחזרת לאחור או מוסרת.',
    'console_end_other_owner' => 'המסוף נסגר כי השירות כבר אינו פעיל כאן.',
    'console_end_unfit' => 'המסוף נסגר: מה שהתקבל לא היה מובן.',
];
