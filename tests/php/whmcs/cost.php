<?php

/**
 * What the module's part of a page costs: `?page=client&id=7`, `?page=admin&id=7`. Answers with CPU time
 * in microseconds: of the module's part, and of the process so far.
 */

declare(strict_types=1);

$isClient = ($_GET['page'] ?? '') === 'client';
define($isClient ? 'CLIENTAREA' : 'ADMINAREA', true);

require __DIR__ . '/init.php';
require '/usr/share/php/smarty4/Smarty.class.php';

use StandIn\ClientPage;
use StandIn\ParamsBuilder;

$cpu = static function (): int {
    $usage = getrusage();

    return 1_000_000 * ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'])
        + $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'];
};
$smarty = new Smarty();
$smarty->setCompileDir(dirname(ROOTDIR) . '/templates_c');
$id = (int) $_GET['id'];
// WHMCS's own work: its rows, and its template engine at work on a page. What remains is the module's.
$params = ParamsBuilder::service($id);
$html = $isClient ? ClientPage::html(1, $id, $smarty) : '';
$before = $cpu();
if ($isClient) {
    proxmoxkvm_ClientArea($params);
} else {
    $html = implode('', proxmoxkvm_AdminServicesTabFields($params));
    $html .= implode('', array_keys(proxmoxkvm_AdminCustomButtonArray($params)));
}
$after = $cpu();
echo json_encode(['module' => $after - $before, 'length' => strlen($html), 'pid' => getmypid()]), "\n";
