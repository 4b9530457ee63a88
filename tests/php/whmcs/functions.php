<?php

/**
 * The global functions that WHMCS gives to modules.
 */

declare(strict_types=1);

use StandIn\Cipher;
use StandIn\Hooks;
use StandIn\LocalApi;
use StandIn\SuddenDeath;
use WHMCS\Database\Capsule;

function add_hook(string $point, int $priority, callable $function): void
{
    Hooks::add($point, $priority, $function);
}

/** @return list<mixed> what the hook functions returned */
function run_hook(string $point, array $arguments = []): array
{
    return Hooks::run($point, $arguments);
}

function encrypt(string $plain): string
{
    return Cipher::encrypt($plain);
}

function decrypt(string $stored): string
{
    return Cipher::decrypt($stored);
}

/** The token of this session against forged forms. */
function generate_token(string $kind = 'form'): string
{
    $_SESSION['token'] ??= 'the-token';

    return $kind === 'plain'
        ? $_SESSION['token']
        : '<input type="hidden" name="token" value="' . $_SESSION['token'] . '">';
}

/** Ends the page unless the form brings the token of this session. */
function check_token(string $namespace = 'WHMCS.default'): void
{
    $sent = $_POST['token'] ?? $_GET['token'] ?? '';
    if (!is_string($sent) || $sent === '' || !hash_equals(generate_token('plain'), $sent)) {
        http_response_code(403);
        exit('Invalid token');
    }
}

/** @return array<string, mixed> */
function localAPI(string $command, array $post = [], string $admin = ''): array
{
    return LocalApi::call($command, $post);
}

function logActivity(string $message, int $userId = 0): void
{
    Capsule::table('tblactivitylog')->insert([
        'date' => date('Y-m-d H:i:s'),
        'description' => $message,
        'userid' => $userId,
    ]);
}

function logModuleCall(
    string $module,
    string $action,
    string|array $request,
    string|array $response,
    string|array $processed = '',
    array $replaceVars = []
): void {
    SuddenDeath::at("log $action");
    $stars = array_map(static fn (string $secret): string => str_repeat('*', strlen($secret)), $replaceVars);
    $text = static fn (string|array $value): string
        => str_replace($replaceVars, $stars, is_array($value) ? print_r($value, true) : $value);
    Capsule::table('tblmodulelog')->insert([
        'date' => date('Y-m-d H:i:s'),
        'module' => $module,
        'action' => $action,
        'request' => $text($request),
        'response' => $text($response),
        'arrdata' => $text($processed),
    ]);
}
