{* The second machine: restored beside the own one, or swapped away. *}
<section class="panel panel-default card" data-vm-if="tab.beside"{if empty($vm.tab.beside)} hidden{/if}>
    <div class="panel-heading card-header"><h3>{$tab.text.beside|escape}</h3></div>
    <div class="panel-body card-body">
        <p><span data-vm="tab.beside">{$vm.tab.beside|default:''|escape}</span>
            <span data-vm="tab.beside_power">{$vm.tab.beside_power|default:''|escape}</span>
            <span data-vm="tab.beside_ends">{$vm.tab.beside_ends|default:''|escape}</span></p>
        {if $tab.console}
            <p data-vm-if="tab.beside_runs"{if empty($vm.tab.beside_runs)} hidden{/if}><a href="{$tab.console|escape}" target="_blank" rel="noopener"
                class="btn btn-default btn-outline-secondary">{$proxmoxkvm.text.console|escape}</a></p>
        {/if}
        {foreach $tab.beside as $one}
            {if $one.typed || $one.ticked}<details class="vm-guide"><summary>{$one.label|escape}</summary>{/if}
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="{$one.name|escape}"
                  class="{if $one.typed || $one.ticked}vm-typed{else}vm-inline{/if}"
                  {if $one.name == 'beside_start'}data-vm-if="tab.beside_off"{if empty($vm.tab.beside_off)} hidden{/if}{/if}
                  {if $one.name == 'beside_stop'}data-vm-if="tab.beside_runs"{if empty($vm.tab.beside_runs)} hidden{/if}{/if}>
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do=$one.name}
                {if $one.ticked}
                    <label><input type="checkbox" name="sure" value="1" required> <span>{$one.sure|escape}</span></label>
                {elseif $one.typed}
                    <label><span>{$one.sure|escape}</span>
                        <input type="text" name="typed" maxlength="253" autocomplete="off" autocapitalize="none"
                               spellcheck="false" class="form-control" required></label>
                {/if}
                <button type="submit" class="btn btn-default btn-outline-secondary{if $one.typed} vm-danger{/if}"
                        data-doing="{$one.doing|escape}"{if empty($vm.can[$one.name])} disabled{/if}>{$one.label|escape}</button>
            </form>
            {if $one.typed || $one.ticked}</details>{/if}
        {/foreach}
    </div>
</section>
