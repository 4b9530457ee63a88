<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Uw virtuele machine {$service_domain} is klaar',
    'mail_ready_body' => '<p>Beste {$client_name},</p>'
        . '<p>Uw virtuele machine {$service_domain} is klaar.</p>'
        . '<p>Adres: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Gebruikersnaam: {$service_username}{if $proxmoxkvm_ssh}<br>Verbinden: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Wachtwoord: {$proxmoxkvm_password}{else}U vindt het wachtwoord op de pagina van deze dienst in het klantenpaneel: druk daar op “Wachtwoord tonen”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Ze is gestart, maar had na {n} minuut nog niet geantwoord: ze heeft misschien nog wat tijd nodig.',
        'other' => 'Ze is gestart, maar had na {n} minuten nog niet geantwoord: ze heeft misschien nog wat tijd nodig.',
    ],
    'mail_reinstalled_subject' => 'Uw virtuele machine {$service_domain} is geherinstalleerd',
    'mail_reinstalled_body' => '<p>Beste {$client_name},</p>'
        . '<p>Uw virtuele machine {$service_domain} is geherinstalleerd en klaar. Wat er eerder op haar schijven stond, is weg.</p>'
        . '<p>Adres: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Gebruikersnaam: {$service_username}{if $proxmoxkvm_ssh}<br>Verbinden: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Wachtwoord: {$proxmoxkvm_password}{else}U vindt het wachtwoord op de pagina van deze dienst in het klantenpaneel: druk daar op “Wachtwoord tonen”.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Uw virtuele machine {$service_domain} is teruggezet',
    'mail_restored_body' => '<p>Beste {$client_name},</p><p>Uw virtuele machine {$service_domain} is teruggezet uit een back-up. Wat op haar schijven staat, is van het moment van die back-up, en dat geldt ook voor de wachtwoorden erin; haar snapshots zijn weg. Haar adressen en haar pakket zijn die van vandaag.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Uw virtuele machine {$service_domain} kon niet worden teruggezet',
    'mail_restore_failed_body' => '<p>Beste {$client_name},</p><p>De back-up van uw virtuele machine {$service_domain} kon niet worden teruggezet, en de virtuele machine heeft nu geen schijven. Uw back-ups zijn er nog: op haar pagina kunt u een andere terugzetten, of neem contact met ons op. Onze medewerkers zijn op de hoogte.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Uw virtuele machine {$service_domain} heeft haar nieuwe pakket',
    'mail_package_body' => '<p>Beste {$client_name},</p>'
        . '<p>De instellingen van uw virtuele machine {$service_domain} zijn aangepast aan die van uw pakket {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Het wachtwoord van uw virtuele machine {$service_domain} is gewijzigd',
    'mail_password_body' => '<p>Beste {$client_name},</p>'
        . '<p>Het wachtwoord van uw virtuele machine {$service_domain} is gewijzigd.{if $proxmoxkvm_restart_needed} Het nieuwe geldt na de volgende herstart van de virtuele machine.{/if}</p>'
        . '<p>Als u dit niet zelf hebt aangevraagd, laat het ons dan weten.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Uw virtuele machine {$service_domain} is opgeschort',
    'mail_suspended_body' => '<p>Beste {$client_name},</p>'
        . '<p>Uw virtuele machine {$service_domain} is opgeschort en gestopt. Er is niets van haar schijven verloren.{if $service_suspension_reason} Reden: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Uw virtuele machine {$service_domain} heeft iets meer tijd nodig',
    'mail_delayed_body' => '<p>Beste {$client_name},</p>'
        . '<p>Het inrichten van uw virtuele machine {$service_domain} duurt langer dan gewoonlijk. Onze medewerkers zijn op de hoogte en werken eraan; u hoeft niets te doen. U krijgt nog een e-mail zodra ze klaar is.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Uw virtuele machine {$service_domain}: een wijziging kon niet worden uitgevoerd',
    'mail_failed_body' => '<p>Beste {$client_name},</p>'
        . '<p>“{$proxmoxkvm_action}” kon voor uw virtuele machine {$service_domain} niet worden uitgevoerd. De virtuele machine is zoals ze eerder was, en onze medewerkers zijn op de hoogte gebracht.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">De pagina van uw virtuele machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Uw virtuele machine {$service_domain} is verwijderd',
    'mail_terminated_body' => '<p>Beste {$client_name},</p>'
        . '<p>Uw virtuele machine {$service_domain} is verwijderd, met haar schijven, snapshots en back-ups. Ze kunnen niet worden teruggehaald.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'De overstap naar het nieuwe pakket',
    'mail_what_reinstall' => 'De herinstallatie',
    'mail_what_backup_make' => 'De geplande back-up',
];
