<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** What WHMCS knows about the module as a whole. */
final class Module
{
    public const NAME = 'proxmoxkvm';

    /** Of these PHP files; the library of the same archive says the same of itself. */
    public const VERSION = '0.1.0';

    /** @return array<string, mixed> */
    public static function metaData(): array
    {
        return [
            'DisplayName' => 'Proxmox VE KVM',
            'APIVersion' => '1.1',
            'RequiresServer' => true,
            'DefaultNonSSLPort' => '8006',
            'DefaultSSLPort' => '8006',
            // By which WHMCS's usage billing and its Server Sync name a service, and tell its product: the OS template.
            'ListAccountsUniqueIdentifierField' => 'domain',
            'ListAccountsUniqueIdentifierDisplayName' => 'Domain',
            'ListAccountsProductField' => 'configoption2',
        ];
    }
}
