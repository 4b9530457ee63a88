<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konzol',
    'console_connecting' => 'Csatlakozás …',
    'console_open' => 'Csatlakozva.',
    'console_look_only' => 'Csatlakozva. Nézheti, de nem gépelhet.',
    'console_lost' => 'A kapcsolat megszakadt.',
    'console_again' => 'Újra próbálkozunk.',
    'console_buffered' => 'Csatlakozás más módon …',
    'console_files' => 'A konzol fájljai hiányoznak, vagy nem illenek ehhez a böngészőhöz. Kérjük, forduljon az ügyfélszolgálatunkhoz.',
    'console_old' => 'Ez az oldal túl régi, vagy Ön ki van jelentkezve. Kérjük, töltse be újra.',
    'console_foreign' => 'Valami útközben válaszol a konzol helyett (állapot: {status}). Kérjük, szóljon ügyfélszolgálatunknak.',
    'console_confirm_paste' => 'Beírva, ezek kivételével: {letters}. Ezen a billentyűzeten nincs hozzájuk billentyű.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Beillesztés',
    'console_keyboard' => 'Billentyűzet',
    'console_scale' => 'Igazítás',
    'console_full' => 'Teljes képernyő',
    'console_text' => 'Szöveges terminál',
    'console_reconnect' => 'Újracsatlakozás',
    'console_power' => 'Ki- és bekapcs.',
    'console_no_script' => 'A konzolhoz JavaScript szükséges.',
    'console_paste_help' => 'Ez a szöveg billentyűről billentyűre beíródik a virtuális gépbe:',
    'console_layout' => 'A rendszerének billentyűzete:',
    'console_type' => 'Beírás',
    'console_cancel' => 'Mégse',
    'console_end_closed' => 'A virtuális gép bezárta a képernyőjét: leállították, újraindították vagy áthelyezték.',
    'console_end_left' => 'A konzol bezárult.',
    'console_end_idle' => 'A konzol bezárult, mert fél órán át senki sem gépelt.',
    'console_end_too_long' => 'A konzol bezárult, mert nyolc órán át nyitva volt.',
    'console_end_suspended' => 'A konzol bezárult, mert a szolgáltatás fel van függesztve.',
    'console_end_gone' => 'A konzol bezárult, mert a virtuális gép újból létrejön, egy pillanatképhez tér vissza, vagy eltávolítják.',
    'console_end_other_owner' => 'A konzol bezárult, mert a szolgáltatás itt már nem aktív.',
    'console_end_unfit' => 'A konzol bezárult: ami érkezett, nem volt értelmezhető.',
];
