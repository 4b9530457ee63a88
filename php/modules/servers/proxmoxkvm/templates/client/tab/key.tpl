<li data-vm-key="fingerprint">
    <label><input type="checkbox" form="vm-keys" name="ssh_keys[]" value="{$one.fingerprint|escape}" data-vm-value="fingerprint"
            data-vm-checked="chosen"{if $one.chosen} checked{/if}>
        <strong data-vm="name">{$one.name|escape}</strong> <span class="vm-small vm-kind" data-vm="kind">{$one.kind|escape}</span></label>
    <div class="vm-small">
        <span class="vm-line"><span class="vm-fingerprint" translate="no" data-vm="fingerprint">{$one.fingerprint|escape}</span></span>
        <span class="vm-line" data-vm="at">{$one.at|escape}</span></div>
    {if $tab.remove}
        <form method="post" action="clientarea.php?action=productdetails" data-vm-can="ssh_key_remove">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="ssh_key_remove" number=$at}
            <input type="hidden" name="fingerprint" value="{$one.fingerprint|escape}" data-vm-value="fingerprint">
            <button type="submit" class="btn btn-sm btn-default btn-outline-secondary" data-doing="{$tab.remove.doing|escape}"
                    data-sure="{$tab.remove.sure|escape}"
                    {if empty($vm.can.ssh_key_remove)} disabled{/if}>{$tab.remove.label|escape}<span
                    class="sr-only visually-hidden">: <span data-vm="name">{$one.name|escape}</span></span></button>
        </form>
    {/if}
</li>
