{* An action that the core lists. What is asked before it is sent stands in data-sure; or something is typed for it. *}
<form method="post" action="clientarea.php?action=productdetails" data-vm-can="{$button.name|escape}"
      {if $button.typed || $button.ticked}class="vm-typed"{/if}{if empty($vm.can[$button.name])} hidden{/if}>
    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do=$button.name}
    {foreach $button.inputs as $input}
        <input type="text" name="{$input|escape}" maxlength="253" autocomplete="off" class="form-control"
               aria-label="{$button.label|escape}: {$input|escape}">
    {/foreach}
    {if $button.typed}
        <label><span>{$button.sure|escape}</span>
            <input type="text" name="typed" maxlength="253" autocomplete="off" autocapitalize="none"
                   spellcheck="false" class="form-control" required></label>
    {/if}
    {if $button.ticked}
        <label><input type="checkbox" name="sure" value="1" required> <span>{$button.sure|escape}</span></label>
    {/if}
    <button type="submit" class="btn btn-default btn-outline-secondary{if $button.typed || $button.ticked} vm-danger{/if}"
            data-doing="{$button.doing|escape}"
            data-sure="{if !$button.typed && !$button.ticked}{$button.sure|escape}{/if}">{$button.label|escape}</button>
</form>
