<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Din virtuelle maskine {$service_domain} er klar',
    'mail_ready_body' => '<p>Kære {$client_name}</p>'
        . '<p>Din virtuelle maskine {$service_domain} er klar.</p>'
        . '<p>Adresse: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Brugernavn: {$service_username}{if $proxmoxkvm_ssh}<br>Tilslut: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Adgangskode: {$proxmoxkvm_password}{else}Du finder dens adgangskode på tjenestens side i kundeområdet: tryk på ”Vis adgangskode” der.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Den er startet, men havde ikke svaret efter {n} minut: den har måske brug for lidt mere tid.',
        'other' => 'Den er startet, men havde ikke svaret efter {n} minutter: den har måske brug for lidt mere tid.',
    ],
    'mail_reinstalled_subject' => 'Din virtuelle maskine {$service_domain} er blevet geninstalleret',
    'mail_reinstalled_body' => '<p>Kære {$client_name}</p>'
        . '<p>Din virtuelle maskine {$service_domain} er blevet geninstalleret og er klar. Det, der før var på dens diske, er væk.</p>'
        . '<p>Adresse: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Brugernavn: {$service_username}{if $proxmoxkvm_ssh}<br>Tilslut: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Adgangskode: {$proxmoxkvm_password}{else}Du finder dens adgangskode på tjenestens side i kundeområdet: tryk på ”Vis adgangskode” der.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Din virtuelle maskine {$service_domain} er gendannet',
    'mail_restored_body' => '<p>Kære {$client_name}</p>'
        . '<p>Din virtuelle maskine {$service_domain} er gendannet fra en backup. Det, der er på dens diske, er fra tidspunktet for denne backup, og det er adgangskoderne i den også; dens snapshots er væk. Dens adresser og dens pakke er dem fra i dag.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Din virtuelle maskine {$service_domain} kunne ikke gendannes',
    'mail_restore_failed_body' => '<p>Kære {$client_name}</p>'
        . '<p>Backuppen af din virtuelle maskine {$service_domain} kunne ikke gendannes, og den virtuelle maskine har nu ingen diske. Dine backupper er der stadig: på dens side kan du gendanne en anden eller spørge os. Vores medarbejdere har fået besked.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Din virtuelle maskine {$service_domain} har fået sin nye pakke',
    'mail_package_body' => '<p>Kære {$client_name}</p>'
        . '<p>Indstillingerne for din virtuelle maskine {$service_domain} er ændret til dem i din pakke {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Adgangskoden til din virtuelle maskine {$service_domain} er ændret',
    'mail_password_body' => '<p>Kære {$client_name}</p>'
        . '<p>Adgangskoden til din virtuelle maskine {$service_domain} er ændret.{if $proxmoxkvm_restart_needed} Den nye gælder efter den virtuelle maskines næste genstart.{/if}</p>'
        . '<p>Hvis det ikke var dig, der bad om dette, så giv os besked.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Din virtuelle maskine {$service_domain} er spærret',
    'mail_suspended_body' => '<p>Kære {$client_name}</p>'
        . '<p>Din virtuelle maskine {$service_domain} er spærret og er blevet stoppet. Intet på dens diske er gået tabt.{if $service_suspension_reason} Årsag: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Din virtuelle maskine {$service_domain} tager lidt længere tid',
    'mail_delayed_body' => '<p>Kære {$client_name}</p>'
        . '<p>Det tager længere tid end normalt at sætte din virtuelle maskine {$service_domain} op. Vores personale har fået besked og tager sig af det; du behøver ikke gøre noget. Du får en ny e-mail, så snart den er klar.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Din virtuelle maskine {$service_domain}: en ændring kunne ikke foretages',
    'mail_failed_body' => '<p>Kære {$client_name}</p>'
        . '<p>Følgende kunne ikke gennemføres for din virtuelle maskine {$service_domain}: {$proxmoxkvm_action}. Den virtuelle maskine er, som den var før, og vores personale har fået besked.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden for din virtuelle maskine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Din virtuelle maskine {$service_domain} er fjernet',
    'mail_terminated_body' => '<p>Kære {$client_name}</p>'
        . '<p>Din virtuelle maskine {$service_domain} er fjernet sammen med dens diske, snapshots og backupper. De kan ikke hentes tilbage.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'skiftet til den nye pakke',
    'mail_what_reinstall' => 'geninstallationen',
    'mail_what_backup_make' => 'den planlagte backup',
];
