<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsole',
    'console_connecting' => 'Verbindung wird aufgebaut …',
    'console_open' => 'Verbunden.',
    'console_look_only' => 'Verbunden. Sie dürfen zusehen, aber nicht tippen.',
    'console_lost' => 'Die Verbindung ist verloren.',
    'console_again' => 'Es wird noch einmal versucht.',
    'console_buffered' => 'Verbindung wird auf anderem Weg aufgebaut …',
    'console_files' => 'Dateien der Konsole fehlen oder passen nicht zu diesem Browser. Bitte fragen Sie unseren Support.',
    'console_old' => 'Diese Seite ist zu alt, oder Sie sind abgemeldet. Bitte laden Sie sie neu.',
    'console_foreign' => 'Etwas auf dem Weg antwortet an Stelle der Konsole (Status {status}). Bitte sagen Sie es unserem Support.',
    'console_confirm_paste' => 'Getippt, außer {letters}: Dafür hat diese Tastatur keine Tasten.',
    'console_cad' => 'Strg-Alt-Entf',
    'console_paste' => 'Einfügen',
    'console_keyboard' => 'Tastatur',
    'console_scale' => 'Anpassen',
    'console_full' => 'Vollbild',
    'console_text' => 'Textterminal',
    'console_reconnect' => 'Neu verbinden',
    'console_power' => 'Ein und Aus',
    'console_no_script' => 'Die Konsole braucht JavaScript.',
    'console_paste_help' => 'Dieser Text wird in die virtuelle Maschine getippt, Taste für Taste:',
    'console_layout' => 'Tastatur ihres Systems:',
    'console_type' => 'Eintippen',
    'console_cancel' => 'Abbrechen',
    'console_end_closed' => 'Die virtuelle Maschine hat ihren Bildschirm geschlossen: Sie wurde angehalten, neu gestartet oder verschoben.',
    'console_end_left' => 'Die Konsole wurde geschlossen.',
    'console_end_idle' => 'Die Konsole wurde geschlossen, weil eine halbe Stunde lang niemand getippt hat.',
    'console_end_too_long' => 'Die Konsole wurde geschlossen, weil sie acht Stunden offen war.',
    'console_end_suspended' => 'Die Konsole wurde geschlossen, weil der Dienst gesperrt ist.',
    'console_end_gone' => 'Die Konsole wurde geschlossen, weil die virtuelle Maschine neu angelegt, zurückgesetzt oder entfernt wird.',
    'console_end_other_owner' => 'Die Konsole wurde geschlossen, weil der Dienst hier nicht mehr aktiv ist.',
    'console_end_unfit' => 'Die Konsole wurde geschlossen: Was ankam, war nicht zu verstehen.',
];
