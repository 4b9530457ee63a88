<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsol',
    'console_connecting' => 'Ansluter …',
    'console_open' => 'Ansluten.',
    'console_look_only' => 'Ansluten. Du får titta, men inte skriva.',
    'console_lost' => 'Anslutningen har brutits.',
    'console_again' => 'Ett nytt försök görs.',
    'console_buffered' => 'Ansluter på ett annat sätt …',
    'console_files' => 'Filer till konsolen saknas eller passar inte den här webbläsaren. Kontakta vår support.',
    'console_old' => 'Den här sidan är för gammal, eller så är du utloggad. Ladda om den.',
    'console_foreign' => 'Något på vägen svarar i stället för konsolen (status {status}). Kontakta vår support.',
    'console_confirm_paste' => 'Skrivet, utom {letters}: det här tangentbordet har inga tangenter för dem.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Klistra in',
    'console_keyboard' => 'Tangentbord',
    'console_scale' => 'Anpassa',
    'console_full' => 'Helskärm',
    'console_text' => 'Textterminal',
    'console_reconnect' => 'Anslut igen',
    'console_power' => 'Av och på',
    'console_no_script' => 'Konsolen kräver JavaScript.',
    'console_paste_help' => 'Den här texten skrivs in i den virtuella maskinen, tangent för tangent:',
    'console_layout' => 'Systemets tangentbord:',
    'console_type' => 'Skriv in',
    'console_cancel' => 'Avbryt',
    'console_end_closed' => 'Den virtuella maskinen har stängt sin skärm: den stoppades, startades om eller flyttades.',
    'console_end_left' => 'Konsolen stängdes.',
    'console_end_idle' => 'Konsolen stängdes eftersom ingen skrev något på en halvtimme.',
    'console_end_too_long' => 'Konsolen stängdes eftersom den hade varit öppen i åtta timmar.',
    'console_end_suspended' => 'Konsolen stängdes eftersom tjänsten är spärrad.',
    'console_end_gone' => 'Konsolen stängdes eftersom den virtuella maskinen skapas på nytt, rullas tillbaka eller tas bort.',
    'console_end_other_owner' => 'Konsolen stängdes eftersom tjänsten inte längre är aktiv här.',
    'console_end_unfit' => 'Konsolen stängdes: det som kom gick inte att förstå.',
];
