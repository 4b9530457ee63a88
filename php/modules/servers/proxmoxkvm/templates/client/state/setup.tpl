{* Instead of the tabs, until there is a machine. *}
<div class="panel panel-default card">
    <div class="panel-body card-body">
        <ol class="vm-phases" data-vm-list="setup.phases">
            <template>{include file="{$proxmoxkvm.templates}/state/phase.tpl" phase=['label' => '', 'is' => '']}</template>
            {foreach $vm.setup.phases as $phase}
                {include file="{$proxmoxkvm.templates}/state/phase.tpl"}
            {/foreach}
        </ol>
    </div>
</div>
