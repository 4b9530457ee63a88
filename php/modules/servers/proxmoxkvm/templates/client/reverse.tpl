{* The names of the addresses, a form for each. *}
<div data-vm="reverse"{if !$vm.reverse} hidden{/if}>
    <strong>{$proxmoxkvm.reverse.title|escape}</strong>
    <p class="text-muted small">{$proxmoxkvm.reverse.help|escape}</p>
    {foreach $proxmoxkvm.reverse.forms as $one}
        <form method="post" action="clientarea.php?action=productdetails">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="set_reverse_name" number=$one@index}
            <input type="hidden" name="address" value="{$one.address|escape}">
            <span data-vm="address">{$one.address|escape}</span>
            <input type="text" name="name" value="{$one.name|escape}" maxlength="253" autocomplete="off"
                   autocapitalize="none" spellcheck="false" class="form-control"
                   aria-label="{$proxmoxkvm.reverse.title|escape}: {$one.address|escape}">
            <button type="submit" class="btn btn-primary"
                    {if empty($vm.can.set_reverse_name)} disabled{/if}>{$proxmoxkvm.reverse.save|escape}</button>
        </form>
    {/foreach}
</div>
