<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Access;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Service\StaffConsole;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Digest;
use WHMCS\Module\Server\Proxmoxkvm\Product\Stock;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\MailTemplates;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** What WHMCS asks of the addon module. Its pages are beside it; what they do is done by the classes of the server module. */
final class Addon
{
    public const VERSION = '0.1.0';

    /** In English: the language files are in the module that is missing. */
    private const ALONE = 'The server module is missing: upload modules/servers/proxmoxkvm of the same archive.';

    /** @return array<string, mixed> */
    public static function config(): array
    {
        $there = self::load();

        return [
            'name' => $there ? Module::metaData()['DisplayName'] : 'Proxmox VE KVM',
            'description' => $there ? Lang::text('addon_description') : self::ALONE,
            'version' => self::VERSION,
            'author' => 'proxmoxkvm',
            'language' => 'english',
            'fields' => $there ? [Access::LOOK_ONLY => [
                'FriendlyName' => Lang::text('addon_look_only'),
                'Type' => 'text',
                'Size' => '60',
                'Default' => '',
                'Description' => Lang::text('addon_look_only_help', ['roles' => self::roles()]),
            ], Stock::SETTING => [
                'FriendlyName' => Lang::text('addon_stock'),
                'Type' => 'yesno',
                'Default' => '',
                'Description' => Lang::text('addon_stock_help'),
            ], Digest::SETTING => [
                'FriendlyName' => Lang::text('addon_digest'),
                'Type' => 'dropdown',
                'Options' => ['off' => Lang::text('digest_off')] + array_combine(Digest::KINDS, array_map(
                    static fn (string $kind): string => Lang::text("digest_to_$kind"),
                    Digest::KINDS
                )),
                'Default' => Digest::KINDS[0],
                'Description' => Lang::text('addon_digest_help'),
            ]] : [],
        ];
    }

    /** @return array{status: string, description: string} */
    public static function activate(): array
    {
        if (!self::load()) {
            return ['status' => 'error', 'description' => self::ALONE];
        }
        try {
            self::prepare();
        } catch (Throwable $error) {
            $why = Lang::text('addon_failed', ['why' => $error->getMessage()]);

            return ['status' => 'error', 'description' => Html::text($why)];
        }

        return ['status' => 'success', 'description' => Lang::text('addon_activated')];
    }

    /** Nothing is dropped: VMs, records and mails go on without the pages. @return array<string, string> */
    public static function deactivate(): array
    {
        return ['status' => 'success', 'description' => self::load() ? Lang::text('addon_deactivated') : self::ALONE];
    }

    /** What a later version needs is made like at the first activation. Throws nothing. */
    public static function upgrade(): void
    {
        try {
            self::load() && self::prepare();
        } catch (Throwable) {
            // Whoever uses a table makes it where it is missing, and says why it cannot be.
        }
    }

    /** @param array<string, mixed> $vars */
    public static function output(array $vars): void
    {
        if (!self::load()) {
            echo '<div class="alert alert-danger">', self::ALONE, '</div>';

            return;
        }
        $method = is_string($_SERVER['REQUEST_METHOD'] ?? null) ? $_SERVER['REQUEST_METHOD'] : '';
        $request = new Request($vars, $method, $_GET, $_POST);
        if ($request->asked('page') === StaffConsole::PAGE) {
            (new StaffConsole($request))->answer();
        }
        $answer = Front::answer($request);
        if ($answer->redirect !== null) {
            // WHMCS keeps a module's output back until its page is whole: a header can still be sent.
            header("Location: $answer->redirect", true, 303);
            exit;
        }
        if ($answer->lines !== null) {
            self::send($answer->file, $answer->lines);
        }
        echo $answer->html;
    }

    /**
     * A file in the place of WHMCS's page, line by line: it may have hundreds of thousands.
     *
     * @param iterable<string> $lines
     */
    private static function send(string $name, iterable $lines): never
    {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        header('Content-Type: text/csv; charset=utf-8');
        header("Content-Disposition: attachment; filename=\"$name\"");
        try {
            foreach ($lines as $line) {
                echo $line;
            }
        } catch (Throwable $error) {
            // Half a table must not look like a whole one.
            echo "\r\n", $error->getMessage(), "\r\n";
        }
        exit;
    }

    /** What the setting chooses from. WHMCS prints it as it is. */
    private static function roles(): string
    {
        try {
            $names = Capsule::table('tbladminroles')->orderBy('id')->pluck('name')->all();
        } catch (Throwable) {
            return '';
        }

        return implode(' | ', array_map(
            static fn (mixed $name): string => Html::text(html_entity_decode((string) $name, ENT_QUOTES | ENT_HTML5)),
            $names
        ));
    }

    private static function prepare(): void
    {
        Zones::prepare();
        foreach (array_keys(MailTemplates::NAMES) as $kind) {
            MailTemplates::exists($kind);
        }
    }

    /** @return bool whether the server module is there */
    private static function load(): bool
    {
        $autoload = dirname(__DIR__, 3) . '/servers/proxmoxkvm/lib/autoload.php';
        if (is_file($autoload)) {
            require_once $autoload;
        }

        return is_file($autoload);
    }
}
