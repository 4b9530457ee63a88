{* What the client, and the module, have done: the newest first. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.title|escape}</h3></div>
    <div class="panel-body card-body">
        <ul class="list-unstyled" data-vm-list="tab.entries">
            <template>{include file="{$proxmoxkvm.templates}/tab/entry.tpl" one=['at' => '', 'what' => '', 'result' => '', 'who' => '']}</template>
            {foreach $vm.tab.entries as $one}
                {include file="{$proxmoxkvm.templates}/tab/entry.tpl"}
            {/foreach}
        </ul>
        <p data-vm-if="tab.is_empty"{if !$vm.tab.is_empty} hidden{/if}>{$tab.none|escape}</p>
    </div>
</section>
