{* The addresses, and a form for the name of each. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.title|escape}</h3></div>
    <div class="panel-body card-body">
        {if $tab.names}<p>{$tab.help|escape}</p>{/if}
        <ul class="list-unstyled vm-names" data-vm-list="tab.addresses">
            <template>{include file="{$proxmoxkvm.templates}/tab/name.tpl" one=['address' => '', 'name' => ''] at=''}</template>
            {foreach $vm.tab.addresses as $one}
                {include file="{$proxmoxkvm.templates}/tab/name.tpl" at=$one@index}
            {/foreach}
        </ul>
    </div>
</section>
