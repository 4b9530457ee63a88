<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsola',
    'console_connecting' => 'Łączenie …',
    'console_open' => 'Połączono.',
    'console_look_only' => 'Połączono. Można patrzeć, ale nie pisać.',
    'console_lost' => 'Połączenie zostało utracone.',
    'console_again' => 'Trwa kolejna próba.',
    'console_buffered' => 'Łączenie w inny sposób …',
    'console_files' => 'Brakuje plików konsoli lub nie pasują one do tej przeglądarki. Proszę zapytać nasz dział wsparcia.',
    'console_old' => 'Ta strona jest nieaktualna albo nastąpiło wylogowanie. Proszę ją odświeżyć.',
    'console_foreign' => 'Coś po drodze odpowiada zamiast konsoli (status {status}). Proszę powiadomić naszą pomoc.',
    'console_confirm_paste' => 'Wpisano, oprócz {letters}: ta klawiatura nie ma takich klawiszy.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Wklej',
    'console_keyboard' => 'Klawiatura',
    'console_scale' => 'Dopasuj',
    'console_full' => 'Pełny ekran',
    'console_text' => 'Terminal tekstowy',
    'console_reconnect' => 'Połącz ponownie',
    'console_power' => 'Zasilanie',
    'console_no_script' => 'Konsola wymaga JavaScriptu.',
    'console_paste_help' => 'Ten tekst zostanie wpisany w maszynie wirtualnej, klawisz po klawiszu:',
    'console_layout' => 'Klawiatura jej systemu:',
    'console_type' => 'Wpisz',
    'console_cancel' => 'Anuluj',
    'console_end_closed' => 'Maszyna wirtualna zamknęła ekran: została zatrzymana, uruchomiona ponownie lub przeniesiona.',
    'console_end_left' => 'Konsola została zamknięta.',
    'console_end_idle' => 'Konsola została zamknięta, bo przez pół godziny nikt nie pisał.',
    'console_end_too_long' => 'Konsola została zamknięta, bo była otwarta osiem godzin.',
    'console_end_suspended' => 'Konsola została zamknięta, bo usługa jest zawieszona.',
    'console_end_gone' => 'Konsola została zamknięta, bo maszyna wirtualna jest tworzona na nowo, cofana do migawki lub usuwana.',
    'console_end_other_owner' => 'Konsola została zamknięta, bo usługa nie jest tu już aktywna.',
    'console_end_unfit' => 'Konsola została zamknięta: tego, co nadeszło, nie dało się zrozumieć.',
];
