<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The names of the staff and clients that a log knows by number. */
final class Names
{
    private const TABLES = ['admin' => 'tbladmins', 'client' => 'tblclients'];

    /** @param array<string, array<int, string>> $names by kind and number */
    private function __construct(private array $names)
    {
    }

    /** @param list<array<string, mixed>> $entries with actor and actor_id */
    public static function of(array $entries): self
    {
        $names = [];
        foreach (self::TABLES as $actor => $table) {
            $theirs = array_filter($entries, static fn (array $one): bool => ($one['actor'] ?? '') === $actor);
            $ids = array_values(array_unique(array_filter(array_column($theirs, 'actor_id'), 'is_int')));
            try {
                $rows = $ids === []
                    ? []
                    : Capsule::table($table)->whereIn('id', $ids)->get(['id', 'firstname', 'lastname']);
            } catch (Throwable) {
                // The log is shown without names rather than not at all.
                $rows = [];
            }
            foreach ($rows as $row) {
                $names[$actor][(int) $row->id] = trim(Text::plain("$row->firstname $row->lastname"));
            }
        }

        return new self($names);
    }

    /** The name; the number of somebody who is gone; nothing where nobody was named. */
    public function name(string $actor, mixed $id): string
    {
        if (!is_int($id) || $id <= 0) {
            return '';
        }
        $name = $this->names[$actor][$id] ?? '';

        return $name === '' ? "#$id" : $name;
    }
}
