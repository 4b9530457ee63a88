<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use RuntimeException;
use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;

/**
 * One mail a day to staff: what needs somebody, what is nearly full, what ran. A part that has nothing to say is left
 * out, and so is a mail that would only say that all went well.
 */
final class Digest
{
    /** Setting of the addon module: which admins WHMCS sends it to. */
    public const SETTING = 'digest';

    /** Values of the setting that WHMCS knows as kinds of notifications. */
    public const KINDS = ['system', 'account', 'support'];

    private const CLAIM = 'digest';

    /** WHMCS's day may begin again by hand. */
    private const PAUSE_SECONDS = 12 * 3600;

    /** What ran before is too old, or nobody remembers when the last one left. */
    private const DAY_SECONDS = 24 * 3600;

    /** So many services are named; the page has them all. */
    private const SHOWN = 20;

    /** Called by WHMCS once a day. Throws nothing. */
    public static function daily(): void
    {
        try {
            $kind = self::kind();
            $since = Claims::taken(self::CLAIM) ?? time() - self::DAY_SECONDS;
            if ($kind !== '' && Claims::take(self::CLAIM, self::PAUSE_SECONDS)) {
                $html = Language::forStaff(static fn (): string => self::htmlOrWhyNot($since));
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

    /** No mail means that all is well, so a module that cannot say what is wrong says that. */
    private static function htmlOrWhyNot(int $since): string
    {
        try {
            return self::html($since);
        } catch (Throwable $error) {
            return '<p>' . Problem::html($error, []) . '</p>';
        }
    }

    /** @return string HTML; empty where there is nothing to say */
    private static function html(int $since): string
    {
        $attention = Attention::read(self::SHOWN, 0, $since);
        $ran = $attention->reply['ran'] ?? [];
        $parts = self::part('addon_attention', self::attention($attention))
            . self::part('digest_full', FullStorages::sentences())
            . self::part('digest_slow', array_map(self::slow(...), $attention->reply['slowly_built'] ?? []));
        if ($parts === '' && array_sum(array_column($ran, 'failed')) === 0) {
            return '';
        }

        return $parts . self::part('digest_ran', array_map(self::ran(...), $ran))
            . '<p>' . Text::html(self::where()) . '</p>';
    }

    /** @param array<string, mixed> $ran how often something was done, and could not be */
    private static function ran(array $ran): string
    {
        return Lang::text('digest_ran_one', [
            'what' => Progress::words((string) $ran['action']),
            'done' => (string) $ran['done'],
            'failed' => (string) $ran['failed'],
        ]);
    }

    /** @param array<string, mixed> $build that is done, and took much longer than usual */
    private static function slow(array $build): string
    {
        return Lang::text('digest_slow_one', [
            'id' => (string) $build['id'],
            'taken' => Locale::duration((float) $build['took_s']),
            'usual' => Locale::duration((float) $build['usual_s']),
        ]);
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
