<li data-vm-key="number">
    <div>{if isset($tab.do.firewall_change)}<span class="vm-grip" aria-hidden="true">⠿</span>{/if}<span class="vm-number" data-vm="number">{$one.number|escape}</span>
        <strong data-vm="title">{$one.title|escape}</strong> <span data-vm="what">{$one.what|escape}</span>
        <span class="vm-line" data-vm="off" data-vm-if="off"{if $one.off == ''} hidden{/if}>{$one.off|escape}</span></div>
    <div class="vm-small" data-vm="comment" data-vm-if="comment"{if $one.comment == ''} hidden{/if}>{$one.comment|escape}</div>
    <div class="vm-rule-buttons">
        {if isset($tab.do.firewall_change)}
            {foreach $tab.changes as $change}
                {if $change == 'switch'}{$word = $one.switch_label}{else}{$key = "firewall_`$change`"}{$word = $tab.text.$key}{/if}
                {if $change == 'up'}{$arrow = '↑'}{elseif $change == 'down'}{$arrow = '↓'}{else}{$arrow = ''}{/if}
                <form method="post" action="clientarea.php?action=productdetails" data-vm-can="firewall_change"
                      {if $arrow != ''} data-moves="{$change|escape}"{/if}>
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="firewall_change" number="`$at``$change`"}
                    {* One press is undone as fast as it was made: what cuts off is taken back by itself. *}
                    <input type="hidden" name="anyway" value="1">
                    <input type="hidden" name="rule" value="{$one.number|escape}" data-vm-value="number">
                    {if $arrow != ''}<input type="hidden" name="to" value="">{/if}
                    <input type="hidden" name="change" value="{if $change == 'switch'}{$one.switch|escape}{else}{$change|escape}{/if}"
                           {if $change == 'switch'} data-vm-value="switch"{/if}>
                    <button type="submit" class="btn btn-sm btn-default btn-outline-secondary"{if $arrow != ''} title="{$word|escape}"{/if}
                            {if empty($vm.can.firewall_change)} disabled{/if}>{if $arrow != ''}<span aria-hidden="true">{$arrow}</span>{/if}<span
                            {if $arrow != ''} class="sr-only visually-hidden"{/if}{if $change == 'switch'} data-vm="switch_label"{/if}>{$word|escape}</span><span
                            class="sr-only visually-hidden">: <span data-vm="number">{$one.number|escape}</span></span></button>
                </form>
            {/foreach}
        {/if}
        {if isset($tab.do.firewall_rule)}
            <details class="vm-fold">
                <summary class="btn btn-sm btn-default btn-outline-secondary">{$tab.text.firewall_edit|escape}<span class="sr-only visually-hidden">: <span data-vm="number">{$one.number|escape}</span></span></summary>
                {include file="{$proxmoxkvm.templates}/tab/rule-form.tpl"}
            </details>
        {/if}
    </div>
</li>
