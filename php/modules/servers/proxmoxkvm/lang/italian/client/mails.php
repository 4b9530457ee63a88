<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'La Sua macchina virtuale {$service_domain} è pronta',
    'mail_ready_body' => '<p>Gentile {$client_name},</p>'
        . '<p>la Sua macchina virtuale {$service_domain} è pronta.</p>'
        . '<p>Indirizzo: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nome utente: {$service_username}{if $proxmoxkvm_ssh}<br>Connessione: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Password: {$proxmoxkvm_password}{else}La sua password si trova nella pagina di questo servizio nell’area clienti: prema lì «Mostra la password».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'È stata avviata, ma dopo {n} minuto non aveva ancora risposto: potrebbe servirle ancora un po’ di tempo.',
        'other' => 'È stata avviata, ma dopo {n} minuti non aveva ancora risposto: potrebbe servirle ancora un po’ di tempo.',
    ],
    'mail_reinstalled_subject' => 'La Sua macchina virtuale {$service_domain} è stata reinstallata',
    'mail_reinstalled_body' => '<p>Gentile {$client_name},</p>'
        . '<p>la Sua macchina virtuale {$service_domain} è stata reinstallata ed è pronta. Ciò che prima era sui suoi dischi non c’è più.</p>'
        . '<p>Indirizzo: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nome utente: {$service_username}{if $proxmoxkvm_ssh}<br>Connessione: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Password: {$proxmoxkvm_password}{else}La sua password si trova nella pagina di questo servizio nell’area clienti: prema lì «Mostra la password».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'La Sua macchina virtuale {$service_domain} è stata ripristinata',
    'mail_restored_body' => '<p>Gentile {$client_name},</p><p>la Sua macchina virtuale {$service_domain} è stata ripristinata da un backup. Ciò che si trova sui suoi dischi risale al momento di quel backup, come le password al suo interno; i suoi snapshot non ci sono più. I suoi indirizzi e il suo pacchetto sono quelli di oggi.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Non è stato possibile ripristinare la Sua macchina virtuale {$service_domain}',
    'mail_restore_failed_body' => '<p>Gentile {$client_name},</p><p>non è stato possibile ripristinare il backup della Sua macchina virtuale {$service_domain}, e la macchina virtuale ora non ha dischi. I Suoi backup ci sono ancora: nella sua pagina può ripristinarne un altro, oppure può rivolgersi a noi. Il nostro personale è stato informato.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'La Sua macchina virtuale {$service_domain} ha il nuovo pacchetto',
    'mail_package_body' => '<p>Gentile {$client_name},</p>'
        . '<p>le impostazioni della Sua macchina virtuale {$service_domain} sono state adeguate a quelle del Suo pacchetto {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'La password della Sua macchina virtuale {$service_domain} è stata cambiata',
    'mail_password_body' => '<p>Gentile {$client_name},</p>'
        . '<p>la password della Sua macchina virtuale {$service_domain} è stata cambiata.{if $proxmoxkvm_restart_needed} Quella nuova sarà valida dopo il prossimo riavvio della macchina virtuale.{/if}</p>'
        . '<p>Se non è stato Lei a chiederlo, ce lo comunichi.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'La Sua macchina virtuale {$service_domain} è sospesa',
    'mail_suspended_body' => '<p>Gentile {$client_name},</p>'
        . '<p>la Sua macchina virtuale {$service_domain} è sospesa ed è stata fermata. Nulla di ciò che è sui suoi dischi è andato perso.{if $service_suspension_reason} Motivo: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'La Sua macchina virtuale {$service_domain} richiede un po’ più di tempo',
    'mail_delayed_body' => '<p>Gentile {$client_name},</p>'
        . '<p>la preparazione della Sua macchina virtuale {$service_domain} richiede più tempo del solito. Il nostro personale è stato informato e se ne sta occupando; Lei non deve fare nulla. Riceverà un’altra e-mail non appena sarà pronta.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'La Sua macchina virtuale {$service_domain}: non è stato possibile effettuare una modifica',
    'mail_failed_body' => '<p>Gentile {$client_name},</p>'
        . '<p>non è stato possibile eseguire l’operazione «{$proxmoxkvm_action}» sulla Sua macchina virtuale {$service_domain}. La macchina virtuale è rimasta com’era prima, e il nostro personale è stato informato.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La pagina della Sua macchina virtuale</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'La Sua macchina virtuale {$service_domain} è stata rimossa',
    'mail_terminated_body' => '<p>Gentile {$client_name},</p>'
        . '<p>la Sua macchina virtuale {$service_domain} è stata rimossa, con i suoi dischi, snapshot e backup. Non possono essere recuperati.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'Passaggio al nuovo pacchetto',
    'mail_what_reinstall' => 'Reinstallazione',
    'mail_what_backup_make' => 'Il backup pianificato',
];
