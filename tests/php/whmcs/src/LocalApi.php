<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** The commands of WHMCS's internal API that a module may use. */
final class LocalApi
{
    private const PRODUCT_COLUMNS = [
        'domain' => 'domain',
        'serviceusername' => 'username',
        'dedicatedip' => 'dedicatedip',
        'assignedips' => 'assignedips',
        'notes' => 'notes',
        'status' => 'domainstatus',
        'suspendreason' => 'suspendreason',
    ];

    /** @return array<string, mixed> */
    public static function call(string $command, array $post): array
    {
        return match ($command) {
            'UpdateClientProduct' => self::updateClientProduct($post),
            'AddProduct' => self::addProduct($post),
            'SendEmail' => self::sendEmail($post),
            'SendAdminEmail' => self::sendAdminEmail($post),
            'DecryptPassword' => ['result' => 'success', 'password' => decrypt((string) $post['password2'])],
            'EncryptPassword' => ['result' => 'success', 'password' => encrypt((string) $post['password2'])],
            default => ['result' => 'error', 'message' => "Command $command not found"],
        };
    }

    private static function updateClientProduct(array $post): array
    {
        $row = Capsule::table('tblhosting')->where('id', $post['serviceid'] ?? 0);
        if (!(clone $row)->exists()) {
            return ['result' => 'error', 'message' => 'Service ID Not Found'];
        }
        $columns = [];
        foreach (self::PRODUCT_COLUMNS as $parameter => $column) {
            // As in WHMCS, an empty parameter changes nothing; `unset` is there to clear.
            if (($post[$parameter] ?? '') !== '') {
                $columns[$column] = $post[$parameter];
            }
            if (in_array($parameter, $post['unset'] ?? [], true)) {
                $columns[$column] = '';
            }
        }
        if (($post['servicepassword'] ?? '') !== '') {
            $columns['password'] = encrypt($post['servicepassword']);
        }
        if ($columns !== []) {
            $row->update($columns);
        }

        return ['result' => 'success', 'serviceid' => $post['serviceid']];
    }

    /** Of the module's settings it takes the first six. */
    private static function addProduct(array $post): array
    {
        $group = Capsule::table('tblproductgroups')->where('id', $post['gid'] ?? 0);
        if (($post['name'] ?? '') === '' || !$group->exists()) {
            return ['result' => 'error', 'message' => 'You must supply a valid Product Group ID'];
        }
        $columns = ['gid' => $post['gid'], 'name' => htmlspecialchars($post['name'], ENT_QUOTES)];
        $same = ['type' => 'type', 'paytype' => 'paytype', 'autosetup' => 'autosetup'];
        foreach ($same + ['module' => 'servertype', 'servergroupid' => 'servergroup'] as $parameter => $column) {
            $columns[$column] = $post[$parameter] ?? '';
        }
        for ($position = 1; $position <= 24; $position++) {
            $columns["configoption$position"] = $position <= 6 ? $post["configoption$position"] ?? '' : '';
        }

        return [
            'result' => 'success',
            'pid' => Capsule::table('tblproducts')->insertGetId($columns + ['hidden' => (int) ($post['hidden'] ?? 0)]),
        ];
    }

    /** To the admins who get notifications of a kind. */
    private static function sendAdminEmail(array $post): array
    {
        if (!in_array($post['type'] ?? 'system', ['system', 'account', 'support'], true)) {
            return ['result' => 'error', 'message' => 'Invalid notification type'];
        }
        if (($post['customsubject'] ?? '') === '' || ($post['custommessage'] ?? '') === '') {
            return ['result' => 'error', 'message' => 'A subject and a message are required'];
        }
        Capsule::table('tblemails')->insert([
            'userid' => 0,
            'subject' => $post['customsubject'],
            'message' => $post['custommessage'],
            'fields' => json_encode(['type' => $post['type'] ?? 'system'] + ($post['mergefields'] ?? [])),
        ]);

        return ['result' => 'success'];
    }

    private static function sendEmail(array $post): array
    {
        $userId = Capsule::table('tblhosting')->where('id', $post['id'] ?? 0)->value('userid');
        if ($userId === null) {
            return ['result' => 'error', 'message' => 'Service ID Not Found'];
        }
        // WHMCS takes the template in the client's language, where there is one.
        $language = (string) Capsule::table('tblclients')->where('id', $userId)->value('language');
        $template = Capsule::table('tblemailtemplates')->where('name', $post['messagename'] ?? '')
            ->whereIn('language', ['', $language])->orderByDesc('language')->first();
        if ($template === null && ($post['customtype'] ?? '') !== 'product') {
            return ['result' => 'error', 'message' => 'Email Template not found'];
        }
        Capsule::table('tblemails')->insert([
            'userid' => $userId,
            'subject' => $template->subject ?? $post['customsubject'],
            'message' => $template->message ?? $post['custommessage'],
            'fields' => json_encode(unserialize(base64_decode($post['customvars'] ?? 'YTowOnt9'))),
        ]);

        return ['result' => 'success'];
    }
}
