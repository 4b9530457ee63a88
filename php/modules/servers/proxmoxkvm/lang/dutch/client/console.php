<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Console',
    'console_connecting' => 'Verbinden …',
    'console_open' => 'Verbonden.',
    'console_look_only' => 'Verbonden. U kunt kijken, maar niet typen.',
    'console_lost' => 'De verbinding is verbroken.',
    'console_again' => 'Er wordt een nieuwe poging gedaan.',
    'console_buffered' => 'Verbinden op een andere manier …',
    'console_files' => 'Bestanden van de console ontbreken of passen niet bij deze browser. Neem contact op met onze support.',
    'console_old' => 'Deze pagina is te oud, of u bent uitgelogd. Laad de pagina opnieuw.',
    'console_foreign' => 'Iets onderweg antwoordt in plaats van de console (status {status}). Neem contact op met onze ondersteuning.',
    'console_confirm_paste' => 'Getypt, behalve {letters}: dit toetsenbord heeft daar geen toetsen voor.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Plakken',
    'console_keyboard' => 'Toetsenbord',
    'console_scale' => 'Passend',
    'console_full' => 'Volledig scherm',
    'console_text' => 'Tekstterminal',
    'console_reconnect' => 'Opnieuw verbinden',
    'console_power' => 'Aan/uit',
    'console_no_script' => 'De console heeft JavaScript nodig.',
    'console_paste_help' => 'Deze tekst wordt toets voor toets in de virtuele machine getypt:',
    'console_layout' => 'Toetsenbord van haar systeem:',
    'console_type' => 'Typen',
    'console_cancel' => 'Annuleren',
    'console_end_closed' => 'De virtuele machine heeft haar scherm gesloten: ze is gestopt, herstart of verplaatst.',
    'console_end_left' => 'De console is gesloten.',
    'console_end_idle' => 'De console is gesloten omdat een half uur lang niemand heeft getypt.',
    'console_end_too_long' => 'De console is gesloten omdat deze acht uur open was.',
    'console_end_suspended' => 'De console is gesloten omdat de dienst is opgeschort.',
    'console_end_gone' => 'De console is gesloten omdat de virtuele machine opnieuw wordt gemaakt, wordt teruggedraaid of wordt verwijderd.',
    'console_end_other_owner' => 'De console is gesloten omdat de dienst hier niet meer actief is.',
    'console_end_unfit' => 'De console is gesloten: wat binnenkwam, was niet te begrijpen.',
];
