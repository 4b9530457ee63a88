<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Twoja maszyna wirtualna {$service_domain} jest gotowa',
    'mail_ready_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Maszyna wirtualna {$service_domain} jest gotowa.</p>'
        . '<p>Adres: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nazwa użytkownika: {$service_username}{if $proxmoxkvm_ssh}<br>Połączenie: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Hasło: {$proxmoxkvm_password}{else}Hasło znajduje się w panelu klienta na stronie tej usługi: proszę tam nacisnąć „Pokaż hasło”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Została uruchomiona, ale po {n} minucie jeszcze nie odpowiadała: być może potrzebuje trochę więcej czasu.',
        'few' => 'Została uruchomiona, ale po {n} minutach jeszcze nie odpowiadała: być może potrzebuje trochę więcej czasu.',
        'many' => 'Została uruchomiona, ale po {n} minutach jeszcze nie odpowiadała: być może potrzebuje trochę więcej czasu.',
        'other' => 'Została uruchomiona, ale po {n} minuty jeszcze nie odpowiadała: być może potrzebuje trochę więcej czasu.',
    ],
    'mail_reinstalled_subject' => 'Twoja maszyna wirtualna {$service_domain} została zainstalowana ponownie',
    'mail_reinstalled_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Maszyna wirtualna {$service_domain} została zainstalowana ponownie i jest gotowa. Poprzednia zawartość jej dysków już nie istnieje.</p>'
        . '<p>Adres: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nazwa użytkownika: {$service_username}{if $proxmoxkvm_ssh}<br>Połączenie: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Hasło: {$proxmoxkvm_password}{else}Hasło znajduje się w panelu klienta na stronie tej usługi: proszę tam nacisnąć „Pokaż hasło”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Twoja maszyna wirtualna {$service_domain} została przywrócona',
    'mail_restored_body' => '<p>Dzień dobry, {$client_name}!</p><p>Maszyna wirtualna {$service_domain} została przywrócona z kopii zapasowej. Zawartość jej dysków pochodzi z czasu tej kopii, także hasła; jej migawki już nie istnieją. Adresy i pakiet są dzisiejsze.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Nie udało się przywrócić maszyny wirtualnej {$service_domain}',
    'mail_restore_failed_body' => '<p>Dzień dobry, {$client_name}!</p><p>Kopii maszyny wirtualnej {$service_domain} nie udało się przywrócić i maszyna nie ma teraz dysków. Kopie nadal są: na jej stronie można przywrócić inną albo zapytać nas. Nasi pracownicy o tym wiedzą.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Twoja maszyna wirtualna {$service_domain} ma nowy pakiet',
    'mail_package_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Ustawienia maszyny wirtualnej {$service_domain} odpowiadają teraz pakietowi {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Hasło Twojej maszyny wirtualnej {$service_domain} zostało zmienione',
    'mail_password_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Hasło maszyny wirtualnej {$service_domain} zostało zmienione.{if $proxmoxkvm_restart_needed} Nowe będzie obowiązywać po następnym ponownym uruchomieniu maszyny wirtualnej.{/if}</p>'
        . '<p>Jeśli to nie Ty zleciłeś lub zleciłaś tę zmianę, prosimy o wiadomość.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Twoja maszyna wirtualna {$service_domain} jest zawieszona',
    'mail_suspended_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Maszyna wirtualna {$service_domain} jest zawieszona i została zatrzymana. Nic z jej dysków nie ginie.{if $service_suspension_reason} Powód: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Twoja maszyna wirtualna {$service_domain} potrzebuje nieco więcej czasu',
    'mail_delayed_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Przygotowanie maszyny wirtualnej {$service_domain} trwa dłużej niż zwykle. Nasi pracownicy wiedzą o tym i się tym zajmują; nie trzeba nic robić. Gdy będzie gotowa, przyjdzie kolejna wiadomość.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Twoja maszyna wirtualna {$service_domain}: zmiany nie udało się wykonać',
    'mail_failed_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Nie udało się wykonać: {$proxmoxkvm_action}, maszyna wirtualna {$service_domain}. Jest ona taka jak przedtem, a nasi pracownicy o tym wiedzą.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Strona maszyny wirtualnej</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Twoja maszyna wirtualna {$service_domain} została usunięta',
    'mail_terminated_body' => '<p>Dzień dobry, {$client_name}!</p>'
        . '<p>Maszyna wirtualna {$service_domain} została usunięta, razem z dyskami, migawkami i kopiami zapasowymi. Nie można ich odzyskać.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'zmiana na nowy pakiet',
    'mail_what_reinstall' => 'ponowna instalacja',
    'mail_what_backup_make' => 'zaplanowana kopia zapasowa',
];
