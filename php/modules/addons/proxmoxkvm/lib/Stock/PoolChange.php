<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** A button of the address lines' page: what it asks of the core, and what came of it. */
final class PoolChange
{
    private const PAGE = 'pools';

    private PoolText $text;

    public function __construct(private Request $request, private int $server, private object $row)
    {
        $this->text = new PoolText($server, $row);
    }

    /** @param callable(PoolForm): void $keep is given the form that was not stored */
    public function act(callable $keep): Outcome
    {
        $button = $this->request->sent('act');
        if (in_array($button, ['preview', 'save'], true)) {
            return $this->line($button === 'save', $keep);
        }
        $edit = match ($button) {
            'remove' => ['do' => 'remove', 'number' => $this->request->sentNumber('number')],
            'reserve' => ['do' => 'reserve', 'addresses' => $this->request->sent('addresses'),
                'note' => $this->request->sent('note')],
            'release' => ['do' => 'release', 'number' => $this->request->sentNumber('number')],
            'warn' => ['do' => 'warn', 'level' => $this->level()],
            default => null,
        };
        if ($edit === null) {
            return Outcome::noSuchButton(self::PAGE);
        }
        try {
            $this->text->change($edit, $this->request->sent('shown'));
        } catch (Throwable $error) {
            return Outcome::failure($error, self::PAGE, ['server' => $this->server]);
        }

        return $this->saved();
    }

    /** @param callable(PoolForm): void $keep */
    private function line(bool $isSaved, callable $keep): Outcome
    {
        $form = PoolForm::sent($this->request);
        try {
            if ($isSaved) {
                $this->text->change($form->edit(), $this->request->sent('shown'));

                return $this->saved();
            }
            $line = $this->text->asked($form->edit())['line'] ?? [];
        } catch (Throwable $error) {
            $keep($form);

            return Outcome::wrongForm(Problem::html($error, []), self::PAGE);
        }
        $keep($form);

        return Outcome::inPlace(PoolPreview::html($line), self::PAGE);
    }

    /** Nothing typed: the usual level. What is no number is for the core to refuse. */
    private function level(): int|string|null
    {
        $level = $this->request->sent('level');

        return $level === '' ? null : (ctype_digit($level) ? (int) $level : $level);
    }

    private function saved(): Outcome
    {
        $saved = Html::lang('pool_saved', ['server' => ServerRows::name($this->row)]);

        return Outcome::good($saved, self::PAGE, ['server' => $this->server]);
    }
}
