<?php

/**
 * The admin's page of a service (`?id=7`): shows it, saves it, and runs the module's commands
 * (`modop=create`, `modop=custom&ac=Start`).
 */

declare(strict_types=1);

require __DIR__ . '/start.php';

use StandIn\Dispatcher;
use StandIn\Frame;
use StandIn\ServicePage;

$id = (int) ($_GET['id'] ?? 0);
if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    echo Frame::admin("Service $id", ServicePage::html($id));
    exit;
}
$command = (string) ($_POST['modop'] ?? '');
if ($command === '') {
    ServicePage::save($id, $_POST);
    Frame::notify('success', 'Changes Saved Successfully!', '');
} else {
    $result = match ($command) {
        'custom' => Dispatcher::button($id, (string) $_POST['ac']),
        'changepw' => Dispatcher::run('changepw', $id, [], false),
        default => Dispatcher::run($command, $id, [], false),
    };
    $result === 'success'
        ? Frame::notify('success', 'Module Command Success', '')
        : Frame::notify('danger', 'Module Command Error', $result);
}
header("Location: clientsservices.php?id=$id", true, 303);
