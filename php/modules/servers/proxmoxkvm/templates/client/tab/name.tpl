<li data-vm-key="address">
    <span><span translate="no" data-vm="address">{$one.address|escape}</span>
        {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.title}</span>
    {if $tab.names}
        <form method="post" action="clientarea.php?action=productdetails" data-vm-can="set_reverse_name">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="set_reverse_name" number=$at}
            <input type="hidden" name="address" value="{$one.address|escape}" data-vm-value="address">
            <label><span>{$tab.reverse|escape}</span>
                <input type="text" name="name" value="{$one.name|escape}" data-vm-value="name" maxlength="253"
                       autocomplete="off" autocapitalize="none" spellcheck="false" class="form-control"></label>
            <button type="submit" class="btn btn-default btn-outline-secondary"
                    {if empty($vm.can.set_reverse_name)} disabled{/if}>{$tab.save|escape}</button>
        </form>
    {/if}
</li>
