<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Product\ConfigurableOptionGroup;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Servers;

/** The doctor on each product: whether its settings can be read, and name what there is. */
final class ProductChecks
{
    /** Kind of an option => list of the core, and the field in it that has the name. */
    private const LISTS = [
        'node' => ['nodes', 'name'],
        'storage' => ['storages', 'id'],
        'backup_storage' => ['storages', 'id'],
        'bridge' => ['bridges', 'name'],
    ];

    /** Where WHMCS's groups of configurable options are edited. */
    private const OPTIONS_PAGE = 'configproductoptions.php';

    /** @return list<Finding> */
    public static function findings(): array
    {
        $products = Capsule::table('tblproducts')->where('servertype', Module::NAME)->orderBy('id')->get();
        $lists = $firewalls = $consoles = [];
        $findings = [];
        foreach ($products as $product) {
            $subject = Lang::text('doctor_product') . " $product->id " . Text::plain((string) $product->name);
            array_push($findings, ...SaleChecks::findings($subject, $product));
            try {
                $found = self::product($subject, $product, $lists, $firewalls, $consoles);
            } catch (Throwable $error) {
                $found = [Finding::bad($subject, Forbidden::sentence($error))];
            }
            foreach ($found as $finding) {
                $findings[] = $finding->mendedAt(SaleChecks::page($product));
            }
        }

        return $findings ?: [Finding::bad(Lang::text('doctor_product'), Lang::text('doctor_no_product'))];
    }

    /**
     * @param array<int, array<string, mixed>> $lists by server, asked once
     * @param array<int, array<mixed>> $firewalls the same
     * @param array<int, array<mixed>> $consoles the same
     * @return list<Finding>
     */
    private static function product(
        string $subject,
        object $product,
        array &$lists,
        array &$firewalls,
        array &$consoles
    ): array {
        $package = Params::fromProduct($product)->package();
        $names = ConfigurableOptionGroup::present((int) $product->id);
        $known = Native::call('list', ['what' => 'config_options', 'package' => $package, 'names' => $names]);
        $misnamed = $known['misnamed'] ?? [];
        $server = Servers::forProduct((int) $product->id);
        $entry = Params::fromServer($server)->server();
        $there = $lists[(int) $server->id] ??= Native::call('list', ['server' => $entry]);
        $options = $package['options'];
        $findings = self::absent($subject, $options, $there, ServerChecks::subject($server));
        array_push($findings, ...SaleChecks::firewall($subject, $options, $entry, $firewalls));
        array_push($findings, ...ConsoleChecks::findings($subject, $package, $entry, $consoles));
        array_push($findings, ...ApplicationChecks::findings($subject, (int) $product->id, $package, $entry));
        $vmid = (int) $options[Catalogue::fields()['os_template']['field'] - 1];
        $template = self::template($subject, $vmid, $entry, $package);
        if (!in_array(Finding::BAD, array_column($template, 'level'), true)) {
            // what an order would be refused for, in the core's own words
            Native::call('list', ['server' => $entry, 'what' => 'nodes_that_fit', 'package' => $package]);
        }

        if ($misnamed !== []) {
            $values = ['names' => implode(', ', array_map(self::misnamed(...), $misnamed))];
            $findings[] = Finding::warning($subject, Lang::text('doctor_misnamed', $values))
                ->mendedAt(self::OPTIONS_PAGE);
        }

        return [...$findings, ...$template];
    }

    /** @param array<string, mixed> $option with the name that is meant, where that is known */
    private static function misnamed(array $option): string
    {
        return isset($option['meant']) ? "$option[name] ($option[meant]?)" : (string) $option['name'];
    }

    /**
     * @param list<string> $options
     * @param array<string, mixed> $there
     * @return list<Finding>
     */
    private static function absent(string $subject, array $options, array $there, string $server): array
    {
        $findings = [];
        foreach (Catalogue::fields() as $key => $option) {
            [$list, $field] = self::LISTS[$option['kind']] ?? [null, null];
            $name = trim($options[$option['field'] - 1]);
            $free = ['', $option['default']];
            if ($list !== null && !in_array($name, [...$free, ...array_column($there[$list] ?? [], $field)], true)) {
                $values = ['option' => Lang::text("option_$key"), 'name' => $name, 'server' => $server];
                $findings[] = Finding::bad($subject, Lang::text('doctor_absent', $values));
            }
        }

        return $findings;
    }

    /**
     * @param array<string, mixed> $entry
     * @param array<string, mixed> $package
     * @return list<Finding>
     */
    private static function template(string $subject, int $vmid, array $entry, array $package): array
    {
        $request = ['server' => $entry, 'what' => 'guests', 'vmids' => [$vmid], 'package' => $package];
        $guest = (Native::call('list', $request)['guests'] ?? [])[0] ?? [];
        $values = ['vmid' => (string) $vmid, 'name' => (string) ($guest['name'] ?? '')];
        if (($guest['template'] ?? false) !== true) {
            return [Finding::bad($subject, Lang::text('doctor_no_template', $values))];
        }
        $findings = [];
        foreach ($guest['warnings'] ?? [] as $sentence) {
            $text = Lang::text('doctor_template_warning', $values + ['sentence' => (string) $sentence]);
            $findings[] = Finding::warning($subject, $text);
        }
        if (is_string($guest['refusal'] ?? null)) {
            $text = Lang::text('doctor_template_refused', ['reason' => $guest['refusal']]);

            return [Finding::bad($subject, $text), ...$findings];
        }
        if ($guest['cloudinit_drive'] !== true) {
            return [...$findings, Finding::warning($subject, Lang::text('doctor_no_cloudinit', $values))];
        }
        $text = $guest['agent'] === true ? 'doctor_template' : 'doctor_template_no_agent';

        return [...$findings, Finding::good($subject, Lang::text($text, $values))];
    }
}
