<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Den virtuelle maskinen din {$service_domain} er klar',
    'mail_ready_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Den virtuelle maskinen din {$service_domain} er klar.</p>'
        . '<p>Adresse: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Brukernavn: {$service_username}{if $proxmoxkvm_ssh}<br>Koble til: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Passord: {$proxmoxkvm_password}{else}Du finner passordet på siden til denne tjenesten i kundeområdet: trykk på «Vis passord» der.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Den er startet, men hadde ikke svart etter {n} minutt: den trenger kanskje litt mer tid.',
        'other' => 'Den er startet, men hadde ikke svart etter {n} minutter: den trenger kanskje litt mer tid.',
    ],
    'mail_reinstalled_subject' => 'Den virtuelle maskinen din {$service_domain} er installert på nytt',
    'mail_reinstalled_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Den virtuelle maskinen din {$service_domain} er installert på nytt og er klar. Det som var på diskene før, er borte.</p>'
        . '<p>Adresse: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Brukernavn: {$service_username}{if $proxmoxkvm_ssh}<br>Koble til: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Passord: {$proxmoxkvm_password}{else}Du finner passordet på siden til denne tjenesten i kundeområdet: trykk på «Vis passord» der.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Den virtuelle maskinen din {$service_domain} er gjenopprettet',
    'mail_restored_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Den virtuelle maskinen din {$service_domain} er gjenopprettet fra en sikkerhetskopi. Det som er på diskene, er fra tiden til den sikkerhetskopien, og det er også passordene i den; øyeblikksbildene er borte. Adressene og pakken er dagens.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Den virtuelle maskinen din {$service_domain} kunne ikke gjenopprettes',
    'mail_restore_failed_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Sikkerhetskopien av den virtuelle maskinen din {$service_domain} kunne ikke gjenopprettes, og den virtuelle maskinen har nå ingen disker. Sikkerhetskopiene dine finnes fortsatt: på siden til maskinen kan du gjenopprette en annen, eller spørre oss. De ansatte hos oss har fått beskjed.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Den virtuelle maskinen din {$service_domain} har fått den nye pakken',
    'mail_package_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Innstillingene for den virtuelle maskinen din {$service_domain} er endret til dem i pakken din {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Passordet til den virtuelle maskinen din {$service_domain} er endret',
    'mail_password_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Passordet til den virtuelle maskinen din {$service_domain} er endret.{if $proxmoxkvm_restart_needed} Det nye gjelder etter at den virtuelle maskinen er startet på nytt neste gang.{/if}</p>'
        . '<p>Hvis det ikke var du som ba om dette, ber vi deg si fra til oss.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Den virtuelle maskinen din {$service_domain} er sperret',
    'mail_suspended_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Den virtuelle maskinen din {$service_domain} er sperret og er stoppet. Ingenting på diskene er gått tapt.{if $service_suspension_reason} Årsak: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Den virtuelle maskinen din {$service_domain} tar litt lengre tid',
    'mail_delayed_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Det tar lengre tid enn vanlig å sette opp den virtuelle maskinen din {$service_domain}. De ansatte hos oss har fått beskjed og tar seg av det; du trenger ikke å gjøre noe. Du får en ny e-post så snart den er klar.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Den virtuelle maskinen din {$service_domain}: en endring kunne ikke gjøres',
    'mail_failed_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Følgende kunne ikke utføres for den virtuelle maskinen din {$service_domain}: {$proxmoxkvm_action}. Den virtuelle maskinen er som den var før, og de ansatte hos oss har fått beskjed.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Siden til den virtuelle maskinen din</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Den virtuelle maskinen din {$service_domain} er fjernet',
    'mail_terminated_body' => '<p>Hei, {$client_name}!</p>'
        . '<p>Den virtuelle maskinen din {$service_domain} er fjernet, med disker, øyeblikksbilder og sikkerhetskopier. De kan ikke hentes tilbake.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'byttet til den nye pakken',
    'mail_what_reinstall' => 'reinstalleringen',
    'mail_what_backup_make' => 'den planlagte sikkerhetskopien',
];
