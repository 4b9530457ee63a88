<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Dns;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The form of a zone: its fields as they are typed, and what is wrong with them. The provider checks the rest. */
final class ZoneForm
{
    /** What is chosen, and not typed. */
    private const CHOSEN = ['provider', 'algorithm'];

    /** What stands above the secret. */
    private const ABOVE = ['zone', 'endpoint', 'key_name'];

    /** The texts of these fields have other names; that of any other is `addon_<field>`, with `_help` beside it. */
    private const LABELS = ['addresses' => 'addon_part', 'server' => 'addon_pdns_server'];

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
        $defaults = ['ttl' => Zones::DEFAULT_TTL, 'algorithm' => self::algorithms()[0]];

        return new self(0, $defaults + self::blank(), '');
    }

    /** @param array<string, mixed> $zone as stored: its secret stays where it is */
    public static function stored(array $zone): self
    {
        return new self((int) $zone['id'], array_diff_key($zone, ['secret' => '']) + self::blank(), '');
    }

    public static function sent(Request $request): self
    {
        $values = ['ttl' => $request->sent('ttl'), 'plain_http' => $request->sent('plain_http') !== ''];
        foreach (array_keys(Zones::texts()) as $field) {
            $values[$field] = $request->sent($field);
        }
        $algorithms = self::algorithms();
        $isOne = in_array($values['algorithm'], $algorithms, true);
        $values['algorithm'] = $isOne ? $values['algorithm'] : $algorithms[0];

        return new self($request->sentNumber('id'), $values, $request->sent('secret'));
    }

    /** @return list<string> sentences */
    public function wrong(): array
    {
        $wrong = [];
        if (!isset(self::providers()[$this->values['provider']])) {
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
        foreach (['secret' => self::LONGEST_SECRET] + self::typed() as $field => $longest) {
            $label = self::label($field);
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
            if ($this->values[$field] !== ($stored[$field] ?? '')) {
                return true;
            }
        }

        return $this->values['plain_http'] && !$stored['plain_http'];
    }

    public function html(Request $request): string
    {
        $algorithms = array_combine(self::algorithms(), self::algorithms());
        $below = array_diff(array_keys(self::typed()), self::ABOVE);
        $keep = $this->id === 0 ? '' : Html::lang('addon_secret_keep');
        $checked = ($this->values['plain_http'] ?? false) ? ' checked' : '';
        $fields = self::field('addon_provider', Html::select('provider', self::providers(), $this->values['provider']))
            . $this->inputs(...self::ABOVE)
            . self::field('addon_secret', Html::input('secret', '', '', 'password'), $keep)
            . self::field('addon_algorithm', Html::select('algorithm', $algorithms, $this->values['algorithm']))
            . self::field('addon_ttl', Html::input('ttl', $this->shown('ttl')))
            . $this->inputs(...$below)
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
            $label = self::label($name);
            $html .= self::field($label, Html::input($name, $this->shown($name)), Html::lang("{$label}_help"));
        }

        return $html;
    }

    /** What may be a secret does not come back with the page. */
    private function shown(string $field): string
    {
        return str_replace(Shown::HIDDEN, '', (string) Shown::zone($this->values)[$field]);
    }

    /** @return array<string, string> name in the core => name for people */
    public static function providers(): array
    {
        return array_column(Native::catalogue('dns')['providers'] ?? [], 'label', 'name');
    }

    /** @return non-empty-list<string> */
    private static function algorithms(): array
    {
        return Native::catalogue('dns')['algorithms'] ?? [''];
    }

    /** @return array<string, string> every text of a zone, without any */
    private static function blank(): array
    {
        return array_fill_keys(array_keys(Zones::texts()), '');
    }

    /** @return array<string, int> what has an input of its own => the most characters */
    private static function typed(): array
    {
        return array_diff_key(Zones::texts(), array_flip(self::CHOSEN));
    }

    private static function label(string $field): string
    {
        return self::LABELS[$field] ?? "addon_$field";
    }

    private static function field(string $label, string $input, string $help = ''): string
    {
        return '<div class="col-xs-12 col-sm-6 col-md-4"><div class="form-group">'
            . Html::labelled(Html::lang($label), $input) . "<span class=\"help-block\">$help</span></div></div>";
    }
}
