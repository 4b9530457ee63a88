<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Server\Proxmoxkvm\Doctor\Doctor;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Installations;

/** What doctor.php prints, of the web's PHP. It asks every server and zone, so only when a button is pressed. */
final class DoctorPage implements Page
{
    public const NAME = 'doctor';

    /** Its button for a WHMCS that has another address and is no copy. */
    public const MOVED = 'moved';

    /** How many findings of the last run were not good. */
    private const LAST = 'proxmoxkvm_doctor';

    /** Level => class of the label, key of its text. */
    private const LABELS = [
        Finding::GOOD => ['success', 'doctor_good'],
        Finding::WARNING => ['warning', 'doctor_warning'],
        Finding::BAD => ['danger', 'doctor_bad'],
    ];

    /** HTML: what the last run found, below its button and not in the colour of its message. */
    private string $found = '';

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        return '<p>' . Html::lang('doctor_help') . '</p>' . Html::form(
            $this->request->link(self::NAME),
            [],
            Html::button('doctor_run', 'run', 'primary')
        ) . $this->found;
    }

    /** Whether its last run of this admin has found nothing. */
    public static function wasGood(): bool
    {
        return ($_SESSION[self::LAST] ?? null) === 0;
    }

    public function act(): Outcome
    {
        if ($this->request->sent('act') === self::MOVED) {
            Installations::moved();

            return Outcome::good(Html::lang('installation_moved'), self::NAME);
        }
        if ($this->request->sent('act') !== 'run') {
            return Outcome::noSuchButton(self::NAME);
        }
        $findings = Doctor::findings();
        $rows = [];
        foreach ($findings as $finding) {
            [$class, $text] = self::LABELS[$finding->level];
            $isGood = $finding->level === Finding::GOOD;
            $rows[] = [
                sprintf('<span class="proxmoxkvm-tag label label-%s">%s</span>', $class, Html::lang($text)),
                Html::text($finding->subject),
                Html::text($finding->text),
                $isGood || $finding->link === '' ? '' : Html::link($finding->link, Html::lang('doctor_mend')),
            ];
        }
        $this->found = Html::table(['', 'doctor_subject', 'doctor_finding', ''], $rows);
        $count = count(array_filter($findings, static fn (Finding $one): bool => $one->level !== Finding::GOOD));
        $_SESSION[self::LAST] = $count;
        $said = $count === 0 ? Html::lang('doctor_all_good') : Html::lang('doctor_count', ['n' => $count]);

        return $count === 0 ? Outcome::inPlace($said, self::NAME) : Outcome::wrongForm($said, self::NAME);
    }
}
