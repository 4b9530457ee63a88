<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Elkészült a virtuális gépe: {$service_domain}',
    'mail_ready_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépe elkészült.</p>'
        . '<p>Cím: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Felhasználónév: {$service_username}{if $proxmoxkvm_ssh}<br>Csatlakozás: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Jelszó: {$proxmoxkvm_password}{else}A jelszavát az ügyfélfelületen, ennek a szolgáltatásnak az oldalán találja: nyomja meg ott a „Jelszó megjelenítése” gombot.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Elindult, de {n} perc után még nem válaszolt: talán még szüksége van egy kis időre.',
        'other' => 'Elindult, de {n} perc után még nem válaszolt: talán még szüksége van egy kis időre.',
    ],
    'mail_reinstalled_subject' => 'Újratelepítettük a virtuális gépét: {$service_domain}',
    'mail_reinstalled_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépét újratelepítettük, és készen áll. Ami korábban a lemezein volt, már nincs meg.</p>'
        . '<p>Cím: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Felhasználónév: {$service_username}{if $proxmoxkvm_ssh}<br>Csatlakozás: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Jelszó: {$proxmoxkvm_password}{else}A jelszavát az ügyfélfelületen, ennek a szolgáltatásnak az oldalán találja: nyomja meg ott a „Jelszó megjelenítése” gombot.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Az Ön {$service_domain} virtuális gépét visszaállítottuk',
    'mail_restored_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépét biztonsági mentésből visszaállítottuk. Ami a lemezein van, annak a mentésnek az idejéből való, és a benne lévő jelszavak is; pillanatképei már nincsenek meg. Címei és csomagja a maiak.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Az Ön {$service_domain} virtuális gépét nem lehetett visszaállítani',
    'mail_restore_failed_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépének biztonsági mentését nem lehetett visszaállítani, és a virtuális gépnek most nincsenek lemezei. A biztonsági mentései továbbra is megvannak: az oldalán visszaállíthat egy másikat, vagy kérdezzen minket. Munkatársainkat értesítettük.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'A virtuális gépe megkapta az új csomagját: {$service_domain}',
    'mail_package_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépének beállításai a {$service_product_name} csomagjának megfelelően módosultak.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Megváltozott a virtuális gépe jelszava: {$service_domain}',
    'mail_password_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépének jelszava megváltozott.{if $proxmoxkvm_restart_needed} Az új jelszó a virtuális gép következő újraindítása után érvényes.{/if}</p>'
        . '<p>Ha ezt nem Ön kérte, kérjük, jelezze nekünk.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Felfüggesztettük a virtuális gépét: {$service_domain}',
    'mail_suspended_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépét felfüggesztettük és leállítottuk. A lemezein lévő adatokból semmi sem vész el.{if $service_suspension_reason} Indok: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'A virtuális gépe kicsit később készül el: {$service_domain}',
    'mail_delayed_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépének beállítása a szokásosnál tovább tart. Munkatársaink értesültek róla, és intézik; Önnek nincs teendője. Amint elkészül, újabb e-mailt kap.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => '{$service_domain} virtuális gép: egy módosítás nem sikerült',
    'mail_failed_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépénél a következő nem volt végrehajtható: {$proxmoxkvm_action}. A virtuális gép olyan, mint előtte volt, és munkatársaink értesültek róla.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">A virtuális gépe oldala</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Eltávolítottuk a virtuális gépét: {$service_domain}',
    'mail_terminated_body' => '<p>Tisztelt {$client_name}!</p>'
        . '<p>Az Ön {$service_domain} virtuális gépét eltávolítottuk a lemezeivel, pillanatképeivel és biztonsági mentéseivel együtt. Nem állíthatók vissza.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'az átállás az új csomagra',
    'mail_what_reinstall' => 'az újratelepítés',
    'mail_what_backup_make' => 'az ütemezett biztonsági mentés',
];
