<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What an admin can do about an error: the core says what is wrong, this says where to put it right. */
final class Advice
{
    /** Text => codes of the core that it is for. */
    private const FOR = [
        'advice_statistics' => ['no_statistics'],
        'advice_unreachable' => ['pve_unreachable', 'pve_no_answer', 'pve_silent', 'pve_no_time'],
        'advice_certificate' => ['pve_not_trusted'],
        'advice_login' => ['pve_login', 'server_user', 'server_secret'],
        'advice_permission' => ['pve_permission'],
        'advice_server' => ['server_not_https', 'server_host', 'server_port', 'server_access_hash'],
        'advice_product' => [
            'bad_option', 'bad_configurable_option', 'conflicting_configurable_options', 'bad_vm_name', 'no_addresses',
            'no_template', 'not_a_template', 'template_elsewhere', 'no_such_node', 'no_storage',
            'storage_without_images', 'bridge_missing', 'no_bridge', 'fits_no_node',
            'disk_smaller_than_template', 'not_prepared', 'no_disk', 'no_disk_slot',
        ],
        'advice_keys' => ['would_not_start', 'file_missing'],
        'advice_disk' => ['disk_shrink'],
        'advice_addresses' => ['no_free_address', 'address_taken'],
        'advice_capacity' => ['no_node', 'node_offline', 'storage_full'],
        'advice_identity' => ['not_ours', 'owned', 'taken', 'other_server'],
        'advice_owner' => ['other_order', 'still_in_whmcs'],
        'advice_gone' => ['whmcs_gone', 'still_there'],
        'advice_task' => ['task_failed', 'unsettled', 'pve_refused', 'pve_unexpected'],
        'advice_protected' => ['protected'],
        'advice_ha' => ['ha_managed'],
        'advice_hibernated' => ['hibernated'],
        'advice_wait' => ['locked', 'task_running', 'under_way', 'power_unknown', 'busy', 'lease_lost', 'too_often'],
        'advice_dns_key' => ['dns_key'],
        'advice_dns_zone' => ['dns_zone_missing'],
        'advice_dns_zone_gone' => ['dns_zone_gone'],
        'advice_dns_permission' => ['dns_permission', 'dns_refused'],
        'advice_dns_config' => ['dns_config', 'dns_not_trusted', 'bad_zone'],
        'advice_dns_conflict' => ['dns_conflict'],
        'advice_dns_name' => ['dns_name'],
        'advice_dns_unreachable' => [
            'dns_unreachable', 'dns_no_answer', 'dns_unexpected', 'dns_rate_limited', 'dns_changed',
        ],
        'advice_store' => [
            'store', 'store_not_usable', 'store_newer', 'store_record', 'store_damaged', 'store_full', 'dns_store',
            'store_unreachable', 'store_location', 'store_unfinished', 'store_replaced', 'store_forked',
            'store_other_home',
        ],
    ];

    public static function on(string $code): string
    {
        foreach (self::FOR as $text => $codes) {
            if (in_array($code, $codes, true)) {
                return Lang::text($text);
            }
        }

        return Lang::text('advice_other');
    }

    /** @param array<string, mixed> $error of a service */
    public static function html(array $error): string
    {
        $message = Text::html((string) ($error['message'] ?? ''));
        $retry = Lang::text(($error['retry'] ?? false) === true ? 'error_retry' : 'error_attention');
        $since = isset($error['at']) ? Lang::text('error_since', ['time' => Text::time($error['at'])]) : '';

        return "<div class=\"text-danger\"><strong>$message</strong></div><div>"
            . Text::html(self::on((string) ($error['code'] ?? ''))) . '</div><div class="text-muted">'
            . Text::html(trim("$retry $since")) . '</div>';
    }
}
