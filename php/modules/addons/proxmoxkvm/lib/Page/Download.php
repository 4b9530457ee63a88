<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

/** A page that is a file, where its address names one. */
interface Download extends Page
{
    /** The file's name; empty: there is none, and the page is one like any other. */
    public function name(): string;

    /** @return iterable<string> */
    public function lines(): iterable;
}
