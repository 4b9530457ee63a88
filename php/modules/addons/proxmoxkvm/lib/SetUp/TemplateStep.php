<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/**
 * A cloud image becomes a template. Each press looks how far it is and starts what comes next; Proxmox VE is its
 * memory, and the session only remembers what was asked for.
 */
final class TemplateStep
{
    /** By server entry. */
    private const JOB = 'proxmoxkvm_template';
    private const DONE = 'done';

    /** Code of a task that has failed: the next press begins it anew. */
    private const ENDED = 'task_failed';

    /** What the core is asked with, by the names of the form's fields. */
    private const FIELDS = ['image', 'node', 'storage', 'url', 'checksum', 'name'];

    /** Asked once for a page. @var array<string, list<array<string, mixed>>>|null */
    private ?array $lists = null;

    /** HTML: why there are none. */
    private string $refusal = '';

    public function __construct(private Request $request, private object $server)
    {
    }

    /** @return array<int, string> templates of the cluster: names by number */
    public function found(): array
    {
        $names = [];
        foreach ($this->lists()['templates'] ?? [] as $template) {
            $names[(int) $template['vmid']] = Lang::text('choice_template', array_map(strval(...), $template));
        }

        return $names;
    }

    public function step(): Step
    {
        $found = $this->found();
        if ($this->refusal !== '') {
            return new Step('setup_template', false, Html::note('danger', $this->refusal));
        }
        $job = $this->job();
        $list = $found === [] ? '' : '<p>' . Html::text(implode(', ', $found)) . '</p>';

        return new Step('setup_template', $found !== [], $list . (is_array($job) ? $this->going($job) : $this->form()));
    }

    public function build(): Outcome
    {
        $job = $this->request->sent('act') === 'look' ? $this->job() : $this->asked();
        if (!is_array($job)) {
            return Outcome::bad(Html::lang('addon_no_action'), Step::PAGE);
        }
        $request = ['server' => ServerRows::forCore($this->server)] + array_filter($job['request']);
        try {
            $image = $this->image((string) ($job['request']['image'] ?? ''));
            if ($image !== null && !isset($request['checksums'])) {
                // Once: the maker may publish another build before this one is a template.
                $job['request']['checksums'] = $request['checksums'] = Published::at((string) $image['checksums']);
            }
            $reply = Native::call('build_template', $request);
        } catch (Throwable $error) {
            Problem::log('build_template', $request, $error);
            if ($error instanceof CoreError && $error->reason === self::ENDED && $this->job() !== null) {
                unset($_SESSION[self::JOB][$this->id()]['request']['task']);
            }

            return Outcome::failure($error, Step::PAGE, [], $request);
        }
        $values = ['vmid' => (string) $reply['vmid']];
        if ($reply['stage'] === self::DONE) {
            unset($_SESSION[self::JOB][$this->id()]);

            return Outcome::good(Html::lang('setup_template_made', $values), Step::PAGE);
        }
        $_SESSION[self::JOB][$this->id()] = [
            'request' => ['vmid' => $reply['vmid'], 'task' => $reply['task'] ?? null] + $job['request'],
            'stage' => (string) $reply['stage'],
        ];

        return Outcome::good(Html::lang("setup_stage_$reply[stage]", $values), Step::PAGE);
    }

    /** Nothing is stopped at Proxmox VE: what runs there ends by itself. */
    public function forget(): Outcome
    {
        unset($_SESSION[self::JOB][$this->id()]);

        return Outcome::good(Html::lang('setup_template_forgotten'), Step::PAGE);
    }

    private function id(): int
    {
        return (int) $this->server->id;
    }

    /** @return array<string, mixed>|null what was asked for, and is not done */
    private function job(): ?array
    {
        return $_SESSION[self::JOB][$this->id()] ?? null;
    }

    /** @return array{request: array<string, mixed>} */
    private function asked(): array
    {
        $typed = [];
        foreach (self::FIELDS as $field) {
            $typed[$field] = $this->request->sent($field);
        }

        return ['request' => $typed];
    }

    /** @return array<string, mixed>|null of the catalogue */
    private function image(string $key): ?array
    {
        return array_column(Native::catalogue('images'), null, 'key')[$key] ?? null;
    }

    /** @param array<string, mixed> $job */
    private function going(array $job): string
    {
        $values = ['vmid' => (string) ($job['request']['vmid'] ?? '')];

        return '<p>' . Html::lang("setup_stage_$job[stage]", $values) . '</p>' . $this->sent(
            Html::button('setup_look', 'look', 'primary') . ' ' . Html::button('setup_forget', 'forget')
        );
    }

    private function form(): string
    {
        $images = array_column(Native::catalogue('images'), 'label', 'key') + ['' => Lang::text('setup_own_image')];
        $first = (string) array_key_first($images);
        $title = Html::lang('setup_own_image');
        $nodes = array_column(array_filter(
            $this->lists()['nodes'] ?? [],
            static fn (array $node): bool => ($node['online'] ?? false) === true
        ), 'name');
        $storages = array_column(array_filter(
            $this->lists()['storages'] ?? [],
            static fn (array $storage): bool => ($storage['images'] ?? false) === true
        ), 'id');
        $own = Html::labelled(Html::lang('setup_url'), Html::input('url', '', 'https://')) . ' '
            . Html::labelled(Html::lang('setup_checksum'), Html::input('checksum', '')) . ' '
            . Html::labelled(Html::lang('setup_name'), Html::input('name', ''));

        return $this->sent(
            Html::labelled(Html::lang('setup_image'), Html::select('image', $images, $first)) . ' '
            . Html::labelled(Html::lang('addon_node'), Html::select('node', array_combine($nodes, $nodes), '')) . ' '
            . Html::labelled(Html::lang('cluster_storage'), Html::select(
                'storage',
                ['' => Lang::text('setup_most_room')] + array_combine($storages, $storages),
                ''
            )) . "<details class=\"proxmoxkvm-more\"><summary>$title</summary>$own</details> "
            . Html::button('setup_template_make', 'template', 'primary')
        );
    }

    private function sent(string $html): string
    {
        return Html::form($this->request->link(Step::PAGE, ['server' => (int) $this->server->id]), [], $html);
    }

    /** @return array<string, list<array<string, mixed>>> */
    private function lists(): array
    {
        if ($this->lists === null) {
            $request = ['server' => ServerRows::forCore($this->server)];
            try {
                $this->lists = Native::call('list', $request);
            } catch (Throwable $error) {
                [$this->lists, $this->refusal] = [[], Problem::html($error, $request)];
            }
        }

        return $this->lists;
    }
}
