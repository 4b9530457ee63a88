<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Server\Proxmoxkvm\Doctor\Doctor;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;

/** What doctor.php prints, of the web's PHP. It asks every server and zone, so only when a button is pressed. */
final class DoctorPage implements Page
{
    private const NAME = 'doctor';

    /** Level => class of the label, key of its text. */
    private const LABELS = [
        Finding::GOOD => ['success', 'doctor_good'],
        Finding::WARNING => ['warning', 'doctor_warning'],
        Finding::BAD => ['danger', 'doctor_bad'],
    ];

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        return '<p>' . Html::lang('doctor_help') . '</p>' . Html::form(
            $this->request->link(self::NAME),
            [],
            Html::button('doctor_run', 'run', 'primary')
        );
    }

    public function act(): Outcome
    {
        if ($this->request->sent('act') !== 'run') {
            return Outcome::noSuchButton(self::NAME);
        }
        $findings = Doctor::findings();
        $rows = [];
        foreach ($findings as $finding) {
            [$class, $text] = self::LABELS[$finding->level];
            $rows[] = [
                sprintf('<span class="proxmoxkvm-tag label label-%s">%s</span>', $class, Html::lang($text)),
                Html::text($finding->subject),
                Html::text($finding->text),
            ];
        }
        $html = Html::table(['', 'doctor_subject', 'doctor_finding'], $rows);

        return Doctor::status($findings) === 2
            ? Outcome::bad($html, self::NAME)
            : Outcome::good($html, self::NAME);
    }
}
