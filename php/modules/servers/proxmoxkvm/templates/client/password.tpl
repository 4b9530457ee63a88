{* Asked for by a form: without the script WHMCS answers with this page and it. *}
<div class="vm-password" data-vm-if="tab.has_password"{if !$vm.tab.has_password} hidden{/if}>
    <dt>{$tab.text.password|escape}</dt>
    <dd>
        <span class="vm-secret"{if $tab.password.shown == ''} hidden{/if}>
            <code translate="no" dir="ltr">{$tab.password.shown|escape}</code>
            {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.text.password}</span>
        <form method="post" action="clientarea.php?action=productdetails"{if $tab.password.shown != ''} hidden{/if}>
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientPassword" do=""}
            <button type="submit" class="btn btn-sm btn-default btn-outline-secondary">{$tab.password.show|escape}</button>
        </form>
        <form method="post" action="clientarea.php?action=productdetails">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientPassword" do="new"}
            <button type="submit" class="btn btn-sm btn-default btn-outline-secondary"
                    data-doing="{$tab.password.text.password_new_doing|escape}"
                    data-sure="{$tab.password.text.password_new_sure|escape}">{$tab.password.text.password_new|escape}</button>
        </form>
        {if $tab.password.note != ''}<p>{$tab.password.note|escape}</p>{/if}
        {if isset($vm.can.reboot)}
            <div class="vm-restart"{if !$tab.password.restart} hidden{/if}>
                <form method="post" action="clientarea.php?action=productdetails" data-vm-can="reboot">
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="reboot" number="p"}
                    <button type="submit" class="btn btn-sm btn-default btn-outline-secondary" data-doing="" data-sure=""
                        {if empty($vm.can.reboot)} disabled{/if}>{$tab.password.text.password_restart_now|escape}</button>
                </form>
            </div>
        {/if}
        {* WHMCS's own form for a password that somebody has thought of. *}
        <details class="vm-more">
            <summary class="btn btn-sm btn-default btn-outline-secondary">{$tab.text.reset|escape}</summary>
            <form class="vm-menu" method="post" action="clientarea.php?action=productdetails">
                <input type="hidden" name="token" value="{$proxmoxkvm.token|escape}">
                <input type="hidden" name="id" value="{$proxmoxkvm.service|escape}">
                <input type="hidden" name="modulechangepassword" value="true">
                <label><span>{$tab.text.reset_new|escape}</span>
                    <input type="password" name="newpw" class="form-control" autocomplete="new-password" required></label>
                <label><span>{$tab.text.reset_again|escape}</span>
                    <input type="password" name="confirmpw" class="form-control" autocomplete="new-password" required></label>
                <button type="submit" class="btn btn-default btn-outline-secondary">{$tab.text.reset_save|escape}</button>
            </form>
        </details>
    </dd>
</div>
