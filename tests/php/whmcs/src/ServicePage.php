<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** The admin's page of a service. */
final class ServicePage
{
    private const COMMANDS = [
        'create' => 'Create',
        'suspend' => 'Suspend',
        'unsuspend' => 'Unsuspend',
        'terminate' => 'Terminate',
        'changepackage' => 'Change Package',
        'changepw' => 'Change Password',
    ];

    /** Fields of WHMCS's own that an admin saves with the page. */
    private const FIELDS = [
        'domain' => 'Domain',
        'dedicatedip' => 'Dedicated IP',
        'assignedips' => 'Assigned IPs',
        'username' => 'Username',
        'notes' => 'Admin Notes',
    ];

    public static function html(int $serviceId): string
    {
        $row = (array) Capsule::table('tblhosting')->where('id', $serviceId)->first();
        if ($row === []) {
            return 'Service ID Not Found';
        }
        $fields = self::row('Status', Frame::text($row['domainstatus']));
        foreach (self::FIELDS as $column => $label) {
            $text = Frame::text($row[$column]);
            $fields .= self::row($label, in_array($column, ['notes', 'assignedips'], true)
                ? "<textarea class=\"form-control\" rows=\"2\" name=\"$column\">$text</textarea>"
                : "<input class=\"form-control\" name=\"$column\" value=\"$text\">");
        }
        $password = Frame::text(decrypt((string) $row['password']));
        $fields .= self::row('Password', "<input class=\"form-control\" name=\"password\" value=\"$password\">");
        $fields .= self::row('Module Commands', '<div id="commands">' . self::commands($serviceId) . '</div>');
        // WHMCS prints the module's labels and fields as they are.
        foreach (Dispatcher::adminFields($serviceId) as $label => $html) {
            $fields .= self::row($label, $html, ' data-module-field');
        }

        return '<form method="post" id="service"><input type="hidden" name="token" value="'
            . \generate_token('plain') . "\"><table class=\"form\">$fields</table>"
            . '<button class="btn btn-primary" id="save">Save Changes</button></form>';
    }

    /** @param array<string, mixed> $post */
    public static function save(int $serviceId, array $post): void
    {
        $columns = array_intersect_key($post, self::FIELDS);
        if (isset($post['password'])) {
            $columns['password'] = encrypt((string) $post['password']);
        }
        if ($columns !== []) {
            Capsule::table('tblhosting')->where('id', $serviceId)->update($columns);
        }
        Dispatcher::saveAdminFields($serviceId, $post);
    }

    private static function commands(int $serviceId): string
    {
        $html = '';
        foreach (self::COMMANDS as $command => $label) {
            $html .= self::command($label, "name=\"modop\" value=\"$command\"");
        }
        foreach (Dispatcher::buttons($serviceId) as $label => $suffix) {
            $html .= self::command($label, 'name="modop" value="custom" data-suffix="' . Frame::text($suffix) . '"');
        }

        return $html . '<input type="hidden" name="ac" value=""><script>'
            . 'document.getElementById("commands").addEventListener("click", function (event) {'
            . 'if (event.target.dataset.suffix) { event.target.form.ac.value = event.target.dataset.suffix; } });'
            . '</script>';
    }

    private static function command(string $label, string $attributes): string
    {
        return "<button class=\"btn btn-default btn-sm\" $attributes>$label</button> ";
    }

    private static function row(string $label, string $html, string $mark = ''): string
    {
        return "<tr$mark><td class=\"fieldlabel\">$label</td><td class=\"fieldarea\">$html</td></tr>";
    }
}
