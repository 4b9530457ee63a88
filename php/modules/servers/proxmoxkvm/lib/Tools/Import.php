<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/**
 * Takes services over from the PUQ Proxmox KVM module. Without --apply it only tells what it would do. On Proxmox VE
 * nothing changes but the marker of each VM; WHMCS's old product and server stay as they are. May be repeated.
 */
final class Import
{
    private bool $applies;
    private bool $good = true;

    /** @var array<int, int> new products by old ones */
    private array $products;

    /** @var array<int, int> new server entries by old ones */
    private array $servers;

    /** @var list<string> */
    private array $columns;

    private function __construct(Arguments $arguments)
    {
        $this->applies = $arguments->has('--apply');
        $this->products = self::pairs($arguments->all('--product'));
        $this->servers = self::pairs($arguments->all('--server'));
        $this->columns = array_values(array_filter(explode(',', $arguments->value('--columns'))));
    }

    /** Called by import.php. Throws nothing. */
    public static function alone(Arguments $arguments): int
    {
        try {
            StoreOwner::mustBeUs(StoreLocation::current());

            return (new self($arguments))->run() ? 0 : 1;
        } catch (Throwable $error) {
            self::say(Forbidden::sentence($error));

            return 2;
        }
    }

    /** @return bool whether every service could be, or was, taken over */
    private function run(): bool
    {
        $machines = ImportTables::machines($this->columns);
        $this->lines();
        foreach ($machines as $machine) {
            $this->machine($machine);
        }
        if (ImportTables::hasZones()) {
            self::say(Lang::text('import_zones'));
        }
        if (!$this->applies) {
            self::say(Lang::text('import_dry'));
        }

        return $this->good;
    }

    /** @param array{service: int, vmid: int, status: string} $machine */
    private function machine(array $machine): void
    {
        try {
            $plan = ImportPlan::of($machine, $this->products, $this->servers);
            if ($plan !== null) {
                self::say($this->applies ? $plan->apply() : $plan->text());
            }
        } catch (Throwable $error) {
            $this->good = false;
            $values = ['service' => (string) $machine['service'], 'vmid' => (string) $machine['vmid']];
            self::say(Lang::text('import_not', $values + ['why' => Forbidden::sentence($error)]));
        }
    }

    /** The address lines of pools and old server entries, where the new entry does not have them. */
    private function lines(): void
    {
        $pools = ImportTables::lines();
        foreach ($this->servers as $old => $new) {
            $row = Capsule::table('tblservers')->where('id', $new)->where('type', Module::NAME)->first();
            if ($row === null) {
                continue;
            }
            $boxed = (string) Capsule::table('tblservers')->where('id', $old)->value('assignedips');
            $present = self::split((string) $row->assignedips);
            $missing = array_values(array_diff([...self::split($boxed), ...$pools[$old] ?? []], $present));
            foreach ($missing as $line) {
                self::say(Lang::text('import_line', ['server' => (string) $new, 'line' => $line]));
            }
            if ($this->applies && $missing !== []) {
                $all = implode("\n", [...$present, ...$missing]);
                Capsule::table('tblservers')->where('id', $new)->update(['assignedips' => $all]);
            }
        }
    }

    /** @return list<string> */
    private static function split(string $lines): array
    {
        return array_values(array_filter(array_map('trim', preg_split('/\R/', Text::plain($lines)) ?: [])));
    }

    /**
     * @param list<string> $given old and new number
     * @return array<int, int>
     */
    private static function pairs(array $given): array
    {
        $pairs = [];
        foreach ($given as $pair) {
            [$old, $new] = array_map(intval(...), explode(':', $pair));
            $pairs[$old] = $new;
        }

        return $pairs;
    }

    private static function say(string $line): void
    {
        echo $line, PHP_EOL;
    }
}
