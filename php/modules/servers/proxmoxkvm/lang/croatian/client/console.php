<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konzola',
    'console_connecting' => 'Povezivanje …',
    'console_open' => 'Povezano.',
    'console_look_only' => 'Povezano. Možete gledati, ali ne i tipkati.',
    'console_lost' => 'Veza je izgubljena.',
    'console_again' => 'Pokušava se ponovno.',
    'console_buffered' => 'Povezivanje na drugi način …',
    'console_files' => 'Datoteke konzole nedostaju ili ne odgovaraju ovom pregledniku. Obratite se našoj podršci.',
    'console_old' => 'Ova je stranica prestara ili ste odjavljeni. Ponovno je učitajte.',
    'console_foreign' => 'Nešto na putu odgovara umjesto konzole (status {status}). Javite to našoj podršci.',
    'console_confirm_paste' => 'Otipkano, osim {letters}: ova tipkovnica nema tipke za njih.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Zalijepi',
    'console_keyboard' => 'Tipkovnica',
    'console_scale' => 'Prilagodi',
    'console_full' => 'Cijeli zaslon',
    'console_text' => 'Tekstualni terminal',
    'console_reconnect' => 'Poveži ponovno',
    'console_power' => 'Napajanje',
    'console_no_script' => 'Za konzolu je potreban JavaScript.',
    'console_paste_help' => 'Ovaj se tekst tipka u virtualni stroj, tipku po tipku:',
    'console_layout' => 'Tipkovnica njegova sustava:',
    'console_type' => 'Otipkaj',
    'console_cancel' => 'Odustani',
    'console_end_closed' => 'Virtualni stroj je zatvorio svoj zaslon: zaustavljen je, ponovno pokrenut ili premješten.',
    'console_end_left' => 'Konzola je zatvorena.',
    'console_end_idle' => 'Konzola je zatvorena jer pola sata nitko nije tipkao.',
    'console_end_too_long' => 'Konzola je zatvorena jer je bila otvorena osam sati.',
    'console_end_suspended' => 'Konzola je zatvorena jer je usluga suspendirana.',
    'console_end_gone' => 'Konzola je zatvorena jer se virtualni stroj izrađuje iznova, vraća na snimku stanja ili uklanja.',
    'console_end_other_owner' => 'Konzola je zatvorena jer usluga ovdje više nije aktivna.',
    'console_end_unfit' => 'Konzola je zatvorena: ono što je stiglo nije bilo razumljivo.',
];
