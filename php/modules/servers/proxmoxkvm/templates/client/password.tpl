{* Asked for by a form: without the script WHMCS answers with this page and it. *}
<div class="vm-password" data-vm-if="tab.has_password"{if !$vm.tab.has_password} hidden{/if}>
    <dt>{$tab.text.password|escape}</dt>
    <dd>
        <span class="vm-secret"{if $tab.password.shown == ''} hidden{/if}>
            <code translate="no">{$tab.password.shown|escape}</code>
            {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.text.password}</span>
        <form method="post" action="clientarea.php?action=productdetails"{if $tab.password.shown != ''} hidden{/if}>
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientPassword" do=""}
            <button type="submit" class="btn btn-sm btn-default btn-outline-secondary">{$tab.password.show|escape}</button>
        </form>
        {* WHMCS's own form for a new password. *}
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
