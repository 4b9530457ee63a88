<li data-vm-key="address">
    <dl class="vm-facts">
        <div>
            <dt data-vm="kind">{$one.kind|escape}</dt>
            <dd><span><bdi dir="ltr"><span translate="no" data-vm="address">{$one.address|escape}</span
                ><span data-vm="prefix">{$one.prefix|escape}</span></bdi>
                {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.text.addresses}</span></dd>
        </div>
        <div data-vm-if="gateway"{if $one.gateway == ''} hidden{/if}>
            <dt>{$tab.text.gateway|escape}</dt>
            <dd><span translate="no" dir="ltr" data-vm="gateway">{$one.gateway|escape}</span>
                {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.text.gateway}</dd>
        </div>
        <div data-vm-if="dns"{if $one.dns == ''} hidden{/if}>
            <dt>{$tab.text.dns_servers|escape}</dt>
            <dd><span translate="no" dir="ltr" data-vm="dns">{$one.dns|escape}</span>
                {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.text.dns_servers}</dd>
        </div>
    </dl>
    {if $tab.names}
        <form method="post" action="clientarea.php?action=productdetails" data-vm-can="set_reverse_name">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="set_reverse_name" number=$at}
            <input type="hidden" name="address" value="{$one.address|escape}" data-vm-value="address">
            <label><span>{$tab.text.reverse|escape}</span>
                <input type="text" name="name" value="{$one.name|escape}" data-vm-value="name" maxlength="253"
                       autocomplete="off" autocapitalize="none" spellcheck="false" class="form-control"></label>
            <button type="submit" class="btn btn-default btn-outline-secondary"
                    {if empty($vm.can.set_reverse_name)} disabled{/if}>{$tab.text.reverse_save|escape}</button>
        </form>
    {/if}
</li>
