{* What the client, and the module, have done: the newest first. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.activity|escape}</h3></div>
    <div class="panel-body card-body">
        <ul class="list-unstyled"{if !$tab.is_old} data-vm-list="tab.entries"{/if}>
            <template>{include file="{$proxmoxkvm.templates}/tab/entry.tpl" one=['moment' => '', 'at' => '', 'what' => '', 'result' => '', 'who' => '', 'took' => '']}</template>
            {foreach $vm.tab.entries as $one}
                {include file="{$proxmoxkvm.templates}/tab/entry.tpl"}
            {/foreach}
        </ul>
        {if !$tab.is_old}
            <p data-vm-if="tab.is_empty"{if !$vm.tab.is_empty} hidden{/if}>{$tab.text.activity_none|escape}</p>
        {/if}
        {if $tab.is_old || $vm.tab.older != ''}
            <div class="vm-end">
                {foreach $proxmoxkvm.tabs as $link}
                    {if $link.open && $tab.is_old}
                        <a href="{$link.url|escape}">{$tab.text.history_newest|escape}</a>
                    {/if}
                    {if $link.open && $vm.tab.older != ''}
                        <a href="{$link.url|escape}&amp;before={$vm.tab.older|escape}">{$tab.text.history_older|escape}</a>
                    {/if}
                {/foreach}
            </div>
        {/if}
    </div>
</section>
