<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Json;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** How an answer goes back to the client's browser: as JSON to the page's script, else by WHMCS's own page. */
final class ClientReply
{
    /** The script adds this field to what it sends. */
    private const MARK = 'proxmoxkvm_json';

    /**
     * @param array<string, mixed> $params
     * @return string for WHMCS, which prints it as it is
     */
    public static function status(array $params): string
    {
        self::releaseSession();

        return self::send(ClientArea::status($params));
    }

    /**
     * @param array<string, mixed> $params
     * @return string for WHMCS, which prints it as it is
     */
    public static function act(array $params): string
    {
        self::releaseSession();
        $method = is_string($_SERVER['REQUEST_METHOD'] ?? null) ? $_SERVER['REQUEST_METHOD'] : '';
        $action = is_string($_POST['do'] ?? null) ? $_POST['do'] : '';

        return self::send(ClientArea::act($action, $params, $method, $_POST));
    }

    /**
     * @param array<string, mixed> $params
     * @return string for WHMCS, which prints it as it is
     */
    public static function usage(array $params): string
    {
        self::releaseSession();
        $isFile = isset($_POST['csv']);
        $timeframe = $_POST[$isFile ? 'csv' : 'timeframe'] ?? null;
        $answer = ClientUsage::of($params, is_string($timeframe) ? $timeframe : '');
        if ($isFile && $answer['ok'] && !self::isForScript()) {
            $span = ClientUsage::answered()['timeframe'] ?? 'day';
            self::file("usage-$span.csv", ClientGraphs::csv($answer['points']));
        }

        return self::send($answer);
    }

    /**
     * @param array<string, mixed> $params
     * @return string for WHMCS, which prints it as it is, and then the page with the password
     */
    public static function password(array $params): string
    {
        self::releaseSession();
        $method = is_string($_SERVER['REQUEST_METHOD'] ?? null) ? $_SERVER['REQUEST_METHOD'] : '';

        if (($_POST['do'] ?? '') !== PasswordRenewal::DO) {
            return self::send(ClientPassword::ask($params, $method, $_POST));
        }
        $answer = PasswordRenewal::ask($params, $method, $_POST);
        ClientPassword::shows($answer);

        return self::send($answer);
    }

    /**
     * @param array<string, mixed> $params
     * @return string for WHMCS, which prints it as it is
     */
    public static function screen(array $params): string
    {
        self::releaseSession();
        $method = is_string($_SERVER['REQUEST_METHOD'] ?? null) ? $_SERVER['REQUEST_METHOD'] : '';

        return self::send(ClientScreen::of($params, $method, $_POST));
    }

    /**
     * @param array<string, mixed> $params
     * @return string for WHMCS, which prints it as it is, and then the page with what was found
     */
    public static function reach(array $params): string
    {
        self::releaseSession();
        $method = is_string($_SERVER['REQUEST_METHOD'] ?? null) ? $_SERVER['REQUEST_METHOD'] : '';

        return self::send(ClientReach::of($params, $method, $_POST));
    }

    private static function isForScript(): bool
    {
        return isset($_POST[self::MARK]);
    }

    /** The core may need a while: the visitor's other pages must not wait for this one's session. */
    private static function releaseSession(): void
    {
        if (self::isForScript() && function_exists('session_write_close')) {
            session_write_close();
        }
    }

    /** @param array{ok: bool, message: string} $answer and what the script draws */
    private static function send(array $answer): string
    {
        if (self::isForScript()) {
            Json::send($answer);
        }
        Answered::keep($answer);

        return $answer['ok'] ? 'success' : Text::html($answer['message']);
    }

    /** A download, in the place of a page. */
    private static function file(string $name, string $content): never
    {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        if (!headers_sent()) {
            header('Content-Type: text/csv; charset=utf-8');
            header("Content-Disposition: attachment; filename=\"$name\"");
            header('Cache-Control: no-store');
            header('X-Content-Type-Options: nosniff');
        }
        echo $content;
        exit;
    }
}
