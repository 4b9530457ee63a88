<?php

declare(strict_types=1);

namespace StandIn;

use Illuminate\Database\Schema\Blueprint;
use WHMCS\Database\Capsule;

/** WHMCS's tables, with only the columns that the module or the stand-in use. */
final class Schema
{
    private const TABLES = [
        'tblconfiguration' => ['setting', 'value'],
        'tbladmins' => ['username', 'language', 'roleid:int', 'disabled:int'],
        'tbladminroles' => ['name'],
        'tblusers_clients' => ['auth_user_id:int', 'client_id:int', 'owner:int', 'permissions'],
        'tblclients' => ['firstname', 'lastname', 'email', 'language', 'currency:int'],
        'tblorders' => ['ordernum', 'userid:int'],
        'tblservers' => [
            'name', 'type', 'hostname', 'ipaddress', 'assignedips', 'username', 'password', 'accesshash', 'secure',
            'port', 'disabled:int',
        ],
        'tblproducts' => ['gid:int', 'name', 'type', 'paytype', 'hidden:int', 'servertype', 'servergroup:int',
            'autosetup', 'welcomeemail', 'stockcontrol', 'qty:int'],
        'tblproductgroups' => ['name:needed', 'headline', 'orderfrmtpl:needed', 'disabledgateways:needed', 'hidden:int',
            'order:int'],
        'tblhosting' => [
            'userid:int', 'orderid:int', 'packageid:int', 'server:int', 'regdate', 'billingcycle', 'domain',
            'domainstatus', 'username', 'password', 'notes', 'suspendreason', 'dedicatedip', 'assignedips',
            'diskusage:int', 'disklimit:int', 'bwusage:int', 'bwlimit:int', 'lastupdate',
        ],
        'tblinvoices' => ['userid:int', 'status'],
        'tblinvoiceitems' => ['invoiceid:int', 'userid:int', 'type', 'relid:int'],
        'tblticketdepartments' => ['name', 'hidden', 'order:int'],
        'tblservergroups' => ['name', 'filltype:int'],
        'tblservergroupsrel' => ['groupid:int', 'serverid:int'],
        'tbladdonmodules' => ['module', 'setting', 'value'],
        'tblproduct_upgrade_products' => ['product_id:int', 'upgrade_product_id:int'],
        'tblproductconfiglinks' => ['gid:int', 'pid:int'],
        'tblproductconfiggroups' => ['name:needed', 'description:needed'],
        'tblproductconfigoptions' => [
            'gid:int', 'optionname', 'optiontype:int', 'qtyminimum:int', 'qtymaximum:int', 'order:int', 'hidden:int',
        ],
        'tblproductconfigoptionssub' => ['configid:int', 'optionname', 'sortorder:int', 'hidden:int'],
        'tblcurrencies' => ['code'],
        'tblpricing' => [
            'type:needed', 'currency:int', 'relid:int', 'msetupfee:price', 'qsetupfee:price', 'ssetupfee:price',
            'asetupfee:price', 'bsetupfee:price', 'tsetupfee:price', 'monthly:price', 'quarterly:price',
            'semiannually:price', 'annually:price', 'biennially:price', 'triennially:price',
        ],
        'tblhostingconfigoptions' => ['relid:int', 'configid:int', 'optionid:int', 'qty:int'],
        'tblcustomfields' => ['type', 'relid:int', 'fieldname'],
        'tblcustomfieldsvalues' => ['fieldid:int', 'relid:int', 'value'],
        'tblactivitylog' => ['date', 'description', 'userid:int'],
        'tblmodulelog' => ['date', 'module', 'action', 'request', 'response', 'arrdata'],
        'tblmodulequeue' => [
            'service_type', 'service_id:int', 'module_name', 'module_action', 'last_attempt', 'last_attempt_error',
            'num_retries:int', 'completed:int',
        ],
        'tblemailtemplates' => [
            'type:needed', 'name:needed', 'subject:needed', 'message:needed', 'attachments:needed', 'fromname:needed',
            'fromemail:needed', 'disabled:int', 'custom:int', 'language:needed', 'copyto:needed', 'plaintext:int',
        ],
        'tblemails' => ['userid:int', 'subject', 'message', 'fields'],
    ];

    public static function create(): void
    {
        foreach (self::TABLES as $table => $columns) {
            if (Capsule::schema()->hasTable($table)) {
                continue;
            }
            if ($table === 'tblproducts') {
                for ($position = 1; $position <= 24; $position++) {
                    $columns[] = 'configoption' . $position;
                }
            }
            Capsule::schema()->create($table, static function (Blueprint $blueprint) use ($columns): void {
                $blueprint->increments('id');
                foreach ($columns as $column) {
                    [$name, $type] = explode(':', $column . ':text');
                    // WHMCS leaves most text columns without a default and relies on a lax sql_mode: `needed` where
                    // the module itself inserts, so that a strict mode would tell of a column left out.
                    match ($type) {
                        'int' => $blueprint->integer($name)->default(0),
                        'needed' => $blueprint->text($name),
                        'price' => $blueprint->decimal($name, 16, 2),
                        default => $blueprint->text($name)->nullable(),
                    };
                }
            });
        }
    }
}
