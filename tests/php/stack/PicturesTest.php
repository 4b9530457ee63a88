<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\BrowserTestCase;
use WHMCS\Database\Capsule;

/** The pictures of the documentation: the pages of a VM that was just made. `make pictures` renews those in docs/. */
final class PicturesTest extends BrowserTestCase
{
    private const WIDTH = 1000;
    private const WIDE = 1300;

    public function testThePicturesOfTheDocumentation(): void
    {
        $service = $this->order();
        Capsule::table('tblproducts')->update(['name' => 'Cloud VPS M']);
        $page = "/admin/clientsservices.php?id=$service";
        $this->stack->session('admin=1')->post($page, ['modop' => 'create']);
        $this->stack->cron();

        $this->visit("/clientarea.php?action=productdetails&id=$service");
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');
        $own = '#proxmoxkvm :is(.vm-head, .vm-tabs, .vm-grid, .vm-billing)';
        $this->take('client', "Array.from(document.querySelectorAll('$own'))", self::WIDE);

        // What is the module's own on WHMCS's page, down to what a package has.
        $this->visit($page);
        $this->take('admin', 'Array.from(document.querySelectorAll("table.form > tbody > tr")).filter(function (row) {'
            . ' return ["Module Commands", "Local status", "Virtual machine", "In Proxmox VE now", "Package and VM"]'
            . '.includes(row.cells[0].innerText.trim()); })');
    }

    private function take(string $name, string $elements, int $width = self::WIDTH): void
    {
        $folder = getenv('PICTURES') ?: dirname(__DIR__, 3) . '/target/screenshots';
        is_dir($folder) || mkdir($folder, 0755, true);
        $file = "$folder/$name.png";
        // Themes fade colours.
        $this->browser->wait('document.getAnimations().every(function (one) { return one.playState !== "running"; })');
        $this->browser->screenshot($width, $file, $elements);
        [$width, $height] = (array) getimagesize($file);
        self::assertGreaterThan(500, $width);
        self::assertGreaterThan(300, $height);
        // A reader on a phone loads it too.
        self::assertLessThan(100_000, filesize($file));
    }
}
