<?php

declare(strict_types=1);

namespace WHMCS\Service;

use StandIn\SuddenDeath;
use WHMCS\Database\Capsule;

/** Service properties: some names are columns, any other becomes a custom field. */
class Properties
{
    private const COLUMNS = [
        'Username' => 'username',
        'Password' => 'password',
        'Domain' => 'domain',
        'Dedicated IP' => 'dedicatedip',
    ];

    public function __construct(private Service $service)
    {
    }

    /** @param array<string, string> $values */
    public function save(array $values): void
    {
        foreach ($values as $name => $value) {
            SuddenDeath::at("save $name");
            $column = self::COLUMNS[$name] ?? null;
            if ($column === null) {
                $this->saveField($name, $value);
                continue;
            }
            Capsule::table('tblhosting')->where('id', $this->service->id)
                ->update([$column => $name === 'Password' ? encrypt($value) : $value]);
        }
    }

    public function get(string $name): string
    {
        $column = self::COLUMNS[$name] ?? null;
        $value = $column === null
            ? Capsule::table('tblcustomfieldsvalues')->where('relid', $this->service->id)
                ->where('fieldid', $this->field($name))->value('value')
            : Capsule::table('tblhosting')->where('id', $this->service->id)->value($column);

        return $name === 'Password' ? decrypt((string) $value) : (string) $value;
    }

    private function saveField(string $name, string $value): void
    {
        Capsule::table('tblcustomfieldsvalues')->updateOrInsert(
            ['fieldid' => $this->field($name), 'relid' => $this->service->id],
            ['value' => $value]
        );
    }

    private function field(string $name): int
    {
        $field = ['type' => 'product', 'relid' => $this->service->packageid, 'fieldname' => $name];

        return (int) (Capsule::table('tblcustomfields')->where($field)->value('id')
            ?? Capsule::table('tblcustomfields')->insertGetId($field));
    }
}
