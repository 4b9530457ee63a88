<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/**
 * Role, user and token, made with root's password. The password is in this one request, and nowhere else; the token
 * goes into the server entry, where WHMCS keeps it encrypted.
 */
final class LoginStep
{
    private const ROOT = 'root@pam';

    /** A certificate's SHA-256, as the core tells it. */
    private const FINGERPRINT = '/\b[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}\b/';

    /** Waits in the session for the admin to say whether it is the server's. */
    private const SEEN = 'proxmoxkvm_fingerprint';

    public function __construct(private Request $request, private object $server)
    {
    }

    /** The entry has the token of a user: whether it may do what is needed, the doctor says. */
    public function isDone(): bool
    {
        return str_contains((string) $this->server->username, '!') && (string) $this->server->password !== '';
    }

    public function step(): Step
    {
        $name = Html::text(Text::plain((string) $this->server->username));

        return new Step('setup_login', $this->isDone(), $this->isDone() ? "<code>$name</code>" : $this->forms());
    }

    public function make(): Outcome
    {
        $login = [
            'username' => $this->request->sent('username') ?: self::ROOT,
            'password' => (string) $this->request->sentWhole('password'),
        ];
        $ticked = array_filter(
            Native::catalogue('roles'),
            fn (string $role): bool => $this->request->sent("role_$role") !== ''
        );
        $request = ['server' => $login + ServerRows::forCore($this->server), 'roles' => array_values($ticked)];
        try {
            $reply = Native::call('set_up_login', $request);
        } catch (Throwable $error) {
            Problem::log('set_up_login', $request, $error);
            if (preg_match(self::FINGERPRINT, $error->getMessage(), $found) === 1) {
                $_SESSION[self::SEEN] = [(int) $this->server->id => $found[0]];
            }

            return Outcome::failure($error, Step::PAGE, [], $request);
        }
        // From here on the secret is WHMCS's: Proxmox VE does not tell it again.
        $this->store(['username' => (string) $reply['token'], 'password' => \encrypt((string) $reply['secret'])]);
        $done = implode(' ', array_map(strval(...), (array) ($reply['did'] ?? [])));
        Log::activity(Lang::text('setup_login_made', ['token' => (string) $reply['token']]));

        $said = Html::lang('setup_login_made', ['token' => $reply['token']]) . ' ' . Html::text($done);

        return Outcome::good($said, Step::PAGE);
    }

    /** The certificate that was seen is the server's: it is trusted from now on, and no other. */
    public function trust(): Outcome
    {
        $seen = $this->seen();
        unset($_SESSION[self::SEEN]);
        if ($seen === '' || $seen !== $this->request->sent('fingerprint')) {
            return Outcome::bad(Html::lang('setup_trust_gone'), Step::PAGE);
        }
        $lines = preg_split('/\R/', (string) $this->server->accesshash) ?: [];
        $others = preg_grep('/^\h*fingerprint\h*=/i', $lines, PREG_GREP_INVERT) ?: [];
        $this->store(['accesshash' => trim(implode("\n", [...$others, "fingerprint=$seen"]))]);

        return Outcome::good(Html::lang('setup_trusted', ['fingerprint' => $seen]), Step::PAGE);
    }

    private function forms(): string
    {
        $seen = $this->seen();
        $trust = '<p>' . Html::lang('setup_trust_help') . '</p><p><code>' . Html::text($seen) . '</code></p>'
            . $this->form(['fingerprint' => $seen], Html::button('setup_trust', 'trust'));
        $fields = Html::labelled(Html::lang('setup_root'), Html::input('username', self::ROOT)) . ' '
            . Html::labelled(Html::lang('setup_password'), Html::input('password', '', '', 'password')) . ' ';
        // What a hoster may do without; each text says what is not possible then.
        foreach (Native::catalogue('roles') as $role) {
            $box = "<input type=\"checkbox\" name=\"role_$role\" value=\"1\" checked> ";
            $key = strtolower($role);
            $text = Html::lang("setup_role_$key", ['role' => $role]);
            $fields .= "<div class=\"checkbox\"><label>$box$text</label></div>";
        }
        $login = $this->form([], $fields . Html::button('setup_login_make', 'login', 'primary'));

        return ($seen === '' ? '' : Html::note('warning', $trust)) . $login;
    }

    /** @param array<string, string> $hidden */
    private function form(array $hidden, string $html): string
    {
        return Html::form($this->request->link(Step::PAGE, ['server' => (int) $this->server->id]), $hidden, $html);
    }

    private function seen(): string
    {
        return (string) ($_SESSION[self::SEEN][(int) $this->server->id] ?? '');
    }

    /** @param array<string, string> $columns */
    private function store(array $columns): void
    {
        Capsule::table('tblservers')->where('id', $this->server->id)->update($columns);
    }
}
