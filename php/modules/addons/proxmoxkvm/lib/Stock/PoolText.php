<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;

/** The box "Assigned IP Addresses" of a server entry: the core changes the text, this stores it. */
final class PoolText
{
    /** WHMCS's column takes so many bytes. */
    private const LONGEST = 65535;

    public function __construct(private int $server, private object $row)
    {
    }

    /** Whatever it says, somebody has changed it when it is another one. */
    public function fingerprint(): string
    {
        return hash('sha256', (string) $this->row->assignedips);
    }

    /**
     * What would come of a change. Throws what the core refuses, in its words.
     *
     * @param array<string, mixed> $edit
     * @return array<string, mixed> text, line
     */
    public function asked(array $edit): array
    {
        return Native::call('pool_edit', ['server' => ServerRows::forCore($this->row), 'edit' => $edit]);
    }

    /**
     * Asks and stores, unless somebody has changed the box since the page was made.
     *
     * @param array<string, mixed> $edit
     */
    public function change(array $edit, string $shown): void
    {
        if (!hash_equals($this->fingerprint(), $shown)) {
            throw new Unavailable(Lang::text('pool_meanwhile'));
        }
        $text = Text::html((string) $this->asked($edit)['text']);
        if (strlen($text) > self::LONGEST) {
            throw new Unavailable(Lang::text('pool_long'));
        }
        $stored = Capsule::connection()->transaction(function () use ($text): bool {
            $entry = Capsule::table('tblservers')->where('id', $this->server)->where('type', Module::NAME);
            $now = (clone $entry)->lockForUpdate()->value('assignedips');
            if ((string) $now !== (string) $this->row->assignedips) {
                return false;
            }
            $entry->update(['assignedips' => $text]);

            return true;
        });
        if (!$stored) {
            throw new Unavailable(Lang::text('pool_meanwhile'));
        }
        Log::activity(Lang::text('pool_logged', ['server' => ServerRows::name($this->row)]));
    }
}
