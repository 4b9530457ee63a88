<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Service\Reachability;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** Why the visitor does not reach the machine: it changes nothing, and is asked for by a form that needs no script. */
final class ClientReach
{
    /** @var array<string, mixed>|null what WHMCS answers the form with: the page, which shows it */
    private static ?array $answered = null;

    /** @return array<string, mixed>|null */
    public static function answered(): ?array
    {
        return self::$answered;
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     * @return array{ok: bool, message: string}
     */
    public static function of(array $params, string $method, array $post): array
    {
        self::$answered = null;
        try {
            $whmcs = new Params($params);
            Visitor::mayChange($whmcs, $method, $post);
            $text = static fn (string $name): string => is_string($post[$name] ?? null) ? trim($post[$name]) : '';
            $asked = ['port' => $text('port'), 'from' => $text('from')];
            self::$answered = Reachability::of(Entry::perform('reachability', $whmcs, 'client', $asked)) + $asked;

            return ['ok' => true, 'message' => self::$answered['sentence']];
        } catch (Throwable $error) {
            return ['ok' => false, 'message' => Problem::forClient($error)];
        }
    }
}
