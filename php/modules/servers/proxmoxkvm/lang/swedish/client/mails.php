<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Din virtuella maskin {$service_domain} är klar',
    'mail_ready_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Din virtuella maskin {$service_domain} är klar.</p>'
        . '<p>Adress: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Användarnamn: {$service_username}{if $proxmoxkvm_ssh}<br>Anslut: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Lösenord: {$proxmoxkvm_password}{else}Du hittar dess lösenord på tjänstens sida i kundområdet: tryck på ”Visa lösenord” där.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Den har startats, men hade inte svarat efter {n} minut: den kan behöva lite mer tid.',
        'other' => 'Den har startats, men hade inte svarat efter {n} minuter: den kan behöva lite mer tid.',
    ],
    'mail_reinstalled_subject' => 'Din virtuella maskin {$service_domain} har installerats om',
    'mail_reinstalled_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Din virtuella maskin {$service_domain} har installerats om och är klar. Det som fanns på dess diskar tidigare är borta.</p>'
        . '<p>Adress: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Användarnamn: {$service_username}{if $proxmoxkvm_ssh}<br>Anslut: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Lösenord: {$proxmoxkvm_password}{else}Du hittar dess lösenord på tjänstens sida i kundområdet: tryck på ”Visa lösenord” där.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Din virtuella maskin {$service_domain} har återställts',
    'mail_restored_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Din virtuella maskin {$service_domain} har återställts från en säkerhetskopia. Det som finns på dess diskar är från den säkerhetskopians tid, och det är lösenorden i den också; dess ögonblicksbilder är borta. Dess adresser och dess paket är dagens.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Din virtuella maskin {$service_domain} kunde inte återställas',
    'mail_restore_failed_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Säkerhetskopian av din virtuella maskin {$service_domain} kunde inte återställas, och den virtuella maskinen har nu inga diskar. Dina säkerhetskopior finns kvar: på dess sida kan du återställa en annan, eller fråga oss. Vår personal har underrättats.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Din virtuella maskin {$service_domain} har sitt nya paket',
    'mail_package_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Inställningarna för din virtuella maskin {$service_domain} har ändrats till dem i ditt paket {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Lösenordet till din virtuella maskin {$service_domain} har ändrats',
    'mail_password_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Lösenordet till din virtuella maskin {$service_domain} har ändrats.{if $proxmoxkvm_restart_needed} Det nya gäller när den virtuella maskinen har startats om nästa gång.{/if}</p>'
        . '<p>Om det inte var du som begärde detta ber vi dig att meddela oss.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Din virtuella maskin {$service_domain} är spärrad',
    'mail_suspended_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Din virtuella maskin {$service_domain} är spärrad och har stoppats. Inget på dess diskar har gått förlorat.{if $service_suspension_reason} Orsak: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Din virtuella maskin {$service_domain} tar lite längre tid',
    'mail_delayed_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Att konfigurera din virtuella maskin {$service_domain} tar längre tid än vanligt. Vår personal har meddelats och tar hand om det; du behöver inte göra något. Du får ett nytt mejl så snart den är klar.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Din virtuella maskin {$service_domain}: en ändring kunde inte göras',
    'mail_failed_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Följande kunde inte utföras för din virtuella maskin {$service_domain}: {$proxmoxkvm_action}. Den virtuella maskinen är som den var tidigare, och vår personal har meddelats.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">Sidan för din virtuella maskin</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Din virtuella maskin {$service_domain} har tagits bort',
    'mail_terminated_body' => '<p>Hej {$client_name}!</p>'
        . '<p>Din virtuella maskin {$service_domain} har tagits bort, med sina diskar, ögonblicksbilder och säkerhetskopior. De kan inte återställas.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'bytet till det nya paketet',
    'mail_what_reinstall' => 'ominstallationen',
    'mail_what_backup_make' => 'den schemalagda säkerhetskopian',
];
