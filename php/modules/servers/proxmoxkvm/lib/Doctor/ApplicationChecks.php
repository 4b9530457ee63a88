<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OptionChoices;

/** The doctor on the applications of a product: whether each node has their snippets, and none that is sold is given away. */
final class ApplicationChecks
{
    /**
     * @param array<string, mixed> $package
     * @param array<string, mixed> $entry of the server
     * @return list<Finding>
     */
    public static function findings(string $subject, int $product, array $package, array $entry): array
    {
        $listed = Native::call('list', [
            'server' => $entry,
            'what' => 'applications',
            'package' => $package,
            'names' => OptionChoices::values($product, 'application'),
        ])['applications'] ?? [];
        $findings = [];
        foreach ($listed as $application) {
            if (($application['given'] ?? false) === true) {
                $text = Lang::text('doctor_application_given', ['name' => (string) $application['name']]);
                $findings[] = Finding::warning($subject, $text);
            }
            foreach (['missing', 'unseen'] as $how) {
                $nodes = $application[$how] ?? [];
                if ($nodes !== []) {
                    $values = ['name' => (string) $application['name'], 'volume' => (string) $application['volume']];
                    $text = Lang::text("doctor_application_$how", $values + ['nodes' => implode(', ', $nodes)]);
                    $findings[] = Finding::warning($subject, $text);
                }
            }
        }

        return $findings;
    }
}
