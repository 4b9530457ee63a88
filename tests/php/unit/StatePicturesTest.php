<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;
use WHMCS\Database\Capsule;

/** The pictures of docs/states.md: the customer's page where the machine is not simply on. `make pictures` renews them. */
final class StatePicturesTest extends ClientBrowserTestCase
{
    private const STATES = ['building', 'delayed', 'off', 'suspended', 'gone'];
    private const WIDTHS = [400, 1400];

    /** What is the module's own, without what WHMCS says of billing. */
    private const SHOWN = 'Array.from(document.querySelectorAll("#proxmoxkvm :is(.panel, .card, .vm-head, .vm-tabs)"))'
        . '.filter(function (one) { return one.offsetHeight > 0 && !one.matches(".vm-billing"); })';

    public function testThePicturesOfTheStates(): void
    {
        $folder = getenv('PICTURES') ?: dirname(__DIR__, 3) . '/target/screenshots';
        is_dir($folder) || mkdir($folder, 0755, true);
        $docs = (string) file_get_contents(dirname(__DIR__, 3) . '/docs/states.md');
        $invoice = Capsule::table('tblinvoices')->insertGetId(['status' => 'Unpaid', 'userid' => 1]);
        Capsule::table('tblinvoiceitems')
            ->insert(['invoiceid' => $invoice, 'type' => 'Hosting', 'relid' => $this->service, 'userid' => 1]);
        foreach (self::STATES as $state) {
            $this->state($state);
            $this->open('nexus');
            foreach (self::WIDTHS as $width) {
                $name = "state-$state-$width.png";
                $this->browser->screenshot($width, "$folder/$name", self::SHOWN);
                [$wide, $high] = (array) getimagesize("$folder/$name");
                self::assertGreaterThan(min(700, 0.7 * $width), $wide, $name);
                self::assertGreaterThan(100, $high, $name);
                self::assertLessThan(120_000, filesize("$folder/$name"), "$name: a reader on a phone loads it too");
                self::assertStringContainsString("(pictures/$name)", $docs);
                self::assertFileExists(dirname(__DIR__, 3) . "/docs/pictures/$name");
            }
        }
    }
}
