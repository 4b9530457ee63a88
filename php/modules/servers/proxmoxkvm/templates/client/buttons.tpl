{* What is asked before a form is sent stands in data-sure. *}
{foreach $proxmoxkvm.buttons as $button}
    <form method="post" action="clientarea.php?action=productdetails">
        {include file="{$proxmoxkvm.templates}/form.tpl" function=$button.function}
        <button type="submit" class="btn btn-primary"{if !$vm.can[$button.function]} disabled{/if}
                data-sure="{$button.sure|escape}">{$button.label|escape}</button>
    </form>
{/foreach}
