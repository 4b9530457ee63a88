<?php

declare(strict_types=1);

namespace Tests\Support;

use WHMCS\Module\Server\Proxmoxkvm\Support\Texts;

/**
 * A page of HTML with every text of a language beside the English one, as it is shown: a native reader walks through
 * it in an hour. What stands before something is lost has a mark.
 */
final class TextPage
{
    /** What is asked, or said, where data may be lost: a wrong word there costs more than one elsewhere. */
    public const DESTRUCTIVE = '/^(action_\w+_sure'
        . '|action_(stop|reset|reinstall|unprotect|protect_done|snapshot_rollback|(snapshot|backup)_delete)'
        . '|action_(backup_restore|firewall_(confirm|back)|rescue_(start|leave)|beside_(swap|discard))'
        . '|client_(firewall_(waiting|delete|confirmed)|rescue_help|restore_(torn|not_done|over)|beside_(ends|loses))'
        . '|client_rebuild_(help|lost|lost_all|keeps|backup_first)|client_snapshot_(lost|newer)'
        . '|client_(snapshots|backups)_help|option_client_restore_help|addon_firewall_waits'
        . '|mail_restore(d|_failed)_body'
        . '|client_(backup_)?schedule_help|client_not_shut_down|client_password_new_sure'
        . '|mail_(terminated|reinstalled|suspended|failed)_body'
        . '|addon_(redeploy(_help|_confirm)?|forget_help|delete_sure)'
        . '|advice_(rebuild|has_guest|unlock|terminate|restore_torn|backups_stay|snapshot_foreign))$/';

    /** For placeholders. */
    private const SAMPLES = [
        '{n}' => '3', '{most}' => '5', '{have}' => '2', '{name}' => 'web1.example.com', '{time}' => '12:30',
        '{at}' => '12:30', '{used}' => '1.5 GB', '{total}' => '4', '{disks}' => '2', '{snapshots}' => '3',
    ];

    public static function html(Translation $one, Translation $english): string
    {
        $about = $one->about;
        $parts = '';
        foreach ($english->files as $file => $texts) {
            $rows = '';
            foreach ($texts as $key => $text) {
                $rows .= self::row($key, $text, $one->files[$file][$key] ?? null);
            }
            $parts .= "<h2>$file</h2>\n<table><tr><th>English</th><th>" . self::text((string) ($about['name'] ?? ''))
                . "</th><th>key</th></tr>\n$rows</table>\n";
        }
        $terms = '';
        foreach ($one->glossary as $term => $words) {
            $terms .= "<li>$term: " . self::text(implode(', ', (array) $words)) . "</li>\n";
        }
        $name = self::text($one->name);
        $tag = self::text((string) ($about['tag'] ?? ''));
        $isSigned = ($about['read_by'] ?? null) !== '';
        $made = $isSigned ? '' : '<p><strong>Machine translated: nobody has signed it yet.</strong></p>';
        $direction = ($about['rtl'] ?? false) === true ? 'rtl' : 'ltr';
        $style = self::style($direction);

        return <<<HTML
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>$name</title><style>$style</style></head><body>
            <h1>$name</h1>$made
            <p>Read the second column as its customers and staff do. <b>!</b>: something may be lost, and the
            sentence has to be as sure of it as English is. Tell us what is wrong by its key; whoever has read all of it
            signs in about.php.</p>
            <ul lang="$tag">$terms</ul>
            $parts</body></html>

            HTML;
    }

    /**
     * @param string|array<string, string> $english
     * @param string|array<string, string>|null $own
     */
    private static function row(string $key, string|array $english, string|array|null $own): string
    {
        $mark = preg_match(self::DESTRUCTIVE, $key) === 1 ? '<b>!</b> ' : '';
        $isButton = TranslationCheck::isButton($key);

        return "<tr id=\"$key\"><td>" . self::shown($english, $isButton) . '</td><td class="own">'
            . ($own === null ? '<i>missing: English is shown</i>' : self::shown($own, $isButton))
            . "</td><td>$mark<code>$key</code></td></tr>\n";
    }

    /** @param string|array<string, string> $text */
    private static function shown(string|array $text, bool $isButton): string
    {
        $forms = [];
        foreach ((array) $text as $class => $form) {
            $html = self::text($form);
            foreach (self::SAMPLES as $name => $value) {
                $html = str_replace($name, "<var title=\"$name\">$value</var>", $html);
            }
            $html = $isButton ? "<button>$html</button>" : $html;
            $forms[] = $html . (is_array($text) ? " <small>$class</small>" : '');
        }

        return implode('<br>', $forms);
    }

    private static function text(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }

    private static function style(string $direction): string
    {
        return 'body { font: 15px/1.5 system-ui, sans-serif; margin: 2em; }'
            . ' table { border-collapse: collapse; width: 100%; }'
            . ' td, th { border: 1px solid #bbb; padding: 6px; vertical-align: top; text-align: start; width: 45%; }'
            . ' td:last-child { width: 10%; font-size: 12px; } var { font-style: normal; background: #eef; }'
            . " .own { direction: $direction; } b { color: #b91c1c; } i { color: #777; }";
    }
}
