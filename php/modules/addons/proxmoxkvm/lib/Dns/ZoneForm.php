<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Dns;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The form of a zone: its fields as they are typed, and what is wrong with them. The provider checks the rest. */
final class ZoneForm
{
    /** Name in the core => name for people. */
    public const PROVIDERS = [
        'powerdns' => 'PowerDNS',
        'rfc2136' => 'RFC 2136 (BIND, Knot, PowerDNS)',
        'cloudflare' => 'Cloudflare',
        'hestiacp' => 'HestiaCP',
    ];

    private const ALGORITHMS = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'];

    /** Field => its name; there is a text `…_help` for each. */
    private const LABELS = [
        'zone' => 'addon_zone',
        'endpoint' => 'addon_endpoint',
        'key_name' => 'addon_key_name',
        'addresses' => 'addon_part',
        'server' => 'addon_pdns_server',
        'user' => 'addon_user',
        'ca' => 'addon_ca',
        'fingerprint' => 'addon_fingerprint',
    ];

    /** Where the secret goes, and who is taken for that place. */
    private const PLACE = ['provider', 'endpoint', 'ca', 'fingerprint'];

    private const LONGEST_SECRET = 2000;
    private const LONGEST_TTL = 604800;

    /** @param array<string, mixed> $values without the secret */
    private function __construct(public readonly int $id, public readonly array $values, public readonly string $secret)
    {
    }

    public static function empty(): self
    {
        $defaults = ['ttl' => Zones::DEFAULT_TTL, 'algorithm' => self::ALGORITHMS[0]];

        return new self(0, $defaults + array_fill_keys(array_keys(Zones::TEXTS), ''), '');
    }

    /** @param array<string, mixed> $zone as stored: its secret stays where it is */
    public static function stored(array $zone): self
    {
        return new self((int) $zone['id'], array_diff_key($zone, ['secret' => '']), '');
    }

    public static function sent(Request $request): self
    {
        $values = ['ttl' => $request->sent('ttl'), 'plain_http' => $request->sent('plain_http') !== ''];
        foreach (array_keys(Zones::TEXTS) as $field) {
            $values[$field] = $request->sent($field);
        }
        $values['algorithm'] = in_array($values['algorithm'], self::ALGORITHMS, true)
            ? $values['algorithm']
            : self::ALGORITHMS[0];

        return new self($request->sentNumber('id'), $values, $request->sent('secret'));
    }

    /** @return list<string> sentences */
    public function wrong(): array
    {
        $wrong = [];
        if (!isset(self::PROVIDERS[$this->values['provider']])) {
            $wrong[] = Lang::text('addon_missing', ['field' => Lang::text('addon_provider')]);
        }
        if ($this->values['zone'] === '') {
            $wrong[] = Lang::text('addon_missing', ['field' => Lang::text('addon_zone')]);
        }
        if ($this->secret === '' && $this->id === 0) {
            $wrong[] = Lang::text('addon_missing', ['field' => Lang::text('addon_secret')]);
        } elseif ($this->secret === '' && $this->leadsElsewhere()) {
            $wrong[] = Lang::text('addon_secret_again');
        }
        $ttl = $this->values['ttl'];
        if (preg_match('/^\d{1,6}$/D', (string) $ttl) !== 1 || (int) $ttl < 1 || (int) $ttl > self::LONGEST_TTL) {
            $wrong[] = Lang::text('addon_bad_ttl');
        }
        foreach (['secret' => 'addon_secret'] + self::LABELS as $field => $label) {
            $longest = Zones::TEXTS[$field] ?? self::LONGEST_SECRET;
            if (mb_strlen($field === 'secret' ? $this->secret : $this->values[$field]) > $longest) {
                $values = ['field' => Lang::text($label), 'n' => (string) $longest];
                $wrong[] = Lang::text('addon_too_long', $values);
            }
            if ($field !== 'secret' && Shown::zone($this->values)[$field] === Shown::HIDDEN) {
                $values = ['field' => Lang::text($label), 'secret' => Lang::text('addon_secret')];
                $wrong[] = Lang::text('addon_secret_here', $values);
            }
        }

        return $wrong;
    }

    /** Whether the stored secret would go to another place than it was given for, or there with less protection. */
    private function leadsElsewhere(): bool
    {
        $stored = Zones::one($this->id);
        if ($stored === null) {
            return false;
        }
        foreach (self::PLACE as $field) {
            if ($this->values[$field] !== $stored[$field]) {
                return true;
            }
        }

        return $this->values['plain_http'] && !$stored['plain_http'];
    }

    public function html(Request $request): string
    {
        $algorithms = array_combine(self::ALGORITHMS, self::ALGORITHMS);
        $keep = $this->id === 0 ? '' : Html::lang('addon_secret_keep');
        $checked = ($this->values['plain_http'] ?? false) ? ' checked' : '';
        $fields = self::field('addon_provider', Html::select('provider', self::PROVIDERS, $this->values['provider']))
            . $this->inputs('zone', 'endpoint', 'key_name')
            . self::field('addon_secret', Html::input('secret', '', '', 'password'), $keep)
            . self::field('addon_algorithm', Html::select('algorithm', $algorithms, $this->values['algorithm']))
            . self::field('addon_ttl', Html::input('ttl', $this->shown('ttl')))
            . $this->inputs('addresses', 'server', 'user', 'ca', 'fingerprint')
            . '<div class="col-xs-12"><div class="checkbox"><label>'
            . "<input type=\"checkbox\" name=\"plain_http\" value=\"1\"$checked> "
            . Html::lang('addon_plain_http') . '</label></div></div>';
        $buttons = Html::button('addon_save_test', 'save_test', 'primary') . ' ' . Html::button('addon_save', 'save')
            . ' ' . Html::link($request->link('zones'), Html::lang('addon_cancel'));

        return Html::form(
            $request->link('zones', ['form' => 1, 'id' => $this->id ?: '']),
            ['id' => $this->id],
            "<div class=\"row proxmoxkvm-fields\">$fields</div><p>$buttons</p>"
        );
    }

    private function inputs(string ...$names): string
    {
        $html = '';
        foreach ($names as $name) {
            $label = self::LABELS[$name];
            $html .= self::field($label, Html::input($name, $this->shown($name)), Html::lang("{$label}_help"));
        }

        return $html;
    }

    /** What may be a secret does not come back with the page. */
    private function shown(string $field): string
    {
        return str_replace(Shown::HIDDEN, '', (string) Shown::zone($this->values)[$field]);
    }

    private static function field(string $label, string $input, string $help = ''): string
    {
        return '<div class="col-xs-12 col-sm-6 col-md-4"><div class="form-group">'
            . Html::labelled(Html::lang($label), $input) . "<span class=\"help-block\">$help</span></div></div>";
    }
}
