{* One rule: a new one where it has no number yet. *}
<form method="post" action="clientarea.php?action=productdetails" class="vm-rule{if $at === 'new'} vm-new{/if}" data-vm-can="firewall_rule">
    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="firewall_rule" number=$at}
    {if $at !== 'new'}<input type="hidden" name="rule" value="{$one.number|escape}" data-vm-value="number">{/if}
    <label><span>{$tab.text.firewall_direction|escape}</span>
        <select name="direction" class="form-control"{if $at !== 'new'} data-vm-value="direction"{/if}>
            {foreach $tab.directions as $word => $label}
                <option value="{$word|escape}"{if $one.direction == $word} selected{/if}>{$label|escape}</option>
            {/foreach}
        </select></label>
    <label><span>{$tab.text.firewall_verdict|escape}</span>
        <select name="verdict" class="form-control"{if $at !== 'new'} data-vm-value="verdict"{/if}>
            {foreach $tab.verdicts as $word => $label}
                <option value="{$word|escape}"{if $one.verdict == $word} selected{/if}>{$label|escape}</option>
            {/foreach}
        </select></label>
    <label><span>{$tab.text.firewall_macro|escape}</span>
        <select name="macro" class="form-control"{if $at !== 'new'} data-vm-value="macro"{/if}>
            <option value="">{$tab.text.firewall_macro_none|escape}</option>
            {foreach $tab.macros as $word}
                <option value="{$word|escape}" translate="no"{if $one.macro == $word} selected{/if}>{$word|escape}</option>
            {/foreach}
        </select></label>
    <label><span>{$tab.text.firewall_proto|escape}</span>
        <select name="proto" class="form-control"{if $at !== 'new'} data-vm-value="proto"{/if}>
            <option value="">{$tab.text.firewall_proto_any|escape}</option>
            {foreach $tab.protocols as $word}
                <option value="{$word|escape}" translate="no"{if $one.proto == $word} selected{/if}>{$word|upper|escape}</option>
            {/foreach}
        </select></label>
    {foreach ['ports' => $tab.text.firewall_ports, 'source' => $tab.text.firewall_source, 'dest' => $tab.text.firewall_dest] as $name => $label}
        <label><span>{$label|escape}</span>
            <input type="text" name="{$name|escape}" value="{$one.$name|escape}"{if $at !== 'new'} data-vm-value="{$name|escape}"{/if} dir="ltr" autocomplete="off"
                   autocapitalize="none" spellcheck="false" maxlength="1024" class="form-control"></label>
    {/foreach}
    <label><span>{$tab.text.firewall_comment|escape}</span>
        <input type="text" name="comment" value="{$one.comment|escape}"{if $at !== 'new'} data-vm-value="comment"{/if} maxlength="{$tab.longest|escape}" autocomplete="off"
               class="form-control"></label>
    <label><input type="checkbox" name="enabled" value="1"{if $one.enabled} checked{/if}{if $at !== 'new'} data-vm-checked="enabled"{/if}>
        <span>{$tab.text.firewall_enabled|escape}</span></label>
    <label><input type="checkbox" name="anyway" value="1"> <span>{$tab.text.firewall_anyway|escape}</span></label>
    <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.do.firewall_rule.doing|escape}"
            {if empty($vm.can.firewall_rule)} disabled{/if}>{$tab.do.firewall_rule.label|escape}</button>
</form>
