<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

/** One page of the module. */
interface Page
{
    public function html(): string;

    /** A button was pressed, and may be. */
    public function act(): Outcome;
}
