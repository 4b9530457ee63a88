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
    </dd>
</div>
