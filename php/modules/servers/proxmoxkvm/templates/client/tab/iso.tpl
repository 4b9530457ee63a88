{* An ISO, under the name of its group where it is the first of it. *}
<li data-vm-key="volume">
    <p data-vm-if="group"{if $one.group == ''} hidden{/if}><strong data-vm="group">{$one.group|escape}</strong></p>
    <code hidden data-vm="volume">{$one.volume|escape}</code>
    <span translate="no" dir="ltr" data-vm="file">{$one.file|escape}</span>
    <span class="vm-small" data-vm="size">{$one.size|escape}</span>
    <div class="vm-rule-buttons">
    {foreach [$tab.insert, $tab.boot] as $button}
        {if $button}
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="{$button.name|escape}">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do=$button.name number=$at}
                <input type="hidden" name="iso" value="{$one.volume|escape}" data-vm-value="volume">
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$button.doing|escape}"
                        {if empty($vm.can[$button.name])} disabled{/if}>{$button.label|escape}<span
                        class="sr-only visually-hidden">: <span data-vm="file">{$one.file|escape}</span></span></button>
            </form>
        {/if}
    {/foreach}
    </div>
</li>
