<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use RuntimeException;
use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;

/**
 * One mail a day to staff: what needs somebody, what is nearly full. A part that has nothing to say is left
 * out, and so is a mail without parts.
 */
final class Digest
{
    /** Setting of the addon module: which admins WHMCS sends it to. */
    public const SETTING = 'digest';

    /** Values of the setting that WHMCS knows as kinds of notifications. */
    public const KINDS = ['system', 'account', 'support'];

    /** WHMCS's day may begin again by hand. */
    private const PAUSE_SECONDS = 12 * 3600;

    /** So many services are named; the page has them all. */
    private const SHOWN = 20;

    /** Called by WHMCS once a day. Throws nothing. */
    public static function daily(): void
    {
        try {
            $kind = self::kind();
            if ($kind !== '' && Claims::take('digest', self::PAUSE_SECONDS)) {
                $html = Language::forStaff(self::html(...));
                $html === '' || self::send($kind, $html);
            }
        } catch (Throwable $error) {
            $why = Secrets::of([])->mask($error->getMessage() ?: $error::class);
            Log::activityOnce(Language::forStaff(
                static fn (): string => Lang::text('digest_failed', ['why' => $why])
            ));
        }
    }

    /** @return string whom to send it to; empty: it is off, or the addon was never set up */
    private static function kind(): string
    {
        $kind = (string) Capsule::table('tbladdonmodules')
            ->where('module', Module::NAME)
            ->where('setting', self::SETTING)
            ->value('value');

        return in_array($kind, self::KINDS, true) ? $kind : '';
    }

    /** @return string HTML; empty where there is nothing to say */
    private static function html(): string
    {
        $attention = Attention::read(self::SHOWN);
        $parts = self::part('addon_attention', self::attention($attention))
            . self::part('digest_full', FullStorages::sentences());

        return $parts === '' ? '' : $parts . '<p>' . Text::html(self::where()) . '</p>';
    }

    private static function where(): string
    {
        return Lang::text('digest_where', ['page' => Lang::text('addon_attention')]);
    }

    /** @return list<string> */
    private static function attention(Attention $attention): array
    {
        $lines = array_column($attention->all(), 'text');
        $more = $attention->total - count($lines);

        return $more > 0 ? [...$lines, Lang::text('digest_more', ['n' => (string) $more])] : $lines;
    }

    /** @param list<string> $lines */
    private static function part(string $title, array $lines): string
    {
        $items = array_map(static fn (string $line): string => '<li>' . Text::html($line) . '</li>', $lines);

        return $items === [] ? '' : '<h3>' . Text::html(Lang::text($title)) . '</h3><ul>' . implode($items) . '</ul>';
    }

    private static function send(string $kind, string $html): void
    {
        $answer = \localAPI('SendAdminEmail', [
            'type' => $kind,
            'customsubject' => Lang::ofSystem('digest_subject'),
            // Smarty reads the message: what was quoted from elsewhere must not be read by it.
            'custommessage' => '{$proxmoxkvm_digest}',
            'mergefields' => ['proxmoxkvm_digest' => $html],
        ]);
        if (($answer['result'] ?? '') !== 'success') {
            throw new RuntimeException((string) ($answer['message'] ?? '') ?: '?');
        }
    }
}
